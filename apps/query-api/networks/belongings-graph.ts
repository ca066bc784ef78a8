import type { RelationType } from '#events';
import { holdsIn, stands, type Fetch, type Validity, type WorldStatement } from '../reading/fetch.js';
import { byText, labelsOf, rowOf, type StatementRow } from '../reading/statement-row.js';
import { corroborationOf, type Corroboration } from '../reading/statement-view.js';

/** What belongs to members of a network, and what is known of its coming back after a removal. */

/** What somebody has or runs, as it is said of them, and what was posted by it. */
export const BELONGING: readonly RelationType[] = ['USES_NUMBER', 'HAS_HANDLE', 'HAS_NAME', 'ADMINISTERS', 'POSTED_BY'];

export interface BelongingRow {
  at: string;
  relation: RelationType;
  other: string;
  otherKey: string;
  otherLabels: string[];
  corroboration: Corroboration;
}

type BelongingParams = { ids: string[]; relations: string[]; each: number } & Validity;

/** At most so many of each of them, in the order of relation and id; posts last, for there are many and they are the least telling. */
export const BELONGINGS: Fetch<BelongingParams, BelongingRow> = {
  name: 'network-card.belongings',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})
    CALL (e) {
      MATCH (e)-[r:USES_NUMBER|HAS_HANDLE|HAS_NAME|ADMINISTERS|POSTED_BY]-(o:Entity)
      WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
        AND NOT r.pos IN $leftOut
        AND type(r) IN $relations AND (startNode(r) = e) = (type(r) <> 'POSTED_BY') AND o <> e
        AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
      WITH type(r) AS relation, o,
        {statements: count(r), organisations: count(DISTINCT r.org), independentOrigins: count(DISTINCT r.src),
         withoutOrigin: count(r) - count(r.src)} AS corroboration
      ORDER BY relation = 'POSTED_BY', relation, o.id LIMIT $each
      RETURN relation, o, corroboration
    }
    RETURN e.id AS at, relation, o.id AS other, o.key AS otherKey, labels(o) AS otherLabels, corroboration
    ORDER BY at, relation = 'POSTED_BY', relation, other`,
  meaning: (world, params) =>
    [...params.ids].sort(byText).flatMap((at) => {
      const said = world.filter((one) => belongs(one, at, params.relations) && stands(one, params));
      const rows = said.filter((one) => holdsIn(one, params)).map((one) => rowOf(one, at));
      const groups = new Map<string, StatementRow[]>();
      for (const row of rows) {
        const key = `${row.relation} ${row.other}`;
        groups.set(key, [...(groups.get(key) ?? []), row]);
      }
      return [...groups]
        .sort(([one], [other]) => Number(isPost(one)) - Number(isPost(other)) || byText(one, other))
        .slice(0, params.each)
        .map(([, [first, ...rest]]) => ({
          at,
          relation: first!.relation,
          other: first!.other,
          otherKey: first!.otherKey,
          otherLabels: first!.otherLabels,
          corroboration: corroborationOf([first!, ...rest]),
        }));
    }),
  warmUp: { ids: ['none'], relations: ['USES_NUMBER'], each: 1, validStart: 0, validEnd: 1 },
};

function isPost(group: string): boolean {
  return group.startsWith('POSTED_BY ');
}

function belongs({ relation, subject, object }: WorldStatement, at: string, relations: readonly string[]): boolean {
  if (!BELONGING.includes(relation) || !relations.includes(relation) || subject.id === object.id) return false;
  return (relation === 'POSTED_BY' ? object : subject).id === at;
}

export interface SuccessorRow {
  at: string;
  other: string;
  otherKey: string;
  otherLabels: string[];
  corroboration: Corroboration;
  /** First second from which anybody says so; null where nobody dates it. */
  seen: number | null;
}

/** What came after each. */
export const SUCCESSORS: Fetch<{ ids: string[] } & Validity, SuccessorRow> = {
  name: 'network-card.successors',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})<-[r:SUCCESSOR_OF]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    RETURN e.id AS at, o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      {statements: count(r), organisations: count(DISTINCT r.org), independentOrigins: count(DISTINCT r.src),
       withoutOrigin: count(r) - count(r.src)} AS corroboration, min(r.from) AS seen
    ORDER BY at, other`,
  meaning: (world, params) =>
    [...params.ids].sort(byText).flatMap((at) => {
      const said = world.filter(
        (one) => one.relation === 'SUCCESSOR_OF' && one.object.id === at && stands(one, params) && holdsIn(one, params),
      );
      const others = new Map(said.map(({ subject }) => [subject.id, subject]));
      return [...others.values()]
        .sort((one, other) => byText(one.id, other.id))
        .map((other) => {
          const statements = said.filter(({ subject }) => subject.id === other.id);
          const dates = statements.flatMap(({ from }) => from ?? []);
          return {
            at,
            other: other.id,
            otherKey: other.key,
            otherLabels: labelsOf(other),
            corroboration: corroborationOf(statements.map((one) => rowOf(one, at))),
            seen: dates.length === 0 ? null : Math.min(...dates),
          };
        });
    }),
  warmUp: { ids: ['none'], validStart: 0, validEnd: 1 },
};

/** When each was looked for and found, as an agency's own look says. */
export const SIGHTINGS: Fetch<{ ids: string[] } & Validity, { at: string; dates: number[] }> = {
  name: 'network-card.sightings',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r:STATED]->(:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND r.prop = 'availability' AND r.val = 'still-available'
      AND r.from < $validEnd AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r ORDER BY r.from
    RETURN e.id AS at, collect(DISTINCT r.from) AS dates
    ORDER BY at`,
  meaning: (world, params) =>
    [...params.ids].sort(byText).flatMap((at) => {
      const dates = world.flatMap((one) =>
        one.relation === 'STATED' &&
        one.subject.id === at &&
        one.prop === 'availability' &&
        one.val === 'still-available' &&
        stands(one, params) &&
        holdsIn(one, params)
          ? (one.from ?? [])
          : [],
      );
      return dates.length === 0 ? [] : [{ at, dates: [...new Set(dates)].sort((one, other) => one - other) }];
    }),
  warmUp: { ids: ['none'], validStart: 0, validEnd: 1 },
};
