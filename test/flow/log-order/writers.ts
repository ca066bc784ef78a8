import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { RecordedEvent } from '#events';
import type { EventLog, LogReads, LogWrites, StreamWrite } from '#event-log';
import { ORGANISATION, someDraft } from '../../support/log-events.js';
import type { Seen } from './faults.js';

/** Events for a stream, after whatever it holds. */
export interface Addition {
  stream: string;
  events: number;
  /** It is known to be empty, and need not be looked at. */
  fresh?: boolean;
}

/** Why a command of the workload ends without effect: as it should, or because another one was first. */
export class RolledBack extends Error {}
export class Refused extends Error {}

/** How commands write. Each answers with what was acknowledged, throws {@link Refused} when it may try again. */
export interface Writer {
  /** One command: everything in one append; `within` runs before the commit. */
  add(additions: readonly Addition[], within?: () => Promise<void>): Promise<Seen[]>;
  /** A command whose transaction has an id before it appends; `meanwhile` runs between the two. */
  addEarly(addition: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]>;
  /** A command that appends twice in one transaction; `meanwhile` runs between the two. */
  addTwice(first: Addition, second: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]>;
  close(): Promise<void>;
}

const VERSION = 'SELECT coalesce(max(stream_version), 0)::int AS version FROM events WHERE stream = $1';

/** The log itself. What it must not be used for, it refuses. */
export class LogWriter implements Writer {
  constructor(private readonly log: EventLog) {}

  add(additions: readonly Addition[], within?: () => Promise<void>): Promise<Seen[]> {
    return this.command(async (read) => ({
      append: await Promise.all(additions.map((addition) => writeOf(read, addition))),
      afterwards: async (write: LogWrites, appended: RecordedEvent[]) => {
        if (within !== undefined) {
          await write.query('SELECT 1', []); // the append has been carried out when this answers
          await within();
        }
        return seenOf(appended);
      },
    }));
  }

  addEarly(addition: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]> {
    return this.command(async (read) => {
      await read.query('SELECT pg_current_xact_id()', []);
      await meanwhile();
      return {
        append: [await writeOf(read, addition)],
        afterwards: (_: LogWrites, appended: RecordedEvent[]) => Promise.resolve(seenOf(appended)),
      };
    });
  }

  addTwice(first: Addition, second: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]> {
    return this.command(async (read) => ({
      append: [await writeOf(read, first)],
      afterwards: async (write: LogWrites, appended: RecordedEvent[]) => {
        await write.query('SELECT 1', []);
        await meanwhile();
        const [row] = await write.query<{ version: number }>(VERSION, [second.stream]);
        await write.query(
          `SELECT append_events('{}', '{}', ARRAY[$1::uuid], ARRAY[$2], ARRAY[$3::int], '{network.events}',
             '{assertion.made}', '{1}', '{}', now(), '{}', '', '')`,
          [uuid(), second.stream, (row?.version ?? 0) + 1],
        );
        return seenOf(appended);
      },
    }));
  }

  private async command(prepare: Parameters<EventLog['transact']>[0]): Promise<Seen[]> {
    try {
      return (await this.log.transact(prepare)) as Seen[];
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'stream.conflict' || code === 'append.not-first') throw new Refused(code, { cause: error });
      throw error;
    }
  }

  close(): Promise<void> {
    return this.log.close();
  }
}

async function writeOf(read: LogReads, { stream, events, fresh }: Addition): Promise<StreamWrite> {
  const [row] = fresh === true ? [] : await read.query<{ version: number }>(VERSION, [stream]);
  const drafts = Array.from({ length: events }, () => someDraft());
  return { stream, expectedVersion: row?.version ?? 0, source: ORGANISATION, events: drafts };
}

function seenOf(appended: readonly RecordedEvent[]): Seen[] {
  return appended.map(({ id, stream, streamVersion }) => ({ id, stream, version: streamVersion }));
}

/** The broken way: the owner of the tables inserts whenever it likes, also late and twice in a transaction. */
export class UncheckedWriter implements Writer {
  private readonly pool: pg.Pool;

  constructor(ownerUrl: string, size: number) {
    this.pool = new pg.Pool({ connectionString: ownerUrl, max: size });
  }

  add(additions: readonly Addition[], within?: () => Promise<void>): Promise<Seen[]> {
    return this.transaction(async (client) => {
      const seen: Seen[] = [];
      for (const addition of additions) seen.push(...(await insert(client, addition)));
      await within?.();
      return seen;
    });
  }

  addEarly(addition: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]> {
    return this.transaction(async (client) => {
      await client.query('SELECT pg_current_xact_id()');
      await meanwhile();
      return insert(client, addition);
    });
  }

  addTwice(first: Addition, second: Addition, meanwhile: () => Promise<unknown>): Promise<Seen[]> {
    return this.transaction(async (client) => {
      const seen = await insert(client, first);
      await meanwhile();
      return [...seen, ...(await insert(client, second))];
    });
  }

  private async transaction(work: (client: pg.PoolClient) => Promise<Seen[]>): Promise<Seen[]> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const seen = await work(client);
      await client.query('COMMIT');
      return seen;
    } catch (error) {
      await client.query('ROLLBACK');
      const { code } = error as { code?: string };
      throw code === '23505' || code === '40P01' ? new Refused(code, { cause: error }) : error;
    } finally {
      client.release();
    }
  }

  /** The pool calls itself ended before its connections are closed, and one that is still open when its database is dropped breaks loudly. */
  async close(): Promise<void> {
    let open = this.pool.totalCount;
    const closed = new Promise<void>((resolve) => {
      if (open === 0) resolve();
      this.pool.on('remove', () => {
        open -= 1;
        if (open === 0) resolve();
      });
    });
    await this.pool.end();
    await closed;
  }
}

async function insert(client: pg.PoolClient, { stream, events }: Addition): Promise<Seen[]> {
  const { rows } = await client.query<{ version: number }>(VERSION, [stream]);
  const from = (rows[0]?.version ?? 0) + 1;
  const seen = Array.from({ length: events }, (_, i) => ({ id: uuid(), stream, version: from + i }));
  await client.query(
    `INSERT INTO events (incarnation, id, stream, stream_version, topic, type, audience, recorded_time, body)
     SELECT 1, e.id, $1, e.version, 'network.events', 'assertion.made', 1, now(), '{}'
     FROM unnest($2::uuid[], $3::int[]) AS e (id, version)`,
    [stream, seen.map(({ id }) => id), seen.map(({ version }) => version)],
  );
  return seen;
}
