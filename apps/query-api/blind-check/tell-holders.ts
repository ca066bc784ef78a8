import { recordActs } from '#access';
import type { EventLog } from '#event-log';
import type { Graph } from '#graph';
import type { CompletePosition } from '../reading/complete-position.js';
import { HOLDINGS } from './holders.js';

interface Waiting {
  reference: string;
  organisation: string;
  name: string;
  contact: string;
  entities: string[];
  askedAt: string;
}

interface Holder {
  organisation: string;
  audiences: string[];
}

const AT_MOST = 50;
const LOOK_MS = 20_000;

/** Only what the graph already reaches: a question is not answered from a graph that is behind it. */
const WAITING = `
  SELECT b.reference, b.organisation, o.name, b.contact, b.entities, b.asked_at AS "askedAt"
    FROM blind_checks b JOIN organisations o USING (organisation)
   WHERE b.looked_at IS NULL AND b.asked_at <= $1::timestamptz ORDER BY b.asked_at LIMIT $2`;

/** Whoever asks is not told of their own; a statement's marking names who said it. */
const HOLDERS = `
  SELECT marking ->> 'originator' AS organisation, array_agg(audience) AS audiences FROM markings
   WHERE audience = ANY ($1::bigint[]) AND marking ->> 'originator' <> $2
   GROUP BY 1 ORDER BY 1`;

const TOLD = `
  INSERT INTO notices (organisation, roles, kind, about, details, audiences)
  SELECT organisation, '{analyst,referrer,authoriser}', 'blind-check', $1::uuid, $2::jsonb,
         ARRAY(SELECT jsonb_array_elements_text(audiences)::bigint)
    FROM jsonb_to_recordset($3::jsonb) AS holder (organisation uuid, audiences jsonb)
  ON CONFLICT (organisation, kind, about) DO NOTHING`;
const LOOKED = 'UPDATE blind_checks SET looked_at = clock_timestamp() WHERE reference = $1';

/**
 * Looks for those who hold something on what was asked about, whoever may see it, and tells each of them who asks. Beside the
 * questions and in a rhythm of its own, so whoever asked can measure nothing. The notice is for the members of a holder who
 * may see at least one of the statements: the others must not learn that there are any. Told twice is told once (unique key),
 * so several processes may do it at a time, and one that was killed is made up for by the next run.
 */
export class TellHolders {
  constructor(
    private readonly log: EventLog,
    private readonly graph: Graph,
    private readonly complete: CompletePosition,
  ) {}

  /** One run; says how many questions were looked into. */
  async run(): Promise<number> {
    const { asOf } = await this.complete.now();
    const waiting = await this.log.query<Waiting>(WAITING, [asOf.toISOString(), AT_MOST]);
    for (const one of waiting) await this.tell(one);
    return waiting.length;
  }

  private async tell({ reference, organisation, name, contact, entities, askedAt }: Waiting): Promise<void> {
    const { cypher } = HOLDINGS;
    const held = await this.graph.read<{ aud: number }>(cypher, { ids: entities }, { timeoutMs: LOOK_MS });
    const holders = await this.log.query<Holder>(HOLDERS, [held.map(({ aud }) => aud), organisation]);
    const details = { asker: { organisation, name }, contact, reference, entities, askedAt };
    await this.log.transact(async () => ({
      append: 'nothing',
      afterwards: async (write) => {
        const told = holders.map((holder) => ({ ...holder, audiences: holder.audiences.map(String) }));
        await write.query(TOLD, [reference, JSON.stringify(details), JSON.stringify(told)]);
        await write.query(LOOKED, [reference]);
        // Under the holder's own name: an auditor of the asker's organisation must not read there who was told.
        await recordActs(
          write,
          holders.map((holder) => ({
            act: 'consultation' as const,
            viewer: { organisation: holder.organisation, subject: 'blind-check' },
            purpose: 'blind-check',
            ids: [reference, ...entities],
            reason: 'blind-check.told',
          })),
        );
      },
    }));
  }
}
