import { stands, type Fetch, type Reader } from '../reading/fetch.js';
import { inParts } from '../reading/in-parts.js';
import { byText, touches } from '../reading/statement-row.js';

/**
 * What people are in cases (R10), by all that the viewer may see and of whatever time: who is a victim in one case is no less one in a
 * file about another. Somebody of whom no case says anything is what those are whom they are the same as, or a second
 * record of a victim would carry their numbers out.
 */

/** What somebody is, in packed categories, and log positions at which it is said: the newest of each category and marking. */
export interface PartInCases {
  cats: number[];
  positions: number[];
}

interface CategoryRow {
  id: string;
  cat: number;
  aud: number;
  pos: number;
}

export const CATEGORIES: Fetch<{ ids: string[] }, CategoryRow> = {
  name: 'parts-in-cases.categories',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r]-(:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND r.cat IS NOT NULL
    RETURN e.id AS id, r.cat AS cat, r.aud AS aud, max(r.pos) AS pos
    ORDER BY id, cat, aud`,
  meaning: (world, { ids, ...sight }) =>
    [...new Set(ids)].sort(byText).flatMap((id) => {
      const newest = new Map<string, CategoryRow>();
      for (const one of world) {
        const { cat, aud, pos } = one;
        if (cat === undefined || !touches(one, id) || !stands(one, sight)) continue;
        const kind = `${cat} ${aud}`;
        newest.set(kind, { id, cat, aud, pos: Math.max(pos, newest.get(kind)?.pos ?? 0) });
      }
      return [...newest.values()].sort((one, other) => one.cat - other.cat || one.aud - other.aud);
    }),
  warmUp: { ids: ['none'] },
};

interface SameRow {
  id: string;
  other: string;
  /** Of the newest statement that says so. */
  pos: number;
}

export const SAMES: Fetch<{ ids: string[] }, SameRow> = {
  name: 'parts-in-cases.sames',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r:SAME_AS|NOT_SAME_AS]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND e:Person
    WITH e.id AS id, o.id AS other, max(CASE WHEN type(r) = 'SAME_AS' THEN r.pos ELSE 0 END) AS pos,
      max(CASE WHEN type(r) = 'NOT_SAME_AS' THEN r.pos ELSE 0 END) AS parted
    WHERE pos > parted
    RETURN id, other, pos
    ORDER BY id, other`,
  meaning: (world, { ids, ...sight }) =>
    [...new Set(ids)].sort(byText).flatMap((id) => {
      const said = new Map<string, { pos: number; parted: number }>();
      for (const one of world) {
        const { relation, subject, object, pos } = one;
        if (!['SAME_AS', 'NOT_SAME_AS'].includes(relation) || !touches(one, id) || !stands(one, sight)) continue;
        const [here, other] = subject.id === id ? [subject, object] : [object, subject];
        if (here.label !== 'Person') continue;
        const known = said.get(other.id) ?? { pos: 0, parted: 0 };
        const field = relation === 'SAME_AS' ? 'pos' : 'parted';
        said.set(other.id, { ...known, [field]: Math.max(pos, known[field]) });
      }
      return [...said]
        .filter(([, { pos, parted }]) => pos > parted)
        .map(([other, { pos }]) => ({ id, other, pos }))
        .sort((one, next) => byText(one.other, next.other));
    }),
  warmUp: { ids: ['none'] },
};

/** By id, of all of whom it is known. */
export async function partsInCases(reader: Reader, ids: readonly string[]): Promise<Map<string, PartInCases>> {
  const parts = new Map<string, PartInCases>();
  const sames = new Map<string, SameRow[]>();
  const met = new Set(ids);
  for (let next = [...met]; next.length > 0;) {
    for (const { id, cat, pos } of await inParts(reader, CATEGORIES, { ids: next })) {
      const part = parts.get(id) ?? { cats: [], positions: [] };
      parts.set(id, { cats: [...new Set([...part.cats, cat])], positions: [...part.positions, pos] });
    }
    const silent = next.filter((id) => !parts.has(id));
    next = [];
    for (const row of await inParts(reader, SAMES, { ids: silent })) {
      if (!sames.has(row.id)) sames.set(row.id, []);
      sames.get(row.id)!.push(row);
      if (!met.has(row.other)) next.push(row.other);
      met.add(row.other);
    }
  }
  return new Map([...parts, ...bySames(parts, sames)]);
}

/** Those of whom no case says anything, with what is said of the nearest who are the same: records of one person stand in chains. */
function bySames(
  parts: ReadonlyMap<string, PartInCases>,
  sames: ReadonlyMap<string, SameRow[]>,
): Map<string, PartInCases> {
  const found = new Map<string, PartInCases>();
  const placed = new Set<string>();
  for (const first of sames.keys()) {
    const together = placed.has(first) ? [] : [first];
    const cats = new Set<number>();
    const positions = new Set<number>();
    for (const id of together) {
      placed.add(id);
      for (const { other, pos } of sames.get(id) ?? []) {
        positions.add(pos);
        const part = parts.get(other);
        for (const cat of part?.cats ?? []) cats.add(cat);
        for (const position of part?.positions ?? []) positions.add(position);
        if (part !== undefined || placed.has(other)) continue;
        placed.add(other);
        together.push(other);
      }
    }
    if (cats.size > 0) for (const id of together) found.set(id, { cats: [...cats], positions: [...positions] });
  }
  return found;
}
