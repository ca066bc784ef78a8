import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Lease, RelayLog } from '#event-log';
import { openRecordSource, topicNameOf, type KafkaAddress, type RecordSource } from '#kafka';
import { until } from '../../../infra/local/until.js';
import type { Seen } from './faults.js';

/** What the end of the path sees while the writers work, in the order in which it sees it. */
export interface Reader {
  /** Ends when everything came that will ever come, `expected` events or fewer. */
  finish(expected: number): Promise<Seen[]>;
}

const SOON_MS = 120_000;
/** Rounds without anything new after which a reader that has lost something will not find it any more. */
const QUIET_ROUNDS = 20;

/** The broken ways: a cursor of sequence numbers. */
export const BROKEN_CURSORS = {
  /** What an outbox usually does. A transaction that commits late has low numbers, and nobody looks back. */
  plainPoll: `
    SELECT seq, id, stream, stream_version AS version FROM events WHERE seq > $1 ORDER BY seq LIMIT 1000`,
  /** Waits for open transactions, and then compares numbers that two bulk writers had drawn in turns. */
  numbersBelowHorizon: `
    SELECT seq, id, stream, stream_version AS version FROM events
    WHERE seq > $1 AND txid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY seq LIMIT 1000`,
} as const;

export class CursorReader implements Reader {
  private readonly delivered: Seen[] = [];
  private readonly stop = new AbortController();
  private readonly reading: Promise<void>;
  private quiet = 0;

  constructor(
    ownerUrl: string,
    private readonly sql: (typeof BROKEN_CURSORS)[keyof typeof BROKEN_CURSORS],
  ) {
    this.reading = this.read(new pg.Client({ connectionString: ownerUrl }));
  }

  private async read(client: pg.Client): Promise<void> {
    await client.connect();
    let last = '0';
    while (!this.stop.signal.aborted) {
      const { rows } = await client.query<Seen & { seq: string }>(this.sql, [last]);
      this.delivered.push(...rows);
      last = rows.at(-1)?.seq ?? last;
      this.quiet = rows.length > 0 ? 0 : this.quiet + 1;
      await pause(1);
    }
    await client.end();
  }

  async finish(expected: number): Promise<Seen[]> {
    this.quiet = 0;
    await until(
      'the reader did not fall silent',
      () => this.delivered.length >= expected || this.quiet > QUIET_ROUNDS,
      SOON_MS,
    );
    this.stop.abort();
    await this.reading;
    return this.delivered;
  }
}

/** The log's own way: dense positions, read in their order. */
export class PositionsReader implements Reader {
  private readonly stop = new AbortController();
  private readonly sequencing: Promise<void>;

  constructor(
    private readonly relay: RelayLog,
    lease: Lease,
  ) {
    this.sequencing = this.sequence(lease);
  }

  private async sequence(lease: Lease): Promise<void> {
    await lease.take();
    while (!this.stop.signal.aborted) if ((await this.relay.sequence(lease, 500)).given === 0) await pause(2);
  }

  async finish(expected: number): Promise<Seen[]> {
    const { log } = this.relay;
    await until(`not ${expected} positions were given`, async () => (await log.positions.head()) >= expected, SOON_MS);
    this.stop.abort();
    await this.sequencing;
    const rows = await log.readPositions({ after: 0, limit: expected + 1_000 });
    return rows.map(({ id, stream, streamVersion }) => ({ id, stream, version: streamVersion }));
  }
}

/** The whole path: what a consumer of Kafka sees. A repeat of a position is dropped, as every reader does. */
export class KafkaReader implements Reader {
  /** Records that came again; allowed, and told. */
  repeats = 0;

  constructor(
    private readonly relay: RelayLog,
    private readonly address: KafkaAddress,
    private readonly group: string,
  ) {}

  async finish(expected: number): Promise<Seen[]> {
    const { log } = this.relay;
    await until(`not ${expected} events were sent`, async () => (await log.positions.published()) >= expected, SOON_MS);
    const topics = (await log.topics()).map(topicNameOf);
    const source = await openRecordSource({ address: this.address, group: this.group, topics });
    try {
      return await this.readAll(source, expected);
    } finally {
      await source.close();
    }
  }

  private async readAll(source: RecordSource, expected: number): Promise<Seen[]> {
    const byPosition = new Map<number, Seen>();
    await until(
      `not ${expected} events came out of Kafka`,
      async () => {
        const { records } = await source.take(5_000, 500);
        for (const { position, id, stream, body } of records) {
          if (byPosition.has(position)) this.repeats += 1;
          else byPosition.set(position, { id, stream, version: versionIn(body) });
        }
        return records.length === 0 && byPosition.size >= expected;
      },
      SOON_MS,
    );
    return [...byPosition.values()];
  }
}

function versionIn(body: string): number {
  return (JSON.parse(body) as { streamVersion: number }).streamVersion;
}
