import type { RelationType } from '#events';
import { stands, type Fetch } from '../reading/fetch.js';
import { newestFirst, rowOf, type StatementRow } from '../reading/statement-row.js';

/** What the question about the withdrawal of a source reads: the statements of events, and what else supports the same. */

/** Statements of one event each about one subject; both lists run together. */
type SaidParams = { ones: string[]; positions: number[] };

export const SAID_AT: Fetch<SaidParams, StatementRow> = {
  name: 'what-would-fall.said',
  cypher: `
    UNWIND range(0, size($ones) - 1) AS place
    MATCH (e:Entity {id: $ones[place]})-[r]->(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND r.pos = $positions[place]
    RETURN type(r) AS relation, e.id AS here, true AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit
    ORDER BY pos DESC, i`,
  meaning: (world, params) =>
    params.ones
      .flatMap((id, place) =>
        world.filter((one) => one.subject.id === id && one.pos === params.positions[place] && stands(one, params)),
      )
      .sort(newestFirst)
      .map((one) => rowOf(one, one.subject.id)),
  warmUp: { ones: ['none'], positions: [0] },
};

export interface SupportRow {
  pair: number;
  relation: RelationType;
  pos: number;
  org: number;
  src: number | null;
  prop: string | null;
  val: string | number | boolean | null;
  unit: string | null;
}

/** All that is said from the one to the other, whatever it is. */
export const SUPPORT: Fetch<{ ones: string[]; others: string[] }, SupportRow> = {
  name: 'what-would-fall.support',
  cypher: `
    UNWIND range(0, size($ones) - 1) AS pair
    MATCH (e:Entity {id: $ones[pair]})
    MATCH (o:Entity {id: $others[pair]})
    MATCH (e)-[r]->(o)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
    RETURN pair, type(r) AS relation, r.pos AS pos, r.org AS org, r.src AS src,
      r.prop AS prop, r.val AS val, r.unit AS unit
    ORDER BY pair, pos DESC, coalesce(r.i, 0)`,
  meaning: (world, params) =>
    params.ones.flatMap((id, pair) =>
      world
        .filter((one) => one.subject.id === id && one.object.id === params.others[pair] && stands(one, params))
        .sort(newestFirst)
        .map((one) => rowOf(one, id))
        .map(({ relation, pos, org, src, prop, val, unit }) => ({ pair, relation, pos, org, src, prop, val, unit })),
    ),
  warmUp: { ones: ['none'], others: ['none'] },
};
