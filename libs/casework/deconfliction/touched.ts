import type { LogReads, LogWrites } from '#event-log';

/** An interest of another organisation in items of a referral. */
export interface Touched {
  interest: string;
  organisation: string;
  audience: number;
  covert: boolean;
  /** Which of its identifiers, by public id. */
  entities: string[];
}

/** Open interests of others in these identifiers. A look-up for each identifier, however many interests there are. */
export async function touchedBy(
  read: Pick<LogReads, 'query'>,
  organisation: string,
  entities: readonly string[],
): Promise<Touched[]> {
  return read.query<Touched>(
    `SELECT i.interest, i.organisation, i.audience, i.covert, array_agg(asked.entity ORDER BY asked.entity) AS entities
       FROM unnest($2::text[]) AS asked (entity), LATERAL (
         SELECT d.interest FROM interest_entities d WHERE d.entity = asked.entity OFFSET 0
       ) AS declared, LATERAL (
         SELECT * FROM interests o WHERE o.interest = declared.interest
           AND o.organisation <> $1 AND o.ended_at IS NULL AND o.until > clock_timestamp()
       ) AS i
      GROUP BY i.interest, i.organisation, i.audience, i.covert ORDER BY i.interest`,
    [organisation, [...new Set(entities)]],
  );
}

/** What belongs to one check of a referral. */
export interface Check {
  referral: string;
  touched: readonly Touched[];
  /** Until when it holds the referral back; absent where it does not. */
  hold?: { from: Date; until: Date };
  newId: () => string;
}

/**
 * Each owner is told of the check, covert or not, in its own name alone: not who asks, nor what is referred. Written in the
 * transaction in which the referral is held or leaves. Half-way through a hold somebody with a say is told again.
 */
export async function recordChecks(write: LogWrites, { referral, touched, hold, newId }: Check): Promise<void> {
  if (touched.length === 0) return;
  const rows = touched.map(({ covert, ...one }) => ({ ...one, check: newId(), holds: hold !== undefined && !covert }));
  const halfway = hold === undefined ? null : new Date((hold.from.getTime() + hold.until.getTime()) / 2).toISOString();
  await write.query(INSERT_CHECKS, [JSON.stringify(rows), referral, hold?.until.toISOString() ?? null, halfway]);
  await write.query(TELL_OWNERS, [JSON.stringify(rows)]);
}

const ROWS = `jsonb_to_recordset($1::jsonb) AS row
  ("check" uuid, interest uuid, organisation uuid, audience bigint, entities jsonb, holds boolean)`;

const INSERT_CHECKS = `
  INSERT INTO interest_checks ("check", interest, organisation, audience, referral, entities, holds, until, escalate_at, ended_at)
  SELECT "check", interest, organisation, audience, $2::uuid, ARRAY(SELECT jsonb_array_elements_text(entities)), holds,
         CASE WHEN holds THEN $3::timestamptz END, CASE WHEN holds THEN $4::timestamptz END,
         CASE WHEN NOT holds THEN clock_timestamp() END
    FROM ${ROWS}
  ON CONFLICT (referral, interest) DO NOTHING`;

const TELL_OWNERS = `
  INSERT INTO notices (organisation, roles, kind, about, details, audiences)
  SELECT c.organisation, '{analyst,referrer,authoriser}', 'interest.checked', c."check",
         jsonb_build_object('check', c."check", 'interest', c.interest, 'entities', c.entities, 'asks', 'an agency, by way of the deconfliction desk',
           'holds', c.holds) || CASE WHEN c.holds THEN jsonb_build_object('answerBy', c.until) ELSE '{}' END,
         ARRAY[c.audience]
    FROM ${ROWS} JOIN interest_checks c USING ("check")
  ON CONFLICT (organisation, kind, about) DO NOTHING`;

/** A referral that is not held any more holds nobody up. */
export async function endHolds(write: LogWrites, referrals: readonly string[]): Promise<void> {
  if (referrals.length === 0) return;
  await write.query(
    `UPDATE interest_checks SET ended_at = clock_timestamp() WHERE referral = ANY ($1::uuid[]) AND ended_at IS NULL`,
    [referrals],
  );
}
