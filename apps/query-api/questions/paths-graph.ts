import type { Fetch, Sight, Validity } from '../reading/fetch.js';
import { holdsIn, stands } from '../reading/fetch.js';
import { newestFirst, rowOf, touches, type StatementRow } from '../reading/statement-row.js';
import { TYING_RELATIONS } from './key-players-graph.js';

/** Statements between pairs, each seen from the first of the pair. */
export type PairRow = StatementRow & { pair: number };

type SaidParams = { ones: string[]; others: string[]; relations: string[] } & Validity;

/** What is said between pairs, newest first, each seen from the first of the pair, with what ends memberships, whenever it does. */
export const SAID: Fetch<SaidParams, PairRow> = {
  name: 'paths.said',
  cypher: `
    UNWIND range(0, size($ones) - 1) AS pair
    MATCH (e:Entity {id: $ones[pair]})
    MATCH (o:Entity {id: $others[pair]})
    MATCH (e)-[r:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA|CONTACTED|MEMBER_OF|ASSOCIATED_WITH|RELATED_TO|NOT_MEMBER_OF]-(o)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (type(r) = 'NOT_MEMBER_OF' OR type(r) IN $relations
        AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart))
    RETURN pair, type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit
    ORDER BY pair, pos DESC, i`,
  meaning: (world, params) =>
    params.ones.flatMap((one, pair) =>
      world
        .filter((each) => touches(each, one) && touches(each, params.others[pair]!) && ties(each, params))
        .sort(newestFirst)
        .map((each) => ({ pair, ...rowOf(each, one) })),
    ),
  warmUp: { ones: ['none'], others: ['none'], relations: ['SAME_AS'], validStart: 0, validEnd: 1 },
};

function ties(statement: Parameters<typeof stands>[0], params: SaidParams & Sight): boolean {
  if (!stands(statement, params)) return false;
  if (statement.relation === 'NOT_MEMBER_OF') return true;
  return (
    (TYING_RELATIONS as readonly string[]).includes(statement.relation) &&
    params.relations.includes(statement.relation) &&
    holdsIn(statement, params)
  );
}
