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
}

/**
 * One statement: the audit's row, and the rows of the ledger that name it. The first delivery of a slot on a channel makes its row;
 * what goes out again is one more row of the audit.
 */
const RECORD = `
  WITH noted AS (
    INSERT INTO audit (act, organisation, subject, purpose, ids, recipients, reason, policy, correlation_id)
    VALUES ('disclosure', $1::uuid, $2, $3, $4::text[], ARRAY[$1::uuid::text], $5, $6::int, $7)
    RETURNING seq
  )
  INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit)
  SELECT $8::int, d.sequence, $9, d.audience, d.basis, noted.seq
  FROM noted, unnest($10::bigint[], $11::bigint[], $12::text[]) AS d (sequence, audience, basis)
  ON CONFLICT ON CONSTRAINT feed_ledger_delivery DO NOTHING`;

/** Records deliveries before they leave. Rejects when they could not be recorded, and then they must not leave. */
export async function recordDeliveries(
  write: Pick<LogWrites, 'query'>,
  { subscriber, organisation, reader }: Recipient,
  channel: string,
  disclosed: readonly Disclosed[],
): Promise<void> {
  if (disclosed.length === 0) return;
  const trace = currentTrace();
  const streams = new Set(disclosed.flatMap(({ stream }) => stream ?? []));
  await write.query(RECORD, [
    organisation,
    reader,
    FEED,
    [...disclosed.map(({ delivery }) => delivery), ...streams],
    `feed.${channel}`,
    POLICY_VERSION,
    trace?.correlationId ?? null,
    subscriber,
    channel,
    disclosed.map(({ sequence }) => sequence),
    disclosed.map(({ audience }) => audience),
    disclosed.map(({ basis }) => basis),
  ]);
  markRecorded(trace);
}
