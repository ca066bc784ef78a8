import neo4j, { type Driver, type Record as DriverRecord, type Result, type Session } from 'neo4j-driver';
import { graphError, GraphUnavailable, isConflict } from './errors.js';
import type { CypherParams, Graph, GraphSettings, GraphTransaction, ReadOptions } from './graph.js';
import { answered, SILENCE_MS } from './silence.js';
import { unsized } from './unsized.js';
import { fromDriver, paramsToDriver } from './values.js';

const READ_TIMEOUT_MS = 30_000;
const WRITE_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 5_000;
/** A deadlock is over when the other transaction is; waiting longer than that only costs throughput. */
const CONFLICT_RETRIES = 50;
const CONFLICT_PAUSE_MS = 10;
/** Rows that the store sends ahead of a slow reader. */
const STREAM_PAGE = 5_000;
/** A connection that cannot even be given back belongs to a store that is gone. */
const CLOSE_MS = 2_000;

/** Connects lazily: a store that is not there yet shows at the first request. */
export function openGraph(settings: GraphSettings): Promise<Graph> {
  const driver = neo4j.driver(settings.url, neo4j.auth.basic(settings.user, settings.password), {
    maxConnectionPoolSize: settings.poolSize ?? 20,
    maxTransactionRetryTime: 0,
    connectionTimeout: 5_000,
    connectionAcquisitionTimeout: 10_000,
    telemetryDisabled: true,
    // Hints for people at a console; whoever reads plans asks for them there.
    notificationFilter: { minimumSeverityLevel: 'OFF' },
    ...(settings.encrypted === undefined ? {} : { encrypted: settings.encrypted }),
  });
  return Promise.resolve(new Neo4jGraph(driver, settings.database ?? 'neo4j', settings.silenceMs ?? SILENCE_MS));
}

type Row = Record<string, unknown>;

class Neo4jGraph implements Graph {
  constructor(
    private readonly driver: Driver,
    private readonly database: string,
    private readonly silenceMs: number,
  ) {}

  async read<R>(cypher: string, params: CypherParams = {}, options: ReadOptions = {}): Promise<R[]> {
    return await this.reading(cypher, params, options, async (result) =>
      (await result).records.map((row) => plain<R>(row)),
    );
  }

  async *stream<R>(cypher: string, params: CypherParams = {}, options: ReadOptions = {}): AsyncIterable<R> {
    const session = this.session('READ');
    try {
      const timeout = options.timeoutMs ?? READ_TIMEOUT_MS;
      const rows = session.run<Row>(cypher, paramsToDriver(params), { timeout })[Symbol.asyncIterator]();
      for (let next = await this.heard(rows.next(), timeout); next.done !== true;) {
        options.signal?.throwIfAborted();
        yield plain<R>(next.value);
        next = await this.heard(rows.next(), timeout);
      }
    } catch (error) {
      throw graphError(error);
    } finally {
      await this.giveBack(session);
    }
  }

  async transact<T>(
    work: (transaction: GraphTransaction) => Promise<T>,
    options: { timeoutMs?: number } = {},
  ): Promise<T> {
    return await sentAgain(() => this.attempt(work, options.timeoutMs ?? WRITE_TIMEOUT_MS));
  }

  /** Sent again after a conflict: two who make the same schema at once wait for each other. */
  async command(cypher: string, params: CypherParams = {}): Promise<void> {
    await sentAgain(async () => {
      const session = this.session('WRITE');
      try {
        await session.run(cypher, paramsToDriver(params), { timeout: 0 }); // as long as it takes: a wipe has no other limit
      } finally {
        await this.giveBack(session);
      }
    });
  }

  async probe(): Promise<void> {
    await this.read('RETURN 1 AS one', {}, { timeoutMs: PROBE_TIMEOUT_MS });
  }

  async probeWrite(): Promise<void> {
    const cypher = "MERGE (p:Probe {key: 'write'}) SET p.count = coalesce(p.count, 0) + 1";
    await this.transact(async (transaction) => await transaction.run(cypher, {}), { timeoutMs: PROBE_TIMEOUT_MS });
  }

  async close(): Promise<void> {
    await within(CLOSE_MS, this.driver.close());
  }

  /** The outcome is known by then; whether the session could be given back changes nothing. */
  private async giveBack(session: Session): Promise<void> {
    const given = session.close().catch(() => undefined);
    await within(Math.min(CLOSE_MS, this.silenceMs), given);
  }

  /** The store stops by itself after `timeoutMs`; one that does not even say so is gone. */
  private async heard<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
    return await answered(answer, timeoutMs + this.silenceMs);
  }

  private session(mode: 'READ' | 'WRITE'): Session {
    return this.driver.session({ database: this.database, defaultAccessMode: mode, fetchSize: STREAM_PAGE });
  }

  private async reading<T>(
    cypher: string,
    params: CypherParams,
    options: ReadOptions,
    take: (result: Result<Row>) => Promise<T>,
  ): Promise<T> {
    options.signal?.throwIfAborted();
    const session = this.session('READ');
    // Closing the session resets the connection, which stops the query in the store.
    const stop = (): void => void this.giveBack(session);
    options.signal?.addEventListener('abort', stop, { once: true });
    try {
      const timeout = options.timeoutMs ?? READ_TIMEOUT_MS;
      const sent = unsized(cypher, paramsToDriver(params));
      return await this.heard(take(session.run<Row>(sent.cypher, sent.params, { timeout })), timeout);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw graphError(error);
    } finally {
      options.signal?.removeEventListener('abort', stop);
      await this.giveBack(session);
    }
  }

  private async attempt<T>(work: (transaction: GraphTransaction) => Promise<T>, timeout: number): Promise<T> {
    const session = this.session('WRITE');
    try {
      return await this.heard(inTransaction(session, work, timeout), timeout);
    } finally {
      await this.giveBack(session); // rolls back what was not committed
    }
  }
}

async function inTransaction<T>(
  session: Session,
  work: (transaction: GraphTransaction) => Promise<T>,
  timeout: number,
): Promise<T> {
  const transaction = await session.beginTransaction({ timeout });
  const run = async <R>(cypher: string, params: Record<string, unknown>): Promise<R[]> => {
    const sent = unsized(cypher, params);
    const { records } = await transaction.run<Row>(sent.cypher, sent.params);
    return records.map((row) => plain<R>(row));
  };
  const value = await work({
    run: async <R>(cypher: string, params: CypherParams) => await run<R>(cypher, paramsToDriver(params)),
    runLists: run,
  });
  await transaction.commit();
  return value;
}

/** What the driver's `toObject` gives, which goes through iterators: 4 us for a row of twenty columns in place of 0.5. */
function plain<R>(record: DriverRecord<Row>): R {
  const row: Row = {};
  for (let at = 0; at < record.keys.length; at += 1) row[record.keys[at]!] = fromDriver(record.get(at));
  return row as R;
}

async function within(limitMs: number, closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([closing, enough]);
  clearTimeout(timer);
}

/** A conflict with another transaction is a matter of moments: the same is sent again. Any other fault is told in our own words. */
async function sentAgain<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!isConflict(error)) throw graphError(error);
      if (attempt > CONFLICT_RETRIES)
        throw new GraphUnavailable(`the graph store refused ${attempt} times because of other transactions`, false, {
          cause: error,
        });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * CONFLICT_PAUSE_MS * Math.min(attempt, 10)));
    }
  }
}
