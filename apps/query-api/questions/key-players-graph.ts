import { lasts, RELATION_TYPES, type RelationType } from '#events';
import { isDemoted } from '../reading/demotion.js';
import { holdsIn, stands, type Fetch, type Validity, type WorldStatement } from '../reading/fetch.js';
import { byText, rowOf, touches } from '../reading/statement-row.js';
import { BINDING_RELATIONS, newest } from './cluster-graph.js';
import type { Bond } from './cluster-walk.js';

/**
 * Relations that tie people and their means to each other: those that bind a cluster, and those that only connect. A cluster
 * asks who is the same and who shares what; here it is asked who deals with whom.
 */
export const TYING_RELATIONS = [
  ...BINDING_RELATIONS,
  'CONTACTED',
  'MEMBER_OF',
  'ASSOCIATED_WITH',
  'RELATED_TO',
] as const satisfies readonly RelationType[];

function ties(relation: string): boolean {
  return (TYING_RELATIONS as readonly string[]).includes(relation) && (RELATION_TYPES as string[]).includes(relation);
}

/** One entity of the frontier and whom it is tied to. */
export interface TiedRow {
  at: string;
  /** Tied to more than the limit, or demoted: the walk does not go through it, and nothing follows. */
  hub: boolean;
  /** By id. */
  others: string[];
  /** Those of them whom a parting speaks against, by id; to all others it is tied. The lists beside it run in the same order. */
  doubted: string[];
  /** Newest SAME_AS and NOT_SAME_AS of the pair; 0 without one. */
  same: number[];
  notSame: number[];
  /** Statements of the other relations that tie; a membership that was ended is none. */
  binding: number[];
}

type TiedParams = { frontier: string[]; relations: string[]; hubLimit: number } & Validity;

/**
 * Ids and what ties a pair, and no more: those who are all around many ends. Each link is looked at once, and once more only where
 * somebody said that the two are parted, which is rare.
 */
export const TIED: Fetch<TiedParams, TiedRow> = {
  name: 'key-players.tied',
  cypher: `
    UNWIND range(0, size($frontier) - 1) AS place
    MATCH (e:Entity {id: $frontier[place]})
    CALL (e) {
      MATCH (e)-[r:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA|CONTACTED|MEMBER_OF|ASSOCIATED_WITH|RELATED_TO]-(o:Entity)
      WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
        AND NOT r.pos IN $leftOut
        AND type(r) IN $relations
        AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
        AND o <> e
      WITH DISTINCT o LIMIT $hubLimit + 1
      RETURN collect(o) AS holders
    }
    CALL (e) {
      RETURN EXISTS {
        MATCH (e)-[d:STATED]->(:Entity)
        WHERE d.aud IN $audiences AND d.pos <= $position AND (d.gone IS NULL OR d.gone > $position)
          AND NOT d.pos IN $leftOut
          AND d.prop = 'demoted' AND d.val = true
          AND (d.from IS NULL OR d.from < $validEnd) AND (d.to IS NULL OR d.to > $validStart)
      } AS demoted
    }
    WITH place, e, holders, demoted OR size(holders) > $hubLimit AS hub
    WITH place, e, hub, CASE WHEN hub THEN [] ELSE holders END AS holders
    CALL (holders) {
      UNWIND holders AS o
      WITH o ORDER BY o.id
      RETURN collect(o.id) AS others, collect(id(o)) AS nodes
    }
    CALL (e, holders) {
      MATCH (e)-[p:NOT_SAME_AS|NOT_MEMBER_OF]-(o:Entity)
      WHERE p.aud IN $audiences AND p.pos <= $position AND (p.gone IS NULL OR p.gone > $position)
        AND NOT p.pos IN $leftOut
        AND o IN holders
      RETURN collect(DISTINCT o) AS contested
    }
    CALL (e, contested) {
      UNWIND contested AS o
      MATCH (e)-[s:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA|CONTACTED|MEMBER_OF|ASSOCIATED_WITH|RELATED_TO|NOT_SAME_AS|NOT_MEMBER_OF]-(o)
      WHERE s.aud IN $audiences AND s.pos <= $position AND (s.gone IS NULL OR s.gone > $position)
        AND NOT s.pos IN $leftOut
        AND (type(s) IN ['NOT_SAME_AS', 'NOT_MEMBER_OF'] OR type(s) IN $relations
          AND (s.from IS NULL OR s.from < $validEnd) AND (s.to IS NULL OR s.to > $validStart))
      WITH o, max(CASE WHEN type(s) = 'SAME_AS' THEN s.pos ELSE 0 END) AS same,
        max(CASE WHEN type(s) = 'NOT_SAME_AS' THEN s.pos ELSE 0 END) AS notSame,
        sum(CASE WHEN type(s) IN ['SAME_AS', 'NOT_SAME_AS', 'MEMBER_OF', 'NOT_MEMBER_OF'] THEN 0 ELSE 1 END) AS ties,
        collect(CASE WHEN type(s) = 'MEMBER_OF' THEN s END) AS joined,
        collect(CASE WHEN type(s) = 'NOT_MEMBER_OF' THEN s END) AS parted
      WITH o, same, notSame, ties + size([j IN joined WHERE none(p IN parted WHERE startNode(p) = startNode(j)
        AND p.pos > j.pos AND (p.from IS NULL OR p.from <= $validStart OR coalesce(p.from <= j.from, false)))]) AS binding
      ORDER BY o.id
      RETURN collect(o.id) AS doubted, collect(same) AS same, collect(notSame) AS notSame, collect(binding) AS binding
    }
    RETURN e.id AS at, hub, others, nodes, doubted, same, notSame, binding
    ORDER BY place`,
  meaning: (world, params) =>
    params.frontier.flatMap((at): TiedRow[] => {
      if (!world.some((one) => touches(one, at))) return [];
      const held = world.filter(
        (one) =>
          ties(one.relation) &&
          params.relations.includes(one.relation) &&
          touches(one, at) &&
          one.subject.id !== one.object.id &&
          stands(one, params) &&
          holdsIn(one, params),
      );
      const others = [...new Set(held.map((one) => rowOf(one, at).other))].sort(byText);
      if (others.length > params.hubLimit || isDemoted(at, world, params))
        return [{ at, hub: true, others: [], doubted: [], same: [], notSame: [], binding: [] }];
      const pair = (other: string): WorldStatement[] => held.filter((one) => touches(one, other));
      const against = world.filter((one) => parts(one) && touches(one, at) && stands(one, params));
      const doubted = others.filter((other) => against.some((one) => touches(one, other)));
      return [
        {
          at,
          hub: false,
          others,
          doubted,
          same: doubted.map((other) => newest(pair(other).filter(({ relation }) => relation === 'SAME_AS'))),
          notSame: doubted.map((other) =>
            newest(against.filter((one) => one.relation === 'NOT_SAME_AS' && touches(one, other))),
          ),
          binding: doubted.map((other) => pair(other).filter((one) => joins(one, against, params)).length),
        },
      ];
    }),
  warmUp: { frontier: ['none'], relations: ['SAME_AS'], hubLimit: 1, validStart: 0, validEnd: 1 },
};

function parts({ relation }: WorldStatement): boolean {
  return relation === 'NOT_SAME_AS' || relation === 'NOT_MEMBER_OF';
}

/** Whether a statement of a pair ties the two by itself; a SAME_AS does while no later NOT_SAME_AS cancels it. */
function joins(one: WorldStatement, against: readonly WorldStatement[], validity: Validity): boolean {
  if (one.relation === 'SAME_AS') return false;
  const partings = against.filter(
    ({ relation, subject, object }) =>
      relation === 'NOT_MEMBER_OF' && subject.id === one.subject.id && object.id === one.object.id,
  );
  return one.relation !== 'MEMBER_OF' || lasts(one, partings, validity);
}

/**
 * Whom a row ties somebody to: by any relation but SAME_AS, or by a SAME_AS that is newer than every NOT_SAME_AS of that pair. A
 * parting cancels its own pair only.
 */
export function tiesOf({ others, doubted, same, notSame, binding }: TiedRow): Bond[] {
  if (doubted.length === 0) return others.map((id) => ({ id, parted: 0 }));
  const places = new Map(doubted.map((id, at) => [id, at]));
  return others.flatMap((id): Bond[] => {
    const at = places.get(id);
    if (at === undefined) return [{ id, parted: 0 }];
    const pair = { parted: notSame[at] ?? 0, same: same[at] ?? 0, binding: binding[at] ?? 0 };
    return pair.binding > 0 || pair.same > pair.parted ? [{ id, parted: pair.parted }] : [];
  });
}
