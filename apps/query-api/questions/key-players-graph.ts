import { RELATION_TYPES, type RelationType } from '#events';
import type { Fetch } from '../reading/fetch.js';
import { BINDING_RELATIONS, heldIn, type FrontierParams, type HeldRow } from './cluster-graph.js';

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

/** As `cluster.held`, over more relations. */
export const TIED: Fetch<FrontierParams, HeldRow> = {
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
  meaning: (world, params) => heldIn(world, params, ties, ['NOT_SAME_AS', 'NOT_MEMBER_OF']),
  warmUp: { frontier: ['none'], relations: ['SAME_AS'], hubLimit: 1, validStart: 0, validEnd: 1 },
};
