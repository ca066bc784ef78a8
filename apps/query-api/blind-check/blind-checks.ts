import { recordActs, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { newId } from '#runtime';
import { refuseTooMany, type AskLimits, type AskedLately } from './ask-limits.js';

export interface BlindCheckAnswer {
  reference: string;
  said: string;
}

/** The same for every question: it says nothing of whether anybody holds anything. */
const SAID =
  'Your question is recorded under this reference. Whoever holds something on it is told that you ask, and may make contact. This answer is the same whether or not anybody does.';

/** Two statements, as lock and look must be: one would read what stood there before the lock. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('blind-check ' || $1, 0))`;
const LATELY = `
  SELECT count(*) FILTER (WHERE subject = $2)::int AS "bySubject", count(*)::int AS "byOrganisation",
         coalesce(extract(epoch FROM min(asked_at) FILTER (WHERE subject = $2) + interval '1 hour' - clock_timestamp()), 0)::float8 AS "subjectAgainIn",
         coalesce(extract(epoch FROM min(asked_at) + interval '1 hour' - clock_timestamp()), 0)::float8 AS "organisationAgainIn"
    FROM blind_checks WHERE organisation = $1 AND asked_at > clock_timestamp() - interval '1 hour'`;
const RECORD = `
  INSERT INTO blind_checks (reference, organisation, subject, contact, entities) VALUES ($1, $2, $3, $4, $5)`;

/**
 * Takes the question "does anybody hold something on this?". It has no way to the graph: the question is written down, and
 * the answer is given before anybody looks. So neither what is held nor by whom can show in it, nor in the time it takes.
 */
export class BlindChecks {
  constructor(
    private readonly log: EventLog,
    private readonly limits: AskLimits,
  ) {}

  async ask(viewer: Viewer, purpose: string, entities: readonly string[], contact: string): Promise<BlindCheckAnswer> {
    const { organisation, subject } = viewer;
    const reference = newId();
    await this.log.transact(async (read) => {
      await read.query(LOCK, [organisation]);
      const [lately] = await read.query<AskedLately>(LATELY, [organisation, subject]);
      if (lately !== undefined) refuseTooMany(lately, this.limits);
      return {
        append: 'nothing',
        afterwards: async (write) => {
          await write.query(RECORD, [reference, organisation, subject, contact, entities]);
          await recordActs(write, [
            { act: 'consultation', viewer, purpose, ids: [reference, ...entities], reason: 'question.blind-check' },
          ]);
        },
      };
    });
    return { reference, said: SAID };
  }
}
