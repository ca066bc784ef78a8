import type { EventLog } from '#event-log';
import { DEFINITIONS } from '../stix/stix-of.js';
import type { StixObject } from '../stix/stix-object.js';
import { versionOf, type IndexRow } from './index-rows.js';
import type { PageQuery, Versions } from './page-query.js';

/** What is looked for in the list of a collection. */
export interface Wanted extends Pick<PageQuery, 'ids' | 'types' | 'versions' | 'specKept'> {
  /** Behind this, in microseconds since 1970. */
  after: number;
  limit: number;
}

/** An object of a collection; definitions come with what they are, everything else is made of its slot. */
export type ListedObject = Omit<IndexRow, 'sequence'> & ({ sequence: number } | { definition: StixObject });

/** Every collection begins with the definitions: no date of anything that refers to them can be as early. */
const DEFINITION_ROWS: readonly (ListedObject & { definition: StixObject })[] = DEFINITIONS.map((definition, place) => {
  return { added: 1 + place, id: definition.id, version: versionOf(definition), place, root: null, definition };
});

export function definitionsWanted({ after, ids, types, versions, specKept }: Wanted): readonly ListedObject[] {
  const kept = (version: number): boolean =>
    versions === 'all' || versions.last || versions.first || versions.at.includes(version);
  return DEFINITION_ROWS.filter(
    ({ added, id, version }) =>
      specKept &&
      added > after &&
      ids?.includes(id) !== false &&
      types?.includes(id.split('--')[0] ?? '') !== false &&
      kept(version),
  );
}

/**
 * By the marking in force, as deliveries decide it: what may not be delivered is not there, nor counted, nor in anything's way. Each
 * is a look-up of its own (OFFSET 0): turned into joins, a plan made while the feed was small would read all of it for each page.
 */
const visible = (row: string): string => `EXISTS (
  SELECT FROM feed_slots s
  WHERE s.subscriber = ${row}.subscriber AND s.sequence = ${row}.sequence AND s.ended IS NULL AND (s.kind = 2 OR (
    SELECT coalesce((SELECT m.audience FROM markings_in_force m WHERE m.stream = v.stream), v.audience)
    FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) = ANY ($2::bigint[])) OFFSET 0)`;

const other = (condition: string): string => `EXISTS (
  SELECT FROM feed_objects f
  WHERE f.subscriber = d.subscriber AND f.id = d.id AND ${condition} AND ${visible('f')} OFFSET 0)`;

/**
 * A stretch of the list, and what of it is there and wanted. An object that several slots hold is listed where it stands first,
 * which is looked up once for each: an author stands in all slots.
 */
const stretchWhere = (which: string): string => `
  WITH stretch AS MATERIALIZED (
    SELECT o.* FROM feed_objects o WHERE o.subscriber = $1 AND o.added > $3 ${which} ORDER BY o.added LIMIT $4
  ), there AS MATERIALIZED (
    SELECT o.* FROM stretch o WHERE ${visible('o')}
  ), firsts AS MATERIALIZED (
    SELECT d.id, d.version, (
      SELECT f.added FROM feed_objects f
      WHERE f.subscriber = d.subscriber AND f.id = d.id AND f.version = d.version AND ${visible('f')}
      ORDER BY f.added LIMIT 1
    ) AS added, $5::boolean OR d.version = ANY ($6::bigint[])
      OR ($7::boolean AND NOT ${other('f.version > d.version')})
      OR ($8::boolean AND NOT ${other('f.version < d.version')}) AS wanted
    FROM (SELECT DISTINCT subscriber, id, version FROM there) d
  )
  SELECT l.through, l.width, o.added, o.id, o.version, o.sequence, o.place, o.root
  FROM (SELECT max(added) AS through, count(*)::int AS width FROM stretch) l
  LEFT JOIN (
    SELECT o.* FROM there o JOIN firsts f ON f.id = o.id AND f.version = o.version AND f.added = o.added AND f.wanted
  ) o ON true
  ORDER BY o.added`;

const OF_TYPE = (at: number): string => `AND split_part(o.id, '--', 1) = ANY ($${at}::text[])`;
const OF_ID = (at: number): string => `AND o.id = ANY ($${at}::text[])`;
const STRETCH = {
  all: stretchWhere(''),
  types: stretchWhere(OF_TYPE(9)),
  ids: stretchWhere(OF_ID(9)),
  both: stretchWhere(`${OF_ID(9)} ${OF_TYPE(10)}`),
} as const;

/** Rows of a stretch for each object of a page: a slot repeats whom and what it speaks of. */
const ROWS_PER_OBJECT = 4;
const LEAST_STRETCH = 200;

type StretchRow = { through: number | null; width: number } & (IndexRow | { [Column in keyof IndexRow]: null });

/** Objects of a feed's slots in the order in which they were added. @param allowed audiences that it may carry now */
export async function rowsWanted(
  log: Pick<EventLog, 'query'>,
  subscriber: number,
  allowed: readonly number[],
  wanted: Wanted,
): Promise<IndexRow[]> {
  const { limit, ids, types, versions, specKept } = wanted;
  const width = Math.max(limit * ROWS_PER_OBJECT, LEAST_STRETCH);
  const found: IndexRow[] = [];
  let { after } = wanted;
  while (specKept && found.length < limit) {
    const terms = [subscriber, allowed, after, width, ...versionTerms(versions)];
    const rows = await stretch(log, terms, ids, types);
    found.push(...rows.flatMap(({ through: _, width: __, ...row }) => (row.id === null ? [] : [row as IndexRow])));
    const [end] = rows;
    if (end === undefined || end.through === null || end.width < width) break;
    after = end.through;
  }
  return found.slice(0, Math.max(limit, 0));
}

function stretch(
  log: Pick<EventLog, 'query'>,
  terms: readonly unknown[],
  ids: readonly string[] | undefined,
  types: readonly string[] | undefined,
): Promise<StretchRow[]> {
  if (ids !== undefined && types !== undefined) return log.query<StretchRow>(STRETCH.both, [...terms, ids, types]);
  if (ids !== undefined) return log.query<StretchRow>(STRETCH.ids, [...terms, ids]);
  return types === undefined
    ? log.query<StretchRow>(STRETCH.all, terms)
    : log.query<StretchRow>(STRETCH.types, [...terms, types]);
}

function versionTerms(versions: Versions): [boolean, readonly number[], boolean, boolean] {
  return versions === 'all' ? [true, [], false, false] : [false, versions.at, versions.last, versions.first];
}
