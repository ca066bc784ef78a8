import type { RelationType } from '#events';
import { UNDATED } from '#graph';
import { entityOf, locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Fetch, Reader, WorldStatement } from '../reading/fetch.js';
import { passes, type Filter } from '../reading/filter.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { rowOf, touches, type StatementRow } from '../reading/statement-row.js';
import { OriginNumbers, viewOf, type Sources, type StatementView } from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import { END_OF_TIME } from '../terms/times.js';
import { notFound } from './not-found.js';

/**
 * What happened with an entity, in the order in which it was true: from when a statement holds, or up to when where its
 * beginning is not known. What nobody dated comes last, in the order in which it was recorded.
 */

export interface TimelineTerms extends PageTerms {
  readings: readonly Reading[];
  filter: Filter;
}

export interface Timeline {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  entries?: TimelineEntry[];
}

export interface TimelineEntry {
  relation: RelationType;
  /** `outgoing`: said of this entity; `incoming`: this entity is the object. */
  direction: 'outgoing' | 'incoming';
  other?: Entity;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  statement: StatementView;
}

type PageParams = {
  id: string;
  limit: number;
  afterWhen: number;
  afterPos: number;
  afterIndex: number;
  undated: number;
} & Filter;

const ENTRIES: Fetch<PageParams, StatementRow> = {
  name: 'timeline.entries',
  cypher: `
    MATCH (e:Entity {id: $id})-[r]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND ($relations IS NULL OR type(r) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) IN $gradings)
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r, o, coalesce(r.from, r.to, $undated) AS when, coalesce(r.i, 0) AS i
    WHERE when > $afterWhen OR (when = $afterWhen AND (r.pos > $afterPos OR (r.pos = $afterPos AND i > $afterIndex)))
    WITH e, r, o, when, i ORDER BY when, r.pos, i LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit`,
  meaning: (world, params) =>
    world
      .filter((statement) => touches(statement, params.id) && passes(statement, params))
      .filter(
        (statement) =>
          earliestFirst(statement, { pos: params.afterPos, i: params.afterIndex, from: params.afterWhen }) > 0,
      )
      .sort(earliestFirst)
      .slice(0, params.limit)
      .map((statement) => rowOf(statement, params.id)),
  paged: {
    by: 'earliest',
    from: ({ afterWhen, afterPos }) => [afterWhen, afterPos],
    upTo: (rows, { limit }) => {
      const last = rows.at(-1);
      return last === undefined || rows.length < limit ? undefined : [when(last), last.pos];
    },
  },
  warmUp: {
    ...{ id: 'none', limit: 1, afterWhen: 0, afterPos: 0, afterIndex: 0, undated: 1 },
    ...{ relations: ['STATED'], gradings: [0], validStart: 0, validEnd: 1 },
  },
};

type Dated = Pick<WorldStatement, 'pos'> & { i?: number; from?: number | null; to?: number | null };

function when({ from, to }: Dated): number {
  return from ?? to ?? UNDATED;
}

function earliestFirst(one: Dated, other: Dated): number {
  return when(one) - when(other) || one.pos - other.pos || (one.i ?? 0) - (other.i ?? 0);
}

async function draw(reader: Reader, terms: TimelineTerms): Promise<Drawn<Timeline>> {
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [afterPos, afterWhen, afterIndex] = (terms.after ?? [0, -END_OF_TIME, 0]) as [number, number, number];
  const rows = await reader.rows(ENTRIES, {
    ...{ id: entity.id, limit: terms.limit + 1, afterWhen, afterPos, afterIndex, undated: UNDATED },
    ...terms.filter,
  });
  const shown = rows.slice(0, terms.limit);
  const last = shown.at(-1);
  const truncated = rows.length > terms.limit;
  return {
    ids: [...new Set([entity.id, ...alsoFound.map(({ id }) => id), ...shown.map(({ other }) => other)])],
    positions: shown.map(({ pos }) => pos),
    truncated,
    ...(truncated && last !== undefined ? { after: [last.pos, when(last), last.i] } : {}),
    finish: (sources) => ({ found: true, entity, alsoFound, entries: entriesOf(shown, sources) }),
  };
}

function entriesOf(rows: readonly StatementRow[], sources: Sources): TimelineEntry[] {
  const origins = new OriginNumbers();
  return rows.map((row) => {
    const { relation, outgoing, prop, val, unit } = row;
    return {
      relation,
      direction: outgoing ? 'outgoing' : 'incoming',
      ...(relation === 'STATED' ? {} : { other: entityOf(row.other, row.otherKey, row.otherLabels) }),
      ...(prop === null ? {} : { property: prop }),
      ...(val === null ? {} : { value: val }),
      ...(unit === null ? {} : { unit }),
      statement: viewOf(row, sources, origins),
    };
  });
}

export const TIMELINE: Question<TimelineTerms, Timeline> = {
  name: 'timeline',
  fetches: [PRESENT, ENTRIES],
  draw,
};
