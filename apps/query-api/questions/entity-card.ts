import type { RelationType } from '#events';
import { entityOf, locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Fetch, Reader, Sight } from '../reading/fetch.js';
import { passes, type Filter } from '../reading/filter.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { newestFirst, rowOf, touches, type StatementRow } from '../reading/statement-row.js';
import {
  corroborationOf,
  OriginNumbers,
  viewOf,
  type Corroboration,
  type Sources,
  type StatementView,
} from '../reading/statement-view.js';
import { notFound } from './not-found.js';
import { claimKey, CLAIM_TOTALS, MOST_COUNTED, RELATION_TOTALS, totalsOf, type RelationTotal } from './card-totals.js';
import type { Reading } from '../terms/seed.js';

/**
 * Everything that this viewer may see about one entity, newest statement first, grouped by what is claimed. Two agencies
 * that say the same are two statements of one claim; what contradicts stands beside it.
 */

export interface EntityCardTerms extends PageTerms {
  readings: readonly Reading[];
  filter: Filter;
  /** Statements up to which totals are counted. */
  mostCounted?: number;
}

export interface EntityCard {
  found: boolean;
  entity?: Entity;
  /** Other entities that the text may name. */
  alsoFound?: Entity[];
  /** How the text was read, where nothing was found. */
  understoodAs?: Omit<Reading, 'id'>[];
  claims?: Claim[];
  /** On the first page: how many statements of each relation there are, over all pages; absent where there are too many to count them. */
  totals?: RelationTotal[];
  /** On the first page without totals: there are more statements than this. */
  moreThan?: number;
}

export interface Claim {
  relation: RelationType;
  /** `outgoing`: said of this entity; `incoming`: this entity is the object. */
  direction: 'outgoing' | 'incoming';
  other?: Entity;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  /** Over all statements of the claim that pass the filter, also those on other pages. */
  corroboration: Corroboration;
  statements: StatementView[];
}

type PageParams = { id: string; limit: number; beforePos: number; afterIndex: number } & Filter;

const STATEMENTS: Fetch<PageParams, StatementRow> = {
  name: 'entity-card.statements',
  cypher: `
    MATCH (e:Entity {id: $id})-[r]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND ($relations IS NULL OR type(r) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) IN $gradings)
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
      AND (r.pos < $beforePos OR (r.pos = $beforePos AND coalesce(r.i, 0) > $afterIndex))
    WITH e, r, o ORDER BY r.pos DESC, coalesce(r.i, 0) LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit`,
  meaning: (world, params) =>
    world
      .filter((statement) => touches(statement, params.id) && passes(statement, params) && isAfter(statement, params))
      .sort(newestFirst)
      .slice(0, params.limit)
      .map((statement) => rowOf(statement, params.id)),
  paged: {
    by: 'newest',
    from: ({ beforePos, position }) => [Math.min(beforePos, position)],
    upTo: (rows, { limit }) => (rows.length < limit ? undefined : [rows.at(-1)!.pos]),
  },
  warmUp: {
    id: 'none',
    limit: 1,
    beforePos: 1,
    afterIndex: 0,
    relations: ['STATED'],
    gradings: [0],
    validStart: 0,
    validEnd: 1,
  },
};

function isAfter({ pos, i = 0 }: { pos: number; i?: number }, { beforePos, afterIndex }: PageParams & Sight): boolean {
  return pos < beforePos || (pos === beforePos && i > afterIndex);
}

async function draw(reader: Reader, terms: EntityCardTerms): Promise<Drawn<EntityCard>> {
  const { mostCounted = MOST_COUNTED } = terms;
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [beforePos, afterIndex] = (terms.after ?? [Number.MAX_SAFE_INTEGER, 0]) as [number, number];
  const page = { id: entity.id, limit: terms.limit + 1, beforePos, afterIndex, ...terms.filter };
  const rows = await reader.rows(STATEMENTS, page);
  const shown = rows.slice(0, terms.limit);
  const last = shown.at(-1);
  const truncated = rows.length > terms.limit;
  const whole = !truncated && terms.after === undefined;
  const [corroborations, totals] = await Promise.all([
    whole ? undefined : corroborationsOf(reader, entity.id, shown, terms.filter),
    terms.after !== undefined
      ? undefined
      : whole
        ? totalsOf(shown)
        : reader.rows(RELATION_TOTALS, { id: entity.id, most: mostCounted, ...terms.filter }),
  ]);
  return {
    ids: [...new Set([entity.id, ...alsoFound.map(({ id }) => id), ...shown.map(({ other }) => other)])],
    positions: shown.map(({ pos }) => pos),
    truncated,
    ...(truncated && last !== undefined ? { after: [last.pos, last.i] } : {}),
    finish: (sources) => ({
      found: true,
      entity,
      alsoFound,
      claims: claimsOf(shown, sources, corroborations),
      // A page that does not hold everything has statements: no totals are too many.
      ...(totals === undefined ? {} : totals.length === 0 && !whole ? { moreThan: mostCounted } : { totals }),
    }),
  };
}

/** Claims in the order of their newest statement. */
export function claimsOf(
  rows: readonly StatementRow[],
  sources: Sources,
  corroborations?: Map<string, Corroboration>,
  origins = new OriginNumbers(),
): Claim[] {
  const byClaim = new Map<string, StatementRow[]>();
  for (const row of rows) byClaim.set(claimKey(row), [...(byClaim.get(claimKey(row)) ?? []), row]);
  return [...byClaim].map(([key, [first, ...rest]]) => {
    const said = [first!, ...rest];
    return {
      ...subjectOf(said[0]!),
      corroboration: corroborations?.get(key) ?? corroborationOf(said),
      statements: said.map((row) => viewOf(row, sources, origins)),
    };
  });
}

function subjectOf(row: StatementRow): Omit<Claim, 'corroboration' | 'statements'> {
  const { relation, outgoing, prop, val, unit } = row;
  const direction = outgoing ? 'outgoing' : 'incoming';
  if (relation !== 'STATED') return { relation, direction, other: entityOf(row.other, row.otherKey, row.otherLabels) };
  return {
    relation,
    direction,
    ...(prop === null ? {} : { property: prop }),
    ...(val === null ? {} : { value: val }),
    ...(unit === null ? {} : { unit }),
  };
}

async function corroborationsOf(
  reader: Reader,
  id: string,
  shown: readonly StatementRow[],
  filter: Filter,
): Promise<Map<string, Corroboration>> {
  const rows = await reader.rows(CLAIM_TOTALS, {
    id,
    // A removal on a platform's own initiative goes from the item to itself, as details do.
    others: [...new Set(shown.flatMap(({ other, relation }) => (relation === 'STATED' ? [] : [other])))],
    properties: [...new Set(shown.flatMap(({ prop }) => prop ?? []))],
    ...filter,
  });
  return new Map(rows.map((row) => [claimKey(row), row.corroboration]));
}

export const ENTITY_CARD: Question<EntityCardTerms, EntityCard> = {
  name: 'entity-card',
  fetches: [PRESENT, STATEMENTS, CLAIM_TOTALS, RELATION_TOTALS],
  draw,
};
