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

/** By the marking in force, as deliveries decide it: what may not be delivered is not there, nor counted, nor in anything's way. */
const visible = (row: string): string => `EXISTS (
  SELECT FROM feed_slots s
  WHERE s.subscriber = ${row}.subscriber AND s.sequence = ${row}.sequence AND s.ended IS NULL AND (s.kind = 2 OR (
    SELECT coalesce((SELECT m.audience FROM markings_in_force m WHERE m.stream = v.stream), v.audience)
    FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) = ANY ($2::bigint[])))`;

const other = (condition: string): string => `EXISTS (
  SELECT FROM feed_objects f WHERE f.subscriber = o.subscriber AND f.id = o.id AND ${condition} AND ${visible('f')})`;

/** An object that several slots hold is listed where it stands first. */
const rowsWhere = (which: string): string => `
  SELECT o.added, o.id, o.version, o.sequence, o.place, o.root FROM feed_objects o
  WHERE o.subscriber = $1 AND o.added > $3 ${which} AND ${visible('o')}
    AND NOT ${other('f.version = o.version AND f.added < o.added')}
    AND ($5::boolean OR o.version = ANY ($6::bigint[])
      OR ($7::boolean AND NOT ${other('f.version > o.version')})
      OR ($8::boolean AND NOT ${other('f.version < o.version')}))
  ORDER BY o.added LIMIT $4`;

const OF_TYPE = (at: number): string => `AND split_part(o.id, '--', 1) = ANY ($${at}::text[])`;
const OF_ID = (at: number): string => `AND o.id = ANY ($${at}::text[])`;
const ROWS = {
  all: rowsWhere(''),
  types: rowsWhere(OF_TYPE(9)),
  ids: rowsWhere(OF_ID(9)),
  both: rowsWhere(`${OF_ID(9)} ${OF_TYPE(10)}`),
} as const;

/** Objects of a feed's slots in the order in which they were added. @param allowed audiences that it may carry now */
export async function rowsWanted(
  log: Pick<EventLog, 'query'>,
  subscriber: number,
  allowed: readonly number[],
  wanted: Wanted,
): Promise<IndexRow[]> {
  const { after, limit, ids, types, versions, specKept } = wanted;
  if (!specKept || limit <= 0) return [];
  const terms = [subscriber, allowed, after, limit, ...versionTerms(versions)];
  if (ids !== undefined && types !== undefined) return log.query<IndexRow>(ROWS.both, [...terms, ids, types]);
  if (ids !== undefined) return log.query<IndexRow>(ROWS.ids, [...terms, ids]);
  return types === undefined
    ? log.query<IndexRow>(ROWS.all, terms)
    : log.query<IndexRow>(ROWS.types, [...terms, types]);
}

function versionTerms(versions: Versions): [boolean, readonly number[], boolean, boolean] {
  return versions === 'all' ? [true, [], false, false] : [false, versions.at, versions.last, versions.first];
}
