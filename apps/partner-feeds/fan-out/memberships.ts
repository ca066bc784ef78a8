import type { Desk } from './desk.js';
import type { Belonging } from './facts.js';
import { readMarkings } from './log-reading.js';

/** A membership of an entity, and under which marking it is stated. */
interface Membership {
  network: string;
  audience: number;
}

const READ = `
  SELECT m.entity, m.network, coalesce(
    (SELECT v.audience FROM events v
     WHERE v.stream = m.stream AND v.type = 'assertion.regraded'
       AND (SELECT p.position FROM log_positions p WHERE p.seq = v.seq) <= $2
     ORDER BY v.stream_version DESC LIMIT 1),
    (SELECT v.audience FROM events v WHERE v.stream = m.stream AND v.stream_version = 1)
  ) AS audience
  FROM unnest($1::text[]) AS asked (entity), LATERAL (
    SELECT s.entity, s.network, s.stream FROM feed_memberships s WHERE s.entity = asked.entity OFFSET 0
  ) m`;

/** Memberships of some entities, by entity, each under the marking that it had at a position. */
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
  stream: string,
  said: readonly Belonging[],
): Promise<void> {
  if (said.length === 0) return;
  await turn.write.query(
    `INSERT INTO feed_memberships (network, entity, stream, index)
     SELECT m.network, m.entity, $1, m.index FROM unnest($2::text[], $3::text[], $4::int[]) AS m (network, entity, index)
     ON CONFLICT DO NOTHING`,
    [stream, said.map(({ network }) => network), said.map(({ entity }) => entity), said.map(({ index }) => index)],
  );
}

/** Takes back memberships that a stream states, those of some places only or all. */
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
