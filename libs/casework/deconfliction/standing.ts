import { POLICY_VERSION, basisLock, markingsInForce, permissionLock } from '#access';
import { audienceOf, type OutwardBasis } from '#events';
import type { LogReads } from '#event-log';

type Reads = Pick<LogReads, 'query' | 'lockShared'>;

/**
 * Whether a decision to act still stands when the machine comes to carry it out: the same policy, every permission that counted
 * still granted, everything that it rests on still said, and under the same marking (R3, R5, R6). Nobody revokes or regrades
 * until the transaction ends. Where it does not stand, a person has to decide anew.
 */
export async function stillStands(read: Reads, decision: OutwardBasis): Promise<boolean> {
  const { policy, permissions, of } = decision;
  if (policy !== POLICY_VERSION) return false;
  await read.lockShared([
    ...of.map(({ event }) => basisLock(`assertion-${event}`)),
    ...permissions.map(permissionLock),
  ]);
  if (permissions.length > 0 && (await standing(read, permissions)) < new Set(permissions).size) return false;
  if (of.length === 0) return true;
  const [markings, withdrawn] = await Promise.all([
    markingsInForce(
      read,
      of.map(({ event }) => event),
    ),
    anyWithdrawn(
      read,
      of.map(({ event }) => event),
    ),
  ]);
  return (
    !withdrawn &&
    of.every(({ event, under }) => {
      const marking = markings.get(event);
      return marking !== undefined && audienceOf(marking) === under;
    })
  );
}

async function standing(read: Reads, permissions: readonly string[]): Promise<number> {
  const [row] = await read.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM permissions
      WHERE permission = ANY ($1::uuid[]) AND state = 'granted' AND (until IS NULL OR until > clock_timestamp())
        AND (held_until IS NULL OR held_until <= clock_timestamp())`,
    [permissions],
  );
  return row?.count ?? 0;
}

async function anyWithdrawn(read: Reads, events: readonly string[]): Promise<boolean> {
  const rows = await read.query<{ withdrawn: boolean }>(
    `SELECT EXISTS (
       SELECT FROM unnest($1::uuid[]) AS asked (id), LATERAL (
         SELECT e.stream FROM events e WHERE e.id = asked.id LIMIT 1
       ) AS said, LATERAL (
         SELECT 1 FROM events w WHERE w.stream = said.stream AND w.type = 'assertion.withdrawn' LIMIT 1
       ) AS gone) AS withdrawn`,
    [events],
  );
  return rows[0]?.withdrawn === true;
}
