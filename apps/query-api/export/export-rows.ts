import type { RelationType } from '#events';
import type { Cluster } from '../questions/cluster.js';
import type { Claim, EntityCard } from '../questions/entity-card.js';
import type { NetworkCard, NetworkChange } from '../networks/network-answer.js';
import type { Entity } from '../reading/entity.js';
import type { StatementView } from '../reading/statement-view.js';

/** What an answer shows as rows: a statement each, from whom it is said to whom. Pure. */

export interface ExportRow {
  relation: RelationType;
  subject: Entity;
  /** Absent where a detail of the subject is stated. */
  object?: Entity;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  statement: StatementView;
  /** Statements that there are of the same; an answer shows the newest ones. */
  statements: number;
}

/** Each member with what made it one, and who is said not to be the same. */
export function rowsOfCluster({ members = [], conflicts = [] }: Cluster): ExportRow[] {
  const byId = new Map(members.map(({ entity }) => [entity.id, entity]));
  const links = members.flatMap(({ entity, through = '', links = [] }) => {
    const before = byId.get(through);
    if (before === undefined) return [];
    return links.flatMap(({ relation, direction, statements, corroboration }) =>
      statements.map((statement) => ({
        relation,
        ...(direction === 'outgoing' ? { subject: entity, object: before } : { subject: before, object: entity }),
        statement,
        statements: corroboration.statements,
      })),
    );
  });
  const partings = conflicts.flatMap(({ one, other, statement }): ExportRow[] => {
    const [subject, object] = [byId.get(one), byId.get(other)];
    if (subject === undefined || object === undefined) return [];
    return [{ relation: 'NOT_SAME_AS', subject, object, statement, statements: 1 }];
  });
  return [...links, ...partings];
}

export function rowsOfCard({ entity, claims = [] }: EntityCard): ExportRow[] {
  return entity === undefined ? [] : claims.flatMap((claim) => rowsOfClaim(entity, claim));
}

/** Names, assessments, history and members, with what ended a membership; what members have and run is on their own cards. */
export function rowsOfNetwork(card: NetworkCard): ExportRow[] {
  const { entity, names = [], assessed = [], history = [], mergedIn = [], members = [] } = card;
  if (entity === undefined) return [];
  const networks = new Map([entity, ...mergedIn.map(({ network }) => network)].map((one) => [one.id, one]));
  return [
    ...[...names, ...assessed].flatMap((claim) => rowsOfClaim(entity, claim)),
    ...history.flatMap((change) => rowsOfChange(entity, change)),
    ...members.flatMap(({ entity: member, memberships }) => {
      const row = (relation: RelationType, network: string, statement: StatementView): ExportRow => {
        return { relation, subject: member, object: networks.get(network) ?? entity, statement, statements: 1 };
      };
      const partings = memberships.flatMap(({ network, endedBy = [] }) =>
        endedBy.map((statement) => row('NOT_MEMBER_OF', network, statement)),
      );
      return [
        ...memberships.map(({ network, statement }) => row('MEMBER_OF', network, statement)),
        // One statement may end several memberships.
        ...new Map(partings.map((one) => [`${one.statement.assertion} ${one.statement.index}`, one])).values(),
      ];
    }),
  ];
}

function rowsOfClaim(entity: Entity, claim: Claim): ExportRow[] {
  const { relation, direction, other, property, value, unit, statements, corroboration } = claim;
  const ends =
    direction === 'incoming' && other !== undefined ? { subject: other, object: entity } : { subject: entity };
  return statements.map((statement) => ({
    relation,
    ...ends,
    ...(direction === 'outgoing' && other !== undefined ? { object: other } : {}),
    ...(property === undefined ? {} : { property }),
    ...(value === undefined ? {} : { value }),
    ...(unit === undefined ? {} : { unit }),
    statement,
    statements: corroboration.statements,
  }));
}

const CHANGES = {
  'became-part-of': ['PART_OF', true],
  'took-in': ['PART_OF', false],
  succeeded: ['SUCCESSOR_OF', true],
  'split-into': ['SUCCESSOR_OF', false],
} as const satisfies Record<NetworkChange['change'], [RelationType, outgoing: boolean]>;

function rowsOfChange(entity: Entity, { change, network, statements }: NetworkChange): ExportRow[] {
  const [relation, outgoing] = CHANGES[change];
  const ends = outgoing ? { subject: entity, object: network } : { subject: network, object: entity };
  return statements.map((statement) => ({ relation, ...ends, statement, statements: statements.length }));
}
