import { RELATION_TYPES, type RelationType } from '#events';
import type { Fetch, Validity, WorldEntity, WorldStatement } from '../reading/fetch.js';
import { holdsIn, stands, type Sight } from '../reading/fetch.js';
import { isDemoted } from '../reading/demotion.js';
import { isDoubtfulNumber } from '../reading/doubtful-number.js';
import { entityOf } from '../reading/entity.js';
import {
  byText,
  labelsOf,
  newestFirst,
  rowOf,
  saidOf,
  touches,
  type Said,
  type StatementRow,
} from '../reading/statement-row.js';

/** What a cluster reads: who holds together, with what is said between them, and who is said not to be whom. */

/**
 * Relations that bind entities into one cluster. A deployment may take some away (BREAKWATER_BINDING_RELATIONS); to add
 * one, add it here and in the Cypher text below, which a spec compares with this list.
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

/** One entity of the frontier, and what is said between it and those whom it binds. */
export interface HeldRow {
  at: string;
  key: string;
  labels: string[];
  /** More visible holders than the limit, demoted, or a doubtful number: the walk does not go through it, and nothing follows. */
  hub: boolean;
  /** So much is said that `most` did not suffice to say whether it is a hub: nothing follows, and it has to be asked about again. */
  cut: boolean;
  /** Whether a referral, a removal or a parting of it is seen, of whichever time; mostly none is, and none has to be asked for. */
  noted: boolean;
  /** Of whom each of `said` is said, by id. */
  others: string[];
  /** What binds, seen from here: by the other's id, newest first. */
  said: Said[];
  /** Those of them whom a parting speaks against, by id, and the newest NOT_SAME_AS of each pair, in the same order. */
  parted: string[];
  partings: number[];
}

export type HeldParams = {
  frontier: string[];
  /** They have been asked about: what is said between them and these was told then. They count among the holders. */
  told: string[];
  relations: string[];
  hubLimit: number;
  /** Statements of one entity that are looked at. It changes no row that is not `cut`. */
  most: number;
} & Validity;

/**
 * Each link is looked at once, for the walk and for what stands behind a membership alike. Who is asked about with `told` has nothing
 * said twice: the statements of a pair are told by the one that led to the other.
 */
export const HELD: Fetch<HeldParams, HeldRow> = {
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
      WITH r, o LIMIT $most
      WITH r, o ORDER BY o.id, r.pos DESC, coalesce(r.i, 0)
      RETURN count(r) AS seen, count(DISTINCT o) AS holders,
        collect(CASE WHEN o.id IN $told THEN null ELSE r END) AS links,
        collect(CASE WHEN o.id IN $told THEN null ELSE o END) AS ends
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
    CALL (e) {
      RETURN EXISTS {
        MATCH (e)-[m:REFERS|REMOVED|NOT_SAME_AS]-(:Entity)
        WHERE m.aud IN $audiences AND m.pos <= $position AND (m.gone IS NULL OR m.gone > $position)
          AND NOT m.pos IN $leftOut
      } AS noted
    }
    WITH place, e, noted, links, ends, seen, demoted OR holders > $hubLimit
      OR e:PhoneNumber AND (e.key STARTS WITH 'possible:' OR e.key STARTS WITH 'raw:') AS hub
    WITH place, e, noted, links, ends, hub, NOT hub AND seen = $most AS cut
    WITH place, e, noted, links, hub, cut, CASE WHEN hub OR cut THEN [] ELSE ends END AS ends
    WITH place, e, noted, hub, cut, [o IN ends | o.id] AS others, [o IN ends | id(o)] AS nodes,
      [at IN range(0, size(ends) - 1) | [type(links[at]), startNode(links[at]) = e,
        links[at].pos, coalesce(links[at].i, 0), links[at].org, links[at].src,
        coalesce(last([how IN links[at].hows WHERE how / 4096 <= $position]) % 4096, links[at].how),
        links[at].from, links[at].to, links[at].conf, links[at].n, links[at].cat, links[at].role]] AS said
    CALL (e, others) {
      MATCH (e)-[p:NOT_SAME_AS]-(o:Entity)
      WHERE p.aud IN $audiences AND p.pos <= $position AND (p.gone IS NULL OR p.gone > $position)
        AND NOT p.pos IN $leftOut
        AND o.id IN others
      WITH o.id AS id, max(p.pos) AS pos ORDER BY id
      RETURN collect(id) AS parted, collect(pos) AS partings
    }
    RETURN e.id AS at, e.key AS key, labels(e) AS labels, hub, cut, noted, others, nodes, said, parted, partings
    ORDER BY place`,
  meaning: (world, params) =>
    params.frontier.flatMap((at): HeldRow[] => {
      const one = entityIn(world, at);
      if (one === undefined) return [];
      const bonds = world
        .filter((each) => touches(each, at) && each.subject.id !== each.object.id && binds(each, params))
        .map((each) => rowOf(each, at));
      const noted = world.some((each) => isNoted(each, params) && touches(each, at));
      const doubtful = isDoubtfulNumber(entityOf(at, one.key, labelsOf(one)));
      const hub =
        new Set(bonds.map(({ other }) => other)).size > params.hubLimit || isDemoted(at, world, params) || doubtful;
      const told = hub ? [] : bonds.filter(({ other }) => !params.told.includes(other));
      told.sort((here, there) => byText(here.other, there.other) || newestFirst(here, there));
      const others = told.map(({ other }) => other);
      const against = world.filter((each) => parts(each, params) && touches(each, at));
      const parted = [...new Set(others)].filter((other) => against.some((each) => touches(each, other)));
      const partings = parted.map((other) => newest(against.filter((each) => touches(each, other))));
      const { key } = one;
      return [
        { at, key, labels: labelsOf(one), hub, cut: false, noted, others, said: told.map(saidOf), parted, partings },
      ];
    }),
  warmUp: {
    frontier: ['none'],
    told: ['none'],
    relations: ['SAME_AS'],
    hubLimit: 1,
    most: 1,
    validStart: 0,
    validEnd: 1,
  },
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
  const { relation } = statement;
  return (
    isBinding(relation) &&
    params.relations.includes(relation) &&
    stands(statement, params) &&
    holdsIn(statement, params)
  );
}

function isNoted(statement: WorldStatement, sight: Sight): boolean {
  return ['REFERS', 'REMOVED', 'NOT_SAME_AS'].includes(statement.relation) && stands(statement, sight);
}

function parts(statement: WorldStatement, sight: Sight): boolean {
  return statement.relation === 'NOT_SAME_AS' && stands(statement, sight);
}

function entityIn(world: readonly WorldStatement[], id: string): WorldEntity | undefined {
  const found = world.find((one) => touches(one, id));
  return found?.subject.id === id ? found.subject : found?.object;
}

/** Position of the newest; 0 of none. */
export function newest(statements: readonly WorldStatement[]): number {
  return Math.max(0, ...statements.map(({ pos }) => pos));
}
