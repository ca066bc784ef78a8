import type { EntityKind, NetworkRole, RelationType } from '#events';
import { entityOf, type Entity } from '../reading/entity.js';
import type { StatementRow } from '../reading/statement-row.js';
import {
  OriginNumbers,
  viewOf,
  type Corroboration,
  type Sources,
  type StatementView,
} from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import { periodText } from '../terms/times.js';
import { claimsOf, type Claim } from '../questions/entity-card.js';
import type { BelongingRow } from './belongings-graph.js';
import { BELONGINGS_OF_ONE, unique, type Gathered } from './gathered.js';
import { rolesOf, type MemberFound, type RoleTotal } from './members.js';
import type { Merged } from './merged.js';
import { platformOf } from './platform-of.js';
import { survivalOf, type Survival, type Takedown } from './takedowns.js';

/** What the card of a network says, built from what was drawn. Pure. */

export interface NetworkCard {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  /** First page only, as everything up to the totals. Who called it so, newest first. */
  names?: Claim[];
  /** Threat, status and whatever else is stated of it, by whom; what contradicts stands side by side. */
  assessed?: Claim[];
  history?: NetworkChange[];
  /** Networks whose members are counted in. */
  mergedIn?: MergedIn[];
  totals?: NetworkTotals;
  members?: NetworkMember[];
  /** What ended the card before its natural end: see MOST_NETWORKS, MOST_MEMBERSHIPS, BELONGINGS_OF_ONE, and ABOUT for what is said of the network. */
  boundedBy?: ('networks' | 'memberships' | 'belongings' | 'statements' | 'time')[];
}

export interface NetworkChange {
  change: 'took-in' | 'became-part-of' | 'split-into' | 'succeeded';
  network: Entity;
  /** Canonical forms of the names that it is known by. */
  names: string[];
  statements: StatementView[];
}

export interface MergedIn {
  network: Entity;
  partOf: string;
  names: string[];
}

export interface NetworkTotals {
  /** Over all pages. */
  members: number;
  /** Of them: nobody says when their membership was over. */
  open: number;
  roles: RoleTotal[];
  /** Accounts, handles, groups, invites and posts of the members, themselves included, by platform. */
  platforms: { platform: string; entities: number }[];
  /** Members themselves included, as with platforms. */
  numbers: number;
  handles: number;
  survival: Survival;
}

export interface NetworkMember {
  entity: Entity;
  memberships: Membership[];
  /** Numbers, handles, names, groups and accounts that it runs, by relation and id; then posts. At most 100. */
  has: Belonging[];
  hasMore: boolean;
  /** What was referred or removed of it: itself, what it has and runs, what was posted there. */
  takedowns: Takedown[];
}

export interface Membership {
  /** Id of the network that it is said of: this one, or one that was merged in. */
  network: string;
  role?: NetworkRole;
  /** Day or second from which it is over because somebody said so later. */
  ended?: string;
  /** Who said that it is over, newest first; the earliest beginning among them counts. Absent where nobody did. */
  endedBy?: StatementView[];
  statement: StatementView;
}

export interface Belonging {
  relation: RelationType;
  entity: Entity;
  platform?: string;
  corroboration: Corroboration;
}

/** What is said of the network itself. */
export interface About {
  about: StatementRow[];
  /** Whether more is said than is told. */
  more: boolean;
  /** By network. */
  names: Map<string, string[]>;
}

/** Relations between networks that tell where one came from and went. */
export const HISTORY: readonly RelationType[] = ['PART_OF', 'SUCCESSOR_OF'];

export function firstPage(
  { about, names }: About,
  { parts }: Merged,
  sources: Sources,
  origins: OriginNumbers,
): Pick<NetworkCard, 'names' | 'assessed' | 'history' | 'mergedIn'> {
  const of = (chosen: (row: StatementRow) => boolean): Claim[] =>
    claimsOf(about.filter(chosen), sources, undefined, origins);
  return {
    names: of(({ relation, outgoing }) => relation === 'HAS_NAME' && outgoing),
    assessed: of(({ relation }) => relation === 'STATED'),
    history: of(({ relation, otherLabels }) => HISTORY.includes(relation) && otherLabels.includes('Network')).map(
      ({ relation, direction, other, statements }) => ({
        change: changeOf(relation, direction),
        network: other!,
        names: names.get(other!.id) ?? [],
        statements,
      }),
    ),
    mergedIn: parts.map(({ entity, partOf }) => ({ network: entity, partOf, names: names.get(entity.id) ?? [] })),
  };
}

function changeOf(relation: RelationType, direction: Claim['direction']): NetworkChange['change'] {
  if (relation === 'PART_OF') return direction === 'outgoing' ? 'became-part-of' : 'took-in';
  return direction === 'outgoing' ? 'succeeded' : 'split-into';
}

export function totalsOf(members: readonly MemberFound[], all: Gathered): NetworkTotals {
  const had = [...all.belongings.values()].flat();
  const found = unique([...entities(members), ...had.map(entityOfRow)]);
  const count = (kind: EntityKind): number => found.filter((one) => one.kind === kind).length;
  const takedowns = new Map([...all.takedowns.values()].flat().map((one) => [one.entity.id, one]));
  return {
    members: members.length,
    open: members.filter(({ open }) => open).length,
    roles: rolesOf(members),
    platforms: platformsOf(found),
    numbers: count('phone-number'),
    handles: count('handle'),
    survival: survivalOf(all.entities, [...takedowns.values()]),
  };
}

function platformsOf(found: readonly Entity[]): NetworkTotals['platforms'] {
  const counts = new Map<string, number>();
  for (const entity of found) {
    const platform = platformOf(entity);
    if (platform !== undefined) counts.set(platform, (counts.get(platform) ?? 0) + 1);
  }
  return [...counts]
    .map(([platform, count]) => ({ platform, entities: count }))
    .sort((one, other) => other.entities - one.entities || (one.platform < other.platform ? -1 : 1));
}

function entityOfRow({ other, otherKey, otherLabels }: BelongingRow): Entity {
  return entityOf(other, otherKey, otherLabels);
}

export function memberOf(
  { entity, memberships }: MemberFound,
  { belongings, takedowns }: Gathered,
  sources: Sources,
  origins: OriginNumbers,
): NetworkMember {
  const has = belongings.get(entity.id) ?? [];
  return {
    entity,
    memberships: memberships.map(({ row, ended, endedBy }) => {
      const statement = viewOf(row, sources, origins);
      const over = ended === undefined ? undefined : (periodText(ended, null).from ?? 'never');
      return {
        network: row.here,
        ...(statement.role === undefined ? {} : { role: statement.role }),
        ...(over === undefined
          ? {}
          : { ended: over, endedBy: endedBy.map((parting) => viewOf(parting, sources, origins)) }),
        statement,
      };
    }),
    has: has.slice(0, BELONGINGS_OF_ONE).map((row) => {
      const other = entityOfRow(row);
      const platform = platformOf(other);
      const { relation, corroboration } = row;
      return { relation, entity: other, ...(platform === undefined ? {} : { platform }), corroboration };
    }),
    hasMore: has.length > BELONGINGS_OF_ONE,
    takedowns: takedowns.get(entity.id) ?? [],
  };
}

export function entities(members: readonly MemberFound[]): Entity[] {
  return members.map(({ entity }) => entity);
}
