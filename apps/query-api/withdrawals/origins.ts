import type { EventLog } from '#event-log';
import { originDigest } from '#identifiers';
import { QuestionRefused } from '../terms/refusals.js';
import { originOf, STATING } from './stating.js';

/**
 * Which events name which origin, read from the log behind the writers. A property of relationships costs every write an index
 * of each relation, and a table written with each assertion costs each command; nobody but one seldom question looks for
 * origins, so whoever asks it reads on to where the answer stands, and a rhythm of the app keeps that short.
 */

const READ = 'SELECT position FROM log_origins_read';

/** Safe with others at the same work: the same rows again change nothing, and the place never goes back. */
const KEEP = `
  WITH kept AS (
    INSERT INTO log_origins (origin, position)
    SELECT * FROM unnest($1::uuid[], $2::bigint[]) ON CONFLICT DO NOTHING
  )
  UPDATE log_origins_read SET position = greatest(position, $3)`;

const stating: ReadonlySet<string> = new Set(STATING);

/** Events of one round: a longer transaction would hold the relay back. */
const ROUND = 2_000;

export class Origins {
  constructor(private readonly log: Pick<EventLog, 'query' | 'readPositions' | 'positions'>) {}

  /** Reads on to the end of the log. */
  async run(signal?: AbortSignal): Promise<void> {
    await this.readUpTo(await this.log.positions.head(), () => signal?.aborted === true);
  }

  /** @throws {@link QuestionRefused} `origins.filling` where it takes longer than the caller may wait; what was read stays read */
  async holdsUpTo(position: number, outOfTime: () => boolean): Promise<void> {
    if (!(await this.readUpTo(position, outOfTime))) throw stillReading();
  }

  private async readUpTo(position: number, isOver: () => boolean): Promise<boolean> {
    const [row] = await this.log.query<{ position: string | number }>(READ, []);
    for (let after = Number(row?.position ?? 0); after < position;) {
      if (isOver()) return false;
      const rows = await this.log.readPositions({ after, upTo: position, limit: ROUND });
      const last = rows.at(-1);
      if (last === undefined) return false;
      const found = rows.flatMap(({ type, body, position: at }) => {
        const origin = stating.has(type) ? originIn(type, body) : undefined;
        return origin === undefined ? [] : [{ key: keyOfOrigin(origin), at }];
      });
      await this.log.query(KEEP, [found.map(({ key }) => key), found.map(({ at }) => at), last.position]);
      after = last.position;
    }
    return true;
  }
}

/** 128 bits of the hash in the form of a UUID: nobody reads a source's name out of the table. */
export function keyOfOrigin(origin: string): string {
  const hex = originDigest(origin).toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Without a schema: one that cannot be read is parked, and stands in no graph. */
function originIn(type: string, body: string): string | undefined {
  const origin = originOf({ type, ...(JSON.parse(body) as { source: string; origin?: string }) });
  return typeof origin === 'string' ? origin : undefined;
}

function stillReading(): QuestionRefused {
  return new QuestionRefused(
    'origins.filling',
    'Unavailable',
    'The origins of what was recorded lately are still being read. Ask again in a minute.',
  );
}
