import type { RelationType } from '#events';
import { holdsIn, stands, type Fetch, type Sight, type Validity, type WorldStatement } from '../reading/fetch.js';
import { byText, labelsOf, newestFirst, rowOf, touches, type StatementRow } from '../reading/statement-row.js';

/** What the card of an assessed network reads about networks: what is said of them, what they took in, who is a member. */

const ABOUT: readonly RelationType[] = ['HAS_NAME', 'STATED', 'PART_OF', 'SUCCESSOR_OF'];

type SaidParams = { id: string; limit: number } & Validity;

/** Names, assessments, what it is part of or took in, what it succeeded or was split into; newest first. */
export const ABOUT_NETWORK: Fetch<SaidParams, StatementRow> = {
  name: 'network-card.about',
  cypher: `
    MATCH (e:Entity {id: $id})-[r:HAS_NAME|STATED|PART_OF|SUCCESSOR_OF]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r, o ORDER BY r.pos DESC, coalesce(r.i, 0) LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit`,
  meaning: (world, params) =>
    world
      .filter((one) => ABOUT.includes(one.relation) && touches(one, params.id) && holds(one, params))
      .sort(newestFirst)
      .slice(0, params.limit)
      .map((one) => rowOf(one, params.id)),
  warmUp: { id: 'none', limit: 1, validStart: 0, validEnd: 1 },
};

export interface PartRow {
  whole: string;
  part: string;
  key: string;
  labels: string[];
}

/** What is said to be part of each. */
export const PARTS: Fetch<{ ids: string[] } & Validity, PartRow> = {
  name: 'network-card.parts',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})<-[r:PART_OF]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    RETURN DISTINCT e.id AS whole, o.id AS part, o.key AS key, labels(o) AS labels
    ORDER BY whole, part`,
  meaning: (world, params) => {
    const rows = world
      .filter((one) => one.relation === 'PART_OF' && params.ids.includes(one.object.id) && holds(one, params))
      .map(({ subject, object }) => ({
        whole: object.id,
        part: subject.id,
        key: subject.key,
        labels: labelsOf(subject),
      }));
    return [...new Map(rows.map((row) => [`${row.whole} ${row.part}`, row])).values()].sort(
      (one, other) => byText(one.whole, other.whole) || byText(one.part, other.part),
    );
  },
  warmUp: { ids: ['none'], validStart: 0, validEnd: 1 },
};

type MembersParams = { ids: string[]; limit: number } & Validity;

/** Who is said to be a member, and who is said not to be any more, whenever that is; seen from the network. */
export const MEMBERSHIPS: Fetch<MembersParams, StatementRow> = {
  name: 'network-card.memberships',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})<-[r:MEMBER_OF|NOT_MEMBER_OF]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (type(r) = 'NOT_MEMBER_OF'
        OR (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart))
    WITH e, r, o ORDER BY o.id, e.id, r.pos DESC, coalesce(r.i, 0) LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, false AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last([how IN r.hows WHERE how / 4096 <= $position]) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit`,
  meaning: (world, params) =>
    world
      .filter(
        (one) =>
          params.ids.includes(one.object.id) &&
          (one.relation === 'NOT_MEMBER_OF' ? stands(one, params) : one.relation === 'MEMBER_OF' && holds(one, params)),
      )
      .map((one) => rowOf(one, one.object.id))
      .sort((one, other) => byText(one.other, other.other) || byText(one.here, other.here) || newestFirst(one, other))
      .slice(0, params.limit),
  warmUp: { ids: ['none'], limit: 1, validStart: 0, validEnd: 1 },
};

export function holds(statement: WorldStatement, params: Sight & Validity): boolean {
  return stands(statement, params) && holdsIn(statement, params);
}
