import type { DataSubjectCategory, Grading, RelationType } from '#events';
import { unpackCategory } from '#graph';
import { entityOf, locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Fetch, Reader } from '../reading/fetch.js';
import { passes, type Filter } from '../reading/filter.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { byText, newestFirst, rowOf, touches, type StatementRow } from '../reading/statement-row.js';
import { corroborationOf, howText, type Corroboration, type Sources } from '../reading/statement-view.js';
import { periodText } from '../terms/times.js';
import type { Reading } from '../terms/seed.js';
import { notFound } from './not-found.js';

/**
 * Who and what stands next to an entity: one row for each other entity, the one with the newest visible statement first,
 * with what joins them. Literals join nothing and stay on the card.
 */

export interface NeighboursTerms extends PageTerms {
  readings: readonly Reading[];
  filter: Filter;
}

export interface Neighbours {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  neighbours?: Neighbour[];
}

export interface Neighbour {
  entity: Entity;
  links: Link[];
}

/** All that joins two entities in one relation and direction. */
export interface Link {
  relation: RelationType;
  direction: 'outgoing' | 'incoming';
  corroboration: Corroboration;
  organisations: string[];
  gradings: { kind: 'fact' | 'assessment'; grading?: Grading }[];
  /** What the person is in the case, each once, on links between the two. */
  categories?: DataSubjectCategory[];
  /** First and last day or second that any of the statements names. */
  from?: string;
  to?: string;
  /** When the newest of them was recorded. */
  recorded: string;
  /** Sum of what was counted (calls, messages), where somebody counted. */
  count?: number;
}

interface LinkRow {
  other: string;
  otherKey: string;
  otherLabels: string[];
  relation: RelationType;
  outgoing: boolean;
  newest: number;
  corroboration: Corroboration;
  orgs: number[];
  hows: number[];
  cats: number[];
  from: number | null;
  to: number | null;
  counted: number | null;
}

type PageParams = { id: string; limit: number; beforePos: number; afterId: string } & Filter;

const LINKS: Fetch<PageParams, LinkRow> = {
  name: 'neighbours.links',
  cypher: `
    MATCH (e:Entity {id: $id})-[r]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND ($relations IS NULL OR type(r) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) IN $gradings)
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
      AND o <> e
    WITH e, o, max(r.pos) AS latest
    WHERE latest < $beforePos OR (latest = $beforePos AND o.id > $afterId)
    WITH e, o, latest ORDER BY latest DESC, o.id LIMIT $limit
    MATCH (e)-[s]-(o)
    WHERE s.aud IN $audiences AND s.pos <= $position AND (s.gone IS NULL OR s.gone > $position)
      AND NOT s.pos IN $leftOut
      AND ($relations IS NULL OR type(s) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN s.hows WHERE how / 4096 <= $position]) % 4096, s.how) IN $gradings)
      AND (s.from IS NULL OR s.from < $validEnd) AND (s.to IS NULL OR s.to > $validStart)
    WITH o, latest, type(s) AS relation, startNode(s) = e AS outgoing, max(s.pos) AS newest, min(s.from) AS from,
      max(s.to) AS to, sum(s.n) AS counted, count(s.n) AS counts, collect(DISTINCT s.org) AS orgs,
      collect(DISTINCT coalesce(coalesce(last([how IN s.hows WHERE how / 4096 <= $position]) % 4096, s.how), 0)) AS hows,
      collect(DISTINCT s.cat) AS cats,
      {statements: count(s), organisations: count(DISTINCT s.org), independentOrigins: count(DISTINCT s.src),
       withoutOrigin: count(s) - count(s.src)} AS corroboration
    ORDER BY latest DESC, o.id, newest DESC, relation, outgoing
    RETURN o.id AS other, o.key AS otherKey, labels(o) AS otherLabels, relation, outgoing, newest, corroboration, orgs, hows, cats,
      from, to, CASE WHEN counts = 0 THEN null ELSE counted END AS counted`,
  meaning: (world, params) => {
    const rows = world
      .filter(({ relation, ...one }) => relation !== 'STATED' && touches({ relation, ...one }, params.id))
      .filter((one) => one.subject.id !== one.object.id && passes(one, params))
      .map((one) => rowOf(one, params.id))
      .sort(newestFirst);
    const others = new Map<string, StatementRow[]>();
    for (const row of rows) others.set(row.other, [...(others.get(row.other) ?? []), row]);
    return [...others.values()]
      .filter(([first]) => isAfter(first!, params))
      .sort(([one], [other]) => other!.pos - one!.pos || byText(one!.other, other!.other))
      .slice(0, params.limit)
      .flatMap(linkRows);
  },
  paged: {
    by: 'newest',
    from: ({ beforePos, position }) => [Math.min(beforePos, position)],
    upTo: (rows, { limit }) => {
      const newest = new Map<string, number>();
      for (const row of rows) newest.set(row.other, Math.max(row.newest, newest.get(row.other) ?? 0));
      return newest.size < limit ? undefined : [Math.min(...newest.values())];
    },
  },
  warmUp: {
    id: 'none',
    limit: 1,
    beforePos: 1,
    afterId: '',
    relations: ['CONTACTED'],
    gradings: [0],
    validStart: 0,
    validEnd: 1,
  },
};

function isAfter(newest: StatementRow, { beforePos, afterId }: PageParams): boolean {
  return newest.pos < beforePos || (newest.pos === beforePos && newest.other > afterId);
}

function linkRows(rows: StatementRow[]): LinkRow[] {
  const links = new Map<string, StatementRow[]>();
  for (const row of rows) links.set(linkKey(row), [...(links.get(linkKey(row)) ?? []), row]);
  return [...links.values()]
    .map((said) => {
      const { other, otherKey, otherLabels, relation, outgoing, pos } = said[0]!;
      const counts = said.flatMap(({ n }) => n ?? []);
      return {
        other,
        otherKey,
        otherLabels,
        relation,
        outgoing,
        newest: pos,
        corroboration: corroborationOf(said),
        orgs: [...new Set(said.map(({ org }) => org))],
        hows: [...new Set(said.map(({ how }) => how ?? 0))],
        cats: [...new Set(said.flatMap(({ cat }) => cat ?? []))],
        from: extreme(
          said.flatMap(({ from }) => from ?? []),
          Math.min,
        ),
        to: extreme(
          said.flatMap(({ to }) => to ?? []),
          Math.max,
        ),
        counted: counts.length === 0 ? null : counts.reduce((sum, n) => sum + n, 0),
      };
    })
    .sort(
      (one, other) =>
        other.newest - one.newest ||
        byText(one.relation, other.relation) ||
        Number(one.outgoing) - Number(other.outgoing),
    );
}

function linkKey({ relation, outgoing }: StatementRow): string {
  return `${relation} ${outgoing}`;
}

function extreme(values: number[], of: (...values: number[]) => number): number | null {
  return values.length === 0 ? null : of(...values);
}

async function draw(reader: Reader, terms: NeighboursTerms): Promise<Drawn<Neighbours>> {
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [beforePos, afterId] = (terms.after ?? [Number.MAX_SAFE_INTEGER, '']) as [number, string];
  const rows = await reader.rows(LINKS, { id: entity.id, limit: terms.limit + 1, beforePos, afterId, ...terms.filter });
  const byOther = new Map<string, LinkRow[]>();
  for (const row of rows) byOther.set(row.other, [...(byOther.get(row.other) ?? []), row]);
  const shown = [...byOther.values()].slice(0, terms.limit);
  const last = shown.at(-1);
  const truncated = byOther.size > terms.limit;
  return {
    ids: [entity.id, ...alsoFound.map(({ id }) => id), ...shown.map((links) => links[0]!.other)],
    positions: shown.flat().map(({ newest }) => newest),
    truncated,
    ...(truncated && last !== undefined ? { after: [last[0]!.newest, last[0]!.other] } : {}),
    finish: (sources) => ({
      found: true,
      entity,
      alsoFound,
      neighbours: shown.map((links) => neighbour(links, sources)),
    }),
  };
}

function neighbour(rows: LinkRow[], sources: Sources): Neighbour {
  const { other, otherKey, otherLabels } = rows[0]!;
  return {
    entity: entityOf(other, otherKey, otherLabels),
    links: rows.map(({ relation, outgoing, corroboration, orgs, hows, cats, from, to, newest, counted }) => ({
      relation,
      direction: outgoing ? 'outgoing' : 'incoming',
      corroboration,
      organisations: orgs.map((org) => sources.organisation(org)).sort(byText),
      gradings: [...hows].sort((one, next) => one - next).map(howText),
      ...(cats.length === 0 ? {} : { categories: [...cats].sort((one, next) => one - next).map(unpackCategory) }),
      ...periodText(from, to),
      recorded: sources.recorded(newest).at,
      ...(counted === null ? {} : { count: counted }),
    })),
  };
}

export const NEIGHBOURS: Question<NeighboursTerms, Neighbours> = {
  name: 'neighbours',
  fetches: [PRESENT, LINKS],
  draw,
};
