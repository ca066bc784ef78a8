import { entityOf, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import { Cases, CASES } from '../questions/cluster-cases.js';
import {
  BELONGING,
  BELONGINGS,
  SIGHTINGS,
  SUCCESSORS,
  type BelongingRow,
  type SuccessorRow,
} from './belongings-graph.js';
import { takedownOf, type Takedown } from './takedowns.js';

/** What belongs to members of a network, what was posted there, and what became of it all. */
export interface Gathered {
  /** By member, in the order of relation and id, posts last. */
  belongings: Map<string, BelongingRow[]>;
  /** By member: itself, then what it has and runs, then what was posted there; only what was referred or removed. */
  takedowns: Map<string, Takedown[]>;
  /** Distinct entities that were looked at. */
  entities: number;
  /** Whether somebody has more than is read of one entity. */
  more: boolean;
}

/** Most that is read of one entity: numbers, handles, names, groups and posts together. */
export const BELONGINGS_OF_ONE = 100;
const POSTED: readonly Entity['kind'][] = ['account', 'handle', 'group'];

export async function gather(reader: Reader, members: readonly Entity[], validity: Validity): Promise<Gathered> {
  const rows = await belongingsOf(reader, members, [...BELONGING], validity);
  const belongings = byAt(rows);
  const things = new Map<string, Entity[]>(members.map((member) => [member.id, [member]]));
  for (const member of members)
    for (const row of belongings.get(member.id) ?? [])
      if (row.relation !== 'HAS_NAME') things.get(member.id)!.push(otherOf(row));
  const places = [...things.values()].flatMap(([_, ...had]) => had.filter(({ kind }) => POSTED.includes(kind)));
  const posts = await belongingsOf(reader, unique(places), ['POSTED_BY'], validity);
  const postsAt = byAt(posts);
  for (const own of things.values())
    for (const { id } of own.slice(1)) own.push(...(postsAt.get(id) ?? []).map(otherOf));
  const takedowns = await takedownsOf(reader, things, validity);
  return {
    belongings,
    takedowns,
    entities: unique([...things.values()].flat()).length,
    more: [...belongings.values(), ...postsAt.values()].some((own) => own.length > BELONGINGS_OF_ONE),
  };
}

async function belongingsOf(
  reader: Reader,
  of: readonly Entity[],
  relations: string[],
  validity: Validity,
): Promise<BelongingRow[]> {
  const ids = of.map(({ id }) => id);
  return ids.length === 0
    ? []
    : await reader.rows(BELONGINGS, { ids, relations, each: BELONGINGS_OF_ONE + 1, ...validity });
}

async function takedownsOf(
  reader: Reader,
  things: ReadonlyMap<string, readonly Entity[]>,
  validity: Validity,
): Promise<Map<string, Takedown[]>> {
  const ids = unique([...things.values()].flat()).map(({ id }) => id);
  const cases = await reader.rows(CASES, { members: ids, ...validity });
  const concerned = [...new Set(cases.map(({ at }) => at))];
  if (concerned.length === 0) return new Map();
  const [sightings, successors] = await Promise.all([
    reader.rows(SIGHTINGS, { ids: concerned, ...validity }),
    reader.rows(SUCCESSORS, { ids: concerned, ...validity }),
  ]);
  const later = [...new Set(successors.map(({ other }) => other))].filter((id) => !ids.includes(id));
  const ofLater = later.length === 0 ? [] : await reader.rows(CASES, { members: later, ...validity });
  const known = {
    cases: new Cases([...cases, ...ofLater]),
    sightings: new Map(sightings.map(({ at, dates }) => [at, dates])),
    successors: byAt<SuccessorRow>(successors),
  };
  return new Map(
    [...things].map(([member, own]) => [member, unique(own).flatMap((thing) => takedownOf(thing, known) ?? [])]),
  );
}

function byAt<Row extends { at: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(row.at);
    if (known === undefined) found.set(row.at, [row]);
    else known.push(row);
  }
  return found;
}

function otherOf({ other, otherKey, otherLabels }: BelongingRow): Entity {
  return entityOf(other, otherKey, otherLabels);
}

/** Each entity once, where it came first. */
export function unique(entities: readonly Entity[]): Entity[] {
  return [...new Map(entities.map((one) => [one.id, one])).values()];
}
