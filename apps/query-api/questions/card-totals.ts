import type { RelationType } from '#events';
import type { Fetch } from '../reading/fetch.js';
import { passes, type Filter } from '../reading/filter.js';
import { byText, rowOf, touches, type StatementRow } from '../reading/statement-row.js';
import { corroborationOf, type Corroboration } from '../reading/statement-view.js';

/**
 * Totals over all pages of an entity's card, asked for only where one page does not hold everything: whoever reads page 3
 * must still see by how many independent origins a claim is supported.
 */

export interface RelationTotal {
  relation: RelationType;
  direction: 'outgoing' | 'incoming';
  statements: number;
}

export interface ClaimTotal {
  relation: RelationType;
  outgoing: boolean;
  other: string;
  prop: string | null;
  val: string | number | boolean | null;
  unit: string | null;
  corroboration: Corroboration;
}

/** What makes two statements the same claim. */
export function claimKey(row: Pick<ClaimTotal, 'relation' | 'outgoing' | 'other' | 'prop' | 'val' | 'unit'>): string {
  return JSON.stringify([row.relation, row.outgoing, row.other, row.prop, row.val, row.unit]);
}

type ClaimParams = { id: string; others: string[]; properties: string[] } & Filter;

/** Between two entities the store looks from the one with fewer statements, so a hub costs no more than its neighbours. */
export const CLAIM_TOTALS: Fetch<ClaimParams, ClaimTotal> = {
  name: 'entity-card.claims',
  cypher: `
    UNWIND $others AS other
    MATCH (e:Entity {id: $id})
    MATCH (o:Entity {id: other})
    MATCH (e)-[r]-(o)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND type(r) <> 'STATED'
      AND ($relations IS NULL OR type(r) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) IN $gradings)
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    RETURN type(r) AS relation, startNode(r) = e AS outgoing, o.id AS other, null AS prop, null AS val, null AS unit,
      {statements: count(r), organisations: count(DISTINCT r.org), independentOrigins: count(DISTINCT r.src),
       withoutOrigin: count(r) - count(r.src)} AS corroboration
    UNION ALL
    MATCH (e:Entity {id: $id})-[s:STATED]->(o:Entity)
    WHERE s.aud IN $audiences AND s.pos <= $position AND (s.gone IS NULL OR s.gone > $position)
      AND NOT s.pos IN $leftOut
      AND s.prop IN $properties
      AND ($relations IS NULL OR type(s) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN s.hows WHERE how / 4096 <= $position]) % 4096, s.how) IN $gradings)
      AND (s.from IS NULL OR s.from < $validEnd) AND (s.to IS NULL OR s.to > $validStart)
    RETURN type(s) AS relation, true AS outgoing, o.id AS other, s.prop AS prop, s.val AS val, s.unit AS unit,
      {statements: count(s), organisations: count(DISTINCT s.org), independentOrigins: count(DISTINCT s.src),
       withoutOrigin: count(s) - count(s.src)} AS corroboration`,
  meaning: (world, params) =>
    grouped(
      world
        .filter((one) => touches(one, params.id) && passes(one, params))
        .map((one) => rowOf(one, params.id))
        .filter(({ other, prop }) =>
          prop === null ? params.others.includes(other) : params.properties.includes(prop),
        ),
      claimKey,
    ).map(([{ relation, outgoing, other, prop, val, unit }, rows]) => ({
      relation,
      outgoing,
      other,
      prop,
      val,
      unit,
      corroboration: corroborationOf(rows),
    })),
  warmUp: {
    id: 'none',
    others: ['none'],
    properties: [],
    relations: ['STATED'],
    gradings: [0],
    validStart: 0,
    validEnd: 1,
  },
};

/** With more statements nobody waits until all are counted: an answer says then that there are more. */
export const MOST_COUNTED = 5_000;

/** No row where there are more than `most` statements. */
export const RELATION_TOTALS: Fetch<{ id: string; most: number } & Filter, RelationTotal> = {
  name: 'entity-card.totals',
  cypher: `
    MATCH (e:Entity {id: $id})-[r]-(:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND ($relations IS NULL OR type(r) IN $relations)
      AND ($gradings IS NULL OR coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) IN $gradings)
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r LIMIT $most + 1
    WITH type(r) AS relation, CASE WHEN startNode(r) = e THEN 'outgoing' ELSE 'incoming' END AS direction,
      count(r) AS statements
    WITH collect({relation: relation, direction: direction, statements: statements}) AS totals, sum(statements) AS counted
    UNWIND CASE WHEN counted > $most THEN [] ELSE totals END AS total
    RETURN total.relation AS relation, total.direction AS direction, total.statements AS statements
    ORDER BY relation, direction DESC`,
  meaning: (world, params) => {
    const found = world.filter((one) => touches(one, params.id) && passes(one, params));
    return found.length > params.most ? [] : totalsOf(found.map((one) => rowOf(one, params.id)));
  },
  warmUp: { id: 'none', most: 1, relations: ['STATED'], gradings: [0], validStart: 0, validEnd: 1 },
};

/** The same totals from rows that are all there. */
export function totalsOf(rows: readonly StatementRow[]): RelationTotal[] {
  return grouped(rows, ({ relation, outgoing }) => `${relation} ${outgoing}`)
    .map(([{ relation, outgoing }, { length }]) => ({
      relation,
      direction: outgoing ? ('outgoing' as const) : ('incoming' as const),
      statements: length,
    }))
    .sort((one, other) => byText(one.relation, other.relation) || byText(other.direction, one.direction));
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): [Row, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => [group[0]!, group]);
}
