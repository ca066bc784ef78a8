import { lasts } from '#events';
import type { Desk } from './desk.js';
import type { Belonging } from './facts.js';
import { readMarkings, type Header } from './log-reading.js';

/** A membership of an entity, or the end of one, and under which marking it is stated. */
export interface Membership {
  network: string;
  audience: number;
  parts: boolean;
  /** Of the event that states it. */
  position: number;
  /** First second of what is claimed; null where it is undated. */
  since: number | null;
}

const READ = `
  SELECT m.entity, m.network, m.parts, m.position, m.since, coalesce(
    (SELECT v.audience FROM events v
     WHERE v.stream = m.stream AND v.type = 'assertion.regraded'
       AND (SELECT p.position FROM log_positions p WHERE p.seq = v.seq) <= $2
     ORDER BY v.stream_version DESC LIMIT 1),
    (SELECT v.audience FROM events v WHERE v.stream = m.stream AND v.stream_version = 1)
  ) AS audience
  FROM unnest($1::text[]) AS asked (entity), LATERAL (
    SELECT s.* FROM feed_memberships s WHERE s.entity = asked.entity OFFSET 0
  ) m`;

/** What is said of the memberships of some entities, by entity, each under the marking that it had at a position. */
export async function readMemberships(
  { turn, state }: Pick<Desk, 'turn' | 'state'>,
  entities: readonly string[],
  position: number,
): Promise<Map<string, Membership[]>> {
  const found = new Map<string, Membership[]>();
  if (entities.length === 0) return found;
  const rows = await turn.write.query<Membership & { entity: string }>(READ, [[...new Set(entities)], position]);
  await readMarkings(
    turn.write,
    rows.map(({ audience }) => audience),
    state.markings,
  );
  for (const { entity, ...membership } of rows) found.set(entity, [...(found.get(entity) ?? []), membership]);
  return found;
}

export async function addMemberships(
  { turn }: Pick<Desk, 'turn'>,
  { stream, position }: Pick<Header, 'stream' | 'position'>,
  said: readonly Belonging[],
): Promise<void> {
  if (said.length === 0) return;
  await turn.write.query(
    `INSERT INTO feed_memberships (network, entity, stream, index, position, parts, since)
     SELECT m.network, m.entity, $1, m.index, $2, m.parts, m.since
     FROM unnest($3::text[], $4::text[], $5::int[], $6::boolean[], $7::bigint[]) AS m (network, entity, index, parts, since)
     ON CONFLICT DO NOTHING`,
    [
      stream,
      position,
      said.map(({ network }) => network),
      said.map(({ entity }) => entity),
      said.map(({ index }) => index),
      said.map(({ parts }) => parts),
      said.map(({ since }) => since ?? null),
    ],
  );
}

/**
 * Whether an entity belongs to a network at a time (milliseconds since 1970), as far as somebody may see what is said of it: what they
 * may not see neither makes a member nor ends one.
 */
export function isMember(
  said: readonly Membership[],
  network: string,
  { maySee, at }: { maySee: (audience: number) => boolean; at: number },
): boolean {
  const seen = said.filter((each) => each.network === network && maySee(each.audience));
  const dated = (parts: boolean) =>
    seen.filter((each) => each.parts === parts).map(({ position, since }) => ({ pos: position, from: since }));
  const partings = dated(true);
  return dated(false).some((joined) => lasts(joined, partings, { validStart: Math.floor(at / 1_000) }));
}

/** Takes back what a stream states of memberships, at some places only or all of it. */
export async function dropMemberships(
  { turn }: Pick<Desk, 'turn'>,
  stream: string,
  indexes?: readonly number[],
): Promise<void> {
  await turn.write.query('DELETE FROM feed_memberships WHERE stream = $1 AND ($2::int[] IS NULL OR index = ANY ($2))', [
    stream,
    indexes ?? null,
  ]);
}
