import { lasts, RELATION_TYPES, type RelationType } from '#events';
import type { Fetch, Validity, WorldStatement } from '../reading/fetch.js';
import { holdsIn, stands, type Sight } from '../reading/fetch.js';
import { isDemoted } from '../reading/demotion.js';
import { byText, newestFirst, rowOf, saidOf, touches, type Said, type StatementRow } from '../reading/statement-row.js';

/**
 * What a cluster reads. The walk itself is slim (ids and what binds a pair), so that a frontier of thousands is one round
 * trip; the statements behind each membership are read afterwards, for the members of the page only.
 */

/**
 * Relations that bind entities into one cluster. A deployment may take some away (BREAKWATER_BINDING_RELATIONS); to add
 * one, add it here and in the three Cypher texts below, which a spec compares with this list.
 */
export const BINDING_RELATIONS = [
  'USES_NUMBER',
  'HAS_HANDLE',
  'ADMINISTERS',
  'INVITES_TO',
  'SAME_AS',
  'SUCCESSOR_OF',
  'SHOWS_MEDIA',
] as const satisfies readonly RelationType[];

export function isBinding(relation: string): relation is (typeof BINDING_RELATIONS)[number] {
  return (BINDING_RELATIONS as readonly string[]).includes(relation) && (RELATION_TYPES as string[]).includes(relation);
}

/** One entity of the frontier and what it may bind. */
export interface HeldRow {
  at: string;
  /** More visible holders than the limit, or demoted: the walk does not go through it, and nothing follows. */
  hub: boolean;
  /** By id. */
  others: string[];
  /** Those of them whom a parting speaks against, by id; all others it binds. The lists beside it run in the same order. */
  doubted: string[];
  /** Newest SAME_AS and NOT_SAME_AS of the pair; 0 without one. */
  same: number[];
  notSame: number[];
  /** Statements of the other binding relations; a membership that was ended is none. */
  binding: number[];
}

export type FrontierParams = { frontier: string[]; relations: string[]; hubLimit: number } & Validity;

/** Each link is looked at once, and once more only where somebody said that the two are parted, which is rare. */
export const HELD: Fetch<FrontierParams, HeldRow> = {
  name: 'cluster.held',
  cypher: `
    UNWIND range(0, size($frontier) - 1) AS place
    MATCH (e:Entity {id: $frontier[place]})
    CALL (e) {
      MATCH (e)-[r:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA]-(o:Entity)
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
      MATCH (e)-[p:NOT_SAME_AS]-(o:Entity)
      WHERE p.aud IN $audiences AND p.pos <= $position AND (p.gone IS NULL OR p.gone > $position)
        AND NOT p.pos IN $leftOut
        AND o IN holders
      RETURN collect(DISTINCT o) AS contested
    }
    CALL (e, contested) {
      UNWIND contested AS o
      MATCH (e)-[s:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA|NOT_SAME_AS]-(o)
      WHERE s.aud IN $audiences AND s.pos <= $position AND (s.gone IS NULL OR s.gone > $position)
        AND NOT s.pos IN $leftOut
        AND (type(s) = 'NOT_SAME_AS' OR type(s) IN $relations
          AND (s.from IS NULL OR s.from < $validEnd) AND (s.to IS NULL OR s.to > $validStart))
      WITH o, max(CASE WHEN type(s) = 'SAME_AS' THEN s.pos ELSE 0 END) AS same,
        max(CASE WHEN type(s) = 'NOT_SAME_AS' THEN s.pos ELSE 0 END) AS notSame,
        sum(CASE WHEN type(s) IN ['SAME_AS', 'NOT_SAME_AS'] THEN 0 ELSE 1 END) AS binding
      ORDER BY o.id
      RETURN collect(o.id) AS doubted, collect(same) AS same, collect(notSame) AS notSame, collect(binding) AS binding
    }
    RETURN e.id AS at, hub, others, nodes, doubted, same, notSame, binding
    ORDER BY place`,
  meaning: (world, params) => heldIn(world, params, isBinding, ['NOT_SAME_AS']),
  warmUp: { frontier: ['none'], relations: ['SAME_AS'], hubLimit: 1, validStart: 0, validEnd: 1 },
};

/** The meaning of a walk over the relations that this names, whichever they are. */
export function heldIn(
  world: readonly WorldStatement[],
  params: FrontierParams & Sight,
  ties: (relation: string) => boolean,
  partings: readonly RelationType[],
): HeldRow[] {
  return params.frontier.flatMap((at): HeldRow[] => {
    if (!world.some((one) => touches(one, at))) return [];
    const held = world.filter(
      (one) => ties(one.relation) && touches(one, at) && one.subject.id !== one.object.id && holds(one, params),
    );
    const others = [...new Set(held.map((one) => rowOf(one, at).other))].sort(byText);
    if (others.length > params.hubLimit || isDemoted(at, world, params))
      return [{ at, hub: true, others: [], doubted: [], same: [], notSame: [], binding: [] }];
    const pair = (other: string): WorldStatement[] => held.filter((one) => touches(one, other));
    const against = world.filter((one) => partings.includes(one.relation) && touches(one, at) && stands(one, params));
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
  });
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

/** Statements between pairs, each seen from the first of the pair. */
export type PairRow = StatementRow & { pair: number };

/** What stands behind the membership of one entity. */
export interface EvidenceRow {
  /** Its place in `ids`. */
  pair: number;
  key: string;
  labels: string[];
  /** Whether a referral, a removal or a parting of it is seen, of whichever time; mostly none is, and none has to be asked for. */
  noted: boolean;
  /** What is said between the two, newest first, seen from the one that led here. */
  said: Said[];
}

/** `through`: for each of the first `ids` the place of the one that led to it. So each id is sent once, which costs more than finding it. */
type EvidenceParams = { ids: string[]; through: number[]; relations: string[] } & Validity;

export const EVIDENCE: Fetch<EvidenceParams, EvidenceRow> = {
  name: 'cluster.evidence',
  cypher: `
    UNWIND range(0, size($through) - 1) AS pair
    MATCH (o:Entity {id: $ids[pair]})
    MATCH (e:Entity {id: $ids[$through[pair]]})
    MATCH (e)-[r:USES_NUMBER|HAS_HANDLE|ADMINISTERS|INVITES_TO|SAME_AS|SUCCESSOR_OF|SHOWS_MEDIA]-(o)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND type(r) IN $relations
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH pair, e, o, r ORDER BY pair, r.pos DESC, coalesce(r.i, 0)
    WITH pair, o, collect([type(r), startNode(r) = e, r.pos, coalesce(r.i, 0), r.org, r.src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how),
      r.from, r.to, r.conf, r.n, r.cat, r.role]) AS said
    RETURN pair, o.key AS key, labels(o) AS labels, said,
      EXISTS {
        MATCH (o)-[m:REFERS|REMOVED|NOT_SAME_AS]-(:Entity)
        WHERE m.aud IN $audiences AND m.pos <= $position AND (m.gone IS NULL OR m.gone > $position)
          AND NOT m.pos IN $leftOut
      } AS noted
    ORDER BY pair`,
  meaning: (world, params) =>
    params.through.flatMap((place, pair): EvidenceRow[] => {
      const [here, other] = [params.ids[place]!, params.ids[pair]!];
      const behind = world
        .filter((each) => touches(each, here) && touches(each, other) && binds(each, params))
        .sort(newestFirst)
        .map((each) => rowOf(each, here));
      if (behind.length === 0) return [];
      const { otherKey: key, otherLabels: labels } = behind[0]!;
      const noted = world.some((each) => isNoted(each, params) && touches(each, other));
      return [{ pair, key, labels, noted, said: behind.map(saidOf) }];
    }),
  warmUp: { ids: ['none'], through: [0], relations: ['SAME_AS'], validStart: 0, validEnd: 1 },
};

type ConflictParams = { page: string[]; members: string[]; limit: number };

/** Visible NOT_SAME_AS between a member of this page and any member so far: both inside one cluster is a conflict. */
export const PARTED: Fetch<ConflictParams, StatementRow> = {
  name: 'cluster.parted',
  cypher: `
    UNWIND $page AS id
    MATCH (e:Entity {id: id})-[r:NOT_SAME_AS]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND o.id IN $members AND (NOT o.id IN $page OR startNode(r) = e)
    WITH e, r, o ORDER BY r.pos DESC, coalesce(r.i, 0) LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit`,
  meaning: (world, params) =>
    params.page
      .flatMap((id) => world.filter((one) => parts(one, params) && touches(one, id)).map((one) => rowOf(one, id)))
      .filter(({ other, outgoing }) => params.members.includes(other) && (!params.page.includes(other) || outgoing))
      .sort(newestFirst)
      .slice(0, params.limit),
  warmUp: { page: ['none'], members: ['none'], limit: 1 },
};

function binds(statement: WorldStatement, params: { relations: string[] } & Validity & Sight): boolean {
  return isBinding(statement.relation) && holds(statement, params);
}

function holds(statement: WorldStatement, params: { relations: string[] } & Validity & Sight): boolean {
  return params.relations.includes(statement.relation) && stands(statement, params) && holdsIn(statement, params);
}

function isNoted(statement: WorldStatement, sight: Sight): boolean {
  return ['REFERS', 'REMOVED', 'NOT_SAME_AS'].includes(statement.relation) && stands(statement, sight);
}

function parts(statement: WorldStatement, sight: Sight): boolean {
  return statement.relation === 'NOT_SAME_AS' && stands(statement, sight);
}

function newest(statements: readonly WorldStatement[]): number {
  return Math.max(0, ...statements.map(({ pos }) => pos));
}
