import { FEED, markRecorded, POLICY_VERSION } from '#access';
import type { LogWrites } from '#event-log';
import { currentTrace } from '#runtime';

/** A delivery that is about to leave. */
export interface Disclosed {
  sequence: number;
  delivery: string;
  /** Absent for a notice, which names only what the recipient holds. */
  stream?: string;
  /** Marking under which it leaves; 0 for a notice. */
  audience: number;
  /** The ground on which it is seen, as the policy names it. */
  basis: string;
}

export interface Recipient {
  subscriber: number;
  organisation: string;
  /** Who takes it: subject of the caller, or the subscription's own name where nobody calls. */
  reader: string;
  /** Of the request by which it is taken; absent where nobody calls. */
  correlationId?: string | undefined;
}

/** What leaves to one recipient on one channel. */
export interface Disclosure {
  to: Recipient;
  channel: string;
  disclosed: readonly Disclosed[];
}

/**
 * One statement: a row of the audit for each disclosure, numbered in their order, and the rows of the ledger that name it. The
 * first delivery of a slot on a channel makes its row; what goes out again is one more row of the audit. Rows of the ledger
 * are made in one order, so that two who deliver the same at once do not wait for each other.
 */
const RECORD = `
  WITH noted AS (
    INSERT INTO audit (act, organisation, subject, purpose, ids, recipients, reason, policy, correlation_id)
    SELECT 'disclosure', d.organisation, d.subject, $2, d.ids, ARRAY[d.organisation::text], d.reason, $3::int, d."correlationId"
    FROM jsonb_to_recordset($1::jsonb)
      AS d (place int, organisation uuid, subject text, ids text[], reason text, "correlationId" text)
    ORDER BY d.place
    RETURNING seq
  )
  INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit)
  SELECT d.subscriber, d.sequence, d.channel, d.audience, d.basis, n.seq
  FROM unnest($4::int[], $5::int[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
    AS d (place, subscriber, sequence, channel, audience, basis)
  JOIN (SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM noted) n USING (place)
  ORDER BY d.subscriber, d.sequence, d.channel
  ON CONFLICT ON CONSTRAINT feed_ledger_delivery DO NOTHING`;

/** Records deliveries before they leave. Rejects when they could not be recorded, and then they must not leave. */
export async function recordDeliveries(
  write: Pick<LogWrites, 'query'>,
  disclosures: readonly Disclosure[],
): Promise<void> {
  const all = disclosures.filter(({ disclosed }) => disclosed.length > 0);
  if (all.length === 0) return;
  const audited = all.map(({ to, channel, disclosed }, i) => ({
    place: i + 1,
    organisation: to.organisation,
    subject: to.reader,
    ids: [...disclosed.map(({ delivery }) => delivery), ...new Set(disclosed.flatMap(({ stream }) => stream ?? []))],
    reason: `feed.${channel}`,
    correlationId: to.correlationId ?? null,
  }));
  const rows = all.flatMap(({ to: { subscriber }, channel, disclosed }, i) =>
    disclosed.map((one) => ({ ...one, place: i + 1, subscriber, channel })),
  );
  await write.query(RECORD, [
    JSON.stringify(audited),
    FEED,
    POLICY_VERSION,
    rows.map(({ place }) => place),
    rows.map(({ subscriber }) => subscriber),
    rows.map(({ sequence }) => sequence),
    rows.map(({ channel }) => channel),
    rows.map(({ audience }) => audience),
    rows.map(({ basis }) => basis),
  ]);
  markRecorded(currentTrace());
}
