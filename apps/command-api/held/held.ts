import { markingsInForce, maySee, readDisclosed, type DisclosedTo, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import { Refusal } from '#events';
import { SLOT, type RecallState } from '#feeds';

export interface HeldDelivery {
  /** Event of the item: what was said, a correction, a regrade. */
  event: string;
  type: string;
  channel: string;
  /** First time; it may have been fetched again. */
  at: string;
  /** Why the recipient was let see it: code of the policy. */
  ground: string;
  /** What the newest notice that asks for an answer became. */
  recall?: { notice: string; reason: string; state: RecallState; dueAt: string; answeredAt?: string };
}

export interface HeldRecipient {
  organisation: string;
  name: string;
  /** By its feeds; these can be recalled. */
  deliveries: HeldDelivery[];
  /** By answers to its members and by copies. */
  disclosures: Omit<DisclosedTo, 'recipient'>[];
}

export interface Held {
  item: string;
  recipients: HeldRecipient[];
  /** Whether there were more deliveries than are told. */
  truncated: boolean;
}

const MAX_DELIVERIES = 1_000;

const SECOND = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

/** Places in sequences stay out: they would tell how much else a recipient gets. */
const DELIVERED = `
  SELECT s.organisation, e.id AS event, e.type, g.channel, min(g.at) AS at, min(g.basis) AS ground, n.recall
    FROM events e
    JOIN log_positions p ON p.seq = e.seq
    JOIN feed_slots l ON l.position = p.position AND l.kind = ${SLOT.event}
    JOIN feed_ledger g ON g.subscriber = l.subscriber AND g.sequence = l.sequence
    JOIN feed_subscribers s ON s.subscriber = l.subscriber
    LEFT JOIN LATERAL (
      SELECT jsonb_strip_nulls(jsonb_build_object('notice', n.kind, 'reason', n.reason, 'state', n.state,
               'dueAt', to_char(n.due_at AT TIME ZONE 'UTC', ${SECOND}), 'answeredAt', to_char(n.answered_at AT TIME ZONE 'UTC', ${SECOND}))) AS recall
        FROM feed_notices n
       WHERE n.subscriber = l.subscriber AND l.sequence = ANY (n.sequences) AND n.state IS NOT NULL
       ORDER BY n.sequence DESC LIMIT 1
    ) n ON true
   WHERE e.stream = $1 AND s.organisation <> $2
   GROUP BY s.organisation, e.id, e.type, g.channel, n.recall
   ORDER BY s.organisation, min(g.at), e.id, g.channel LIMIT $3`;

/**
 * Ids of an item's events, where its originator is the caller's organisation and the caller may see it.
 * @throws {@link Refusal} `item.unknown`: what somebody else said answers like what nobody said
 */
export async function ownItem(read: LogReads, viewer: Viewer, item: string): Promise<string[]> {
  const events = (await read.readStreams([item])).get(item) ?? [];
  const [first] = events;
  const marking = first === undefined ? undefined : (await markingsInForce(read, [first.id])).get(first.id);
  if (marking?.originator !== viewer.organisation || !maySee(viewer, marking).see)
    throw new Refusal('NotFound', 'item.unknown', 'Your organisation has said no such thing.');
  return events.map(({ id }) => id);
}

/** Whom else an item went to, as ledger and sealed audit know it. */
export async function heldBy(
  read: LogReads,
  originator: string,
  item: string,
  events: readonly string[],
): Promise<Held> {
  const [delivered, disclosed] = await Promise.all([
    read.query<HeldDelivery & { organisation: string; recall: HeldDelivery['recall'] | null }>(DELIVERED, [
      ...[item, originator, MAX_DELIVERIES + 1],
    ]),
    readDisclosed(read, [item, ...events]),
  ]);
  const told = delivered.slice(0, MAX_DELIVERIES);
  const others = disclosed.filter(({ recipient }) => recipient !== originator);
  const ids = [
    ...new Set([...told.map(({ organisation }) => organisation), ...others.map(({ recipient }) => recipient)]),
  ];
  const names = await read.query<{ organisation: string; name: string }>(
    'SELECT organisation, name FROM organisations WHERE organisation::text = ANY ($1::text[]) ORDER BY name, organisation',
    [ids],
  );
  return {
    item,
    recipients: names.map(({ organisation, name }) => ({
      organisation,
      name,
      deliveries: told
        .filter((each) => each.organisation === organisation)
        .map(({ organisation: _, recall, ...delivery }) => ({ ...delivery, ...(recall === null ? {} : { recall }) })),
      disclosures: others
        .filter(({ recipient }) => recipient === organisation)
        .map(({ recipient: _, ...disclosure }) => disclosure),
    })),
    truncated: delivered.length > MAX_DELIVERIES,
  };
}
