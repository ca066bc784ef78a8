import type { Viewer } from '#access';
import type { RelationType } from '#events';
import { entityOf, type Entity } from '../reading/entity.js';
import {
  holdsIn,
  stands,
  type Fetch,
  type Reader,
  type Sight,
  type Validity,
  type WorldStatement,
} from '../reading/fetch.js';
import { inParts } from '../reading/in-parts.js';
import { nothing, type Drawn, type Question } from '../reading/question.js';
import { byText, labelsOf, rowOf, touches } from '../reading/statement-row.js';
import { corroborationOf, type Corroboration, type ShownMarking, type Sources } from '../reading/statement-view.js';
import { periodText } from '../terms/times.js';
import { isOnlyProtected } from './exportable.js';
import { fileMarkings } from './file-marking.js';
import { CATEGORIES, partsInCases, SAMES, type PartInCases } from './parts-in-cases.js';
import type { Reading } from '../terms/seed.js';

/**
 * The identifiers of a seized phone, all at once: each row of the list is a hit, no hit, or not understood. Nothing is
 * dropped, so the caller can hold the answer against the list.
 */

export const MOST_IDENTIFIERS = 5_000;

/** One row of the list as it was read. A text in `readings` says why it was not understood. */
export interface AskedRow {
  /** Line of the CSV, or place in the JSON list from 1. */
  row: number;
  value: string;
  readings: Reading[] | string;
}

export interface ListLookUpTerms {
  rows: readonly AskedRow[];
  validity: Validity;
  /** Where the answer leaves as a file: for whom, and the packed categories whose links stay out of it. */
  file?: { viewer: Viewer; withheld: number[] };
}

export interface ListLookUp {
  /** Of the file as a whole: the strictest combination of those of its rows (R4). Absent on the screen, and where no row has one. */
  marking?: string;
  summary: { rows: number; hits: number; noHits: number; notUnderstood: number };
  rows: AnsweredRow[];
}

export interface AnsweredRow {
  row: number;
  value: string;
  /** `not-exported`: known only as a victim or witness, or only through their links (R10). */
  outcome: 'hit' | 'no-hit' | 'not-understood' | 'not-exported';
  /** Entities that the value names, the likeliest reading first. */
  hits?: Hit[];
  reason?: string;
  /** In a file: the strictest combination of the markings of all that the row goes back to. */
  marking?: string;
}

export interface Hit extends Corroboration {
  entity: Entity;
  relations: RelationType[];
  said: string[];
  from?: string;
  to?: string;
  /** When the newest statement was recorded. */
  recorded: string;
}

interface HitRow extends Corroboration {
  id: string;
  key: string;
  labels: string[];
  relations: RelationType[];
  orgs: number[];
  /** 0 where every statement is left out. */
  newest: number;
  from: number | null;
  to: number | null;
}

type HitParams = { ids: string[]; withheld: number[] } & Validity;

const HITS: Fetch<HitParams, HitRow> = {
  name: 'list-look-up.hits',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r]-(:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, CASE WHEN r.cat IN $withheld THEN null ELSE r END AS s
    WITH e, count(s) AS statements, count(DISTINCT s.org) AS organisations,
      count(DISTINCT s.src) AS independentOrigins, count(s) - count(s.src) AS withoutOrigin,
      collect(DISTINCT type(s)) AS relations, collect(DISTINCT s.org) AS orgs,
      coalesce(max(s.pos), 0) AS newest, min(s.from) AS from, max(s.to) AS to
    RETURN e.id AS id, e.key AS key, labels(e) AS labels, statements, organisations, independentOrigins, withoutOrigin,
      relations, orgs, newest, from, to
    ORDER BY id`,
  meaning: (world, params) =>
    [...params.ids].sort(byText).flatMap((id) => {
      const seen = seenOf(id, world, params);
      if (seen.length === 0) return [];
      const entity = seen[0]!.subject.id === id ? seen[0]!.subject : seen[0]!.object;
      const shown = seen.filter(({ cat }) => cat === undefined || !params.withheld.includes(cat));
      const times = (of: 'from' | 'to'): number[] => shown.flatMap((one) => one[of] ?? []);
      return {
        id,
        key: entity.key,
        labels: labelsOf(entity),
        ...corroborationOf(shown.map((one) => rowOf(one, id))),
        relations: [...new Set(shown.map(({ relation }) => relation))],
        orgs: [...new Set(shown.map(({ org }) => org))],
        newest: Math.max(0, ...shown.map(({ pos }) => pos)),
        from: times('from').length === 0 ? null : Math.min(...times('from')),
        to: times('to').length === 0 ? null : Math.max(...times('to')),
      };
    }),
  warmUp: { ids: ['none'], withheld: [1], validStart: 0, validEnd: 1 },
};

interface MarkedRow {
  id: string;
  /** Of each marking of statements that the file counts, where one of them stands; and the same of what leaves something out. */
  counted: number[];
  leftOut: number[];
}

const MARKED: Fetch<HitParams, MarkedRow> = {
  name: 'list-look-up.marked',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r]-(:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e.id AS id, r.aud AS aud, coalesce(r.cat IN $withheld, false) AS isWithheld, max(r.pos) AS pos
    ORDER BY id, pos
    RETURN id, collect(CASE WHEN isWithheld THEN null ELSE pos END) AS counted,
      collect(CASE WHEN isWithheld THEN pos ELSE null END) AS leftOut
    ORDER BY id`,
  meaning: (world, params) =>
    [...params.ids].sort(byText).flatMap((id) => {
      const seen = seenOf(id, world, params);
      if (seen.length === 0) return [];
      const isWithheld = ({ cat }: WorldStatement): boolean => cat !== undefined && params.withheld.includes(cat);
      return [
        {
          id,
          counted: newestOfEach(seen.filter((one) => !isWithheld(one))),
          leftOut: newestOfEach(seen.filter(isWithheld)),
        },
      ];
    }),
  warmUp: { ids: ['none'], withheld: [1], validStart: 0, validEnd: 1 },
};

function newestOfEach(statements: readonly WorldStatement[]): number[] {
  const newest = new Map<number, number>();
  for (const { aud, pos } of statements) newest.set(aud, Math.max(pos, newest.get(aud) ?? 0));
  return [...newest.values()].sort((one, other) => one - other);
}

function seenOf(id: string, world: readonly WorldStatement[], params: HitParams & Sight): WorldStatement[] {
  return world.filter((one) => touches(one, id) && stands(one, params) && holdsIn(one, params));
}

async function draw(reader: Reader, { rows, validity, file }: ListLookUpTerms): Promise<Drawn<ListLookUp>> {
  const ids = [
    ...new Set(rows.flatMap(({ readings }) => (typeof readings === 'string' ? [] : readings.map(({ id }) => id)))),
  ];
  const { withheld = [] } = file ?? {};
  const found = new Map<string, HitRow>();
  for (const row of await inParts(reader, HITS, { ids, withheld, ...validity })) found.set(row.id, row);
  const asked = idsForAudit(rows, found);
  if (found.size === 0) return nothing(answer(rows, found, new Map()), asked);
  const people = [...found.values()].flatMap(({ id, labels }) => (labels.includes('Person') ? id : []));
  const parts = await partsInCases(reader, withheld.length === 0 ? [] : people);
  const keptOut = new Map([...parts].filter(([, { cats }]) => isOnlyProtected(cats, withheld)));
  const markedRows =
    file === undefined ? [] : await inParts(reader, MARKED, { ids: [...found.keys()], withheld, ...validity });
  const marked = markedRows.map(({ id, counted, leftOut }) => {
    return { id, counted, leftOut: [...leftOut, ...(keptOut.get(id)?.positions ?? [])] };
  });
  const newest = [...found.values()].flatMap((hit) => (hit.newest === 0 ? [] : hit.newest));
  return {
    ids: asked,
    positions: [...new Set([...newest, ...marked.flatMap(({ counted, leftOut }) => [...counted, ...leftOut])])],
    truncated: false,
    finish: (sources) => {
      const shown = answer(rows, found, keptOut, sources);
      return file === undefined ? shown : withMarkings(shown, rows, marked, file.viewer, sources);
    },
  };
}

/** Each identifier of the list leaves its trace: what was found of it, or its likeliest reading where nothing was. */
function idsForAudit(rows: readonly AskedRow[], found: ReadonlyMap<string, HitRow>): string[] {
  const ids = rows.flatMap(({ readings }) => {
    if (typeof readings === 'string') return [];
    const hits = readings.filter(({ id }) => found.has(id));
    return (hits.length === 0 ? readings.slice(0, 1) : hits).map(({ id }) => id);
  });
  return [...new Set(ids)];
}

function answer(
  asked: readonly AskedRow[],
  found: ReadonlyMap<string, HitRow>,
  keptOut: ReadonlyMap<string, PartInCases>,
  sources?: Sources,
): ListLookUp {
  const rows = asked.map(({ row, value, readings }): AnsweredRow => {
    if (typeof readings === 'string') return { row, value, outcome: 'not-understood', reason: readings };
    const known = readings.flatMap(({ id }) => found.get(id) ?? []);
    if (known.length === 0 || sources === undefined) return { row, value, outcome: 'no-hit' };
    const hits = known.filter(({ id, statements }) => statements > 0 && !keptOut.has(id));
    if (hits.length === 0) return { row, value, outcome: 'not-exported', reason: NOT_EXPORTED };
    return { row, value, outcome: 'hit', hits: hits.map((hit) => hitOf(hit, sources)) };
  });
  const count = (outcome: AnsweredRow['outcome']): number => rows.filter((row) => row.outcome === outcome).length;
  return {
    summary: { rows: rows.length, hits: count('hit'), noHits: count('no-hit'), notUnderstood: count('not-understood') },
    rows,
  };
}

/** A file says itself how it is to be handled: each row that says something, and the whole. */
function withMarkings(
  shown: ListLookUp,
  asked: readonly AskedRow[],
  marked: readonly MarkedRow[],
  viewer: Viewer,
  { marking }: Sources,
): ListLookUp {
  if (marking === undefined) return shown;
  const byId = new Map(marked.map((row) => [row.id, row]));
  const markings = fileMarkings(viewer);
  const whole = new Set<ShownMarking>();
  const rows = shown.rows.map((row, at): AnsweredRow => {
    const positions = row.hits === undefined ? behind(row, asked[at]!, byId) : countedOf(row.hits, byId);
    if (positions.length === 0) return row;
    const stated = positions.map(marking);
    for (const one of stated) whole.add(one);
    return { ...row, marking: markings(stated) };
  });
  return { ...(whole.size === 0 ? {} : { marking: markings([...whole]) }), ...shown, rows };
}

/** What is left out of the file leaves nothing in the rows of what else is told. */
function countedOf(hits: readonly Hit[], byId: ReadonlyMap<string, MarkedRow>): number[] {
  return hits.flatMap(({ entity }) => byId.get(entity.id)?.counted ?? []);
}

/** That there is something is told of what is not exported. */
function behind({ outcome }: AnsweredRow, { readings }: AskedRow, byId: ReadonlyMap<string, MarkedRow>): number[] {
  if (outcome !== 'not-exported' || typeof readings === 'string') return [];
  return readings.flatMap(({ id }) => [...(byId.get(id)?.counted ?? []), ...(byId.get(id)?.leftOut ?? [])]);
}

const NOT_EXPORTED = 'Held only as, or through, a victim or witness; exported under a named authority only.';

function hitOf(row: HitRow, sources: Sources): Hit {
  return {
    entity: entityOf(row.id, row.key, row.labels),
    statements: row.statements,
    organisations: row.organisations,
    independentOrigins: row.independentOrigins,
    withoutOrigin: row.withoutOrigin,
    relations: [...row.relations].sort(byText),
    said: row.orgs.map((org) => sources.organisation(org)).sort(byText),
    ...periodText(row.from, row.to),
    recorded: sources.recorded(row.newest).at,
  };
}

export const LIST_LOOK_UP: Question<ListLookUpTerms, ListLookUp> = {
  name: 'list-look-up',
  fetches: [HITS, MARKED, CATEGORIES, SAMES],
  draw,
};
