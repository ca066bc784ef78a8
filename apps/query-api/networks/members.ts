import { endOf, lasts, NETWORK_ROLES, type NetworkRole } from '#events';
import { packRole } from '#graph';
import { entityOf, type Entity } from '../reading/entity.js';
import type { Validity } from '../reading/fetch.js';
import { byText, type StatementRow } from '../reading/statement-row.js';

/** Who is a member of a network, from what is said and unsaid of memberships. Pure. */

export interface MemberFound {
  entity: Entity;
  /** Newest first within each network; of the network itself first. */
  memberships: MembershipFound[];
  /** Whether nobody says of at least one membership when it was over. */
  open: boolean;
  /** Place of their weightiest role in the list of roles; beyond its end without one. */
  rank: number;
}

export interface MembershipFound {
  row: StatementRow;
  /** First second from which a later statement ends it. */
  ended?: number;
  /** What was said later against it, newest first; the earliest beginning among them is when it ended. */
  endedBy: StatementRow[];
}

/** Members in the order of the answer: those whose membership is open first, then by role, then by id. */
export function membersFrom(rows: readonly StatementRow[], network: string, validity: Validity): MemberFound[] {
  const byPair = new Map<string, StatementRow[]>();
  for (const row of rows) {
    const key = `${row.other} ${row.here}`;
    byPair.set(key, [...(byPair.get(key) ?? []), row]);
  }
  const members = new Map<string, MemberFound>();
  for (const pair of byPair.values()) {
    const partings = pair.filter(({ relation }) => relation === 'NOT_MEMBER_OF');
    for (const row of pair) {
      if (row.relation !== 'MEMBER_OF' || !lasts(row, partings, validity)) continue;
      const ended = endOf(row, partings);
      const known = members.get(row.other) ?? {
        entity: entityOf(row.other, row.otherKey, row.otherLabels),
        memberships: [],
        open: false,
        rank: Number.MAX_SAFE_INTEGER,
      };
      const endedBy = partings.filter(({ pos }) => pos > row.pos);
      known.memberships.push(ended === undefined ? { row, endedBy } : { row, ended, endedBy });
      known.open ||= row.to === null && ended === undefined;
      known.rank = Math.min(known.rank, row.role ?? Number.MAX_SAFE_INTEGER);
      members.set(row.other, known);
    }
  }
  for (const { memberships } of members.values())
    memberships.sort(({ row: one }, { row: other }) => Number(other.here === network) - Number(one.here === network));
  return [...members.values()].sort(
    (one, other) =>
      Number(other.open) - Number(one.open) || one.rank - other.rank || byText(one.entity.id, other.entity.id),
  );
}

export interface RoleTotal {
  role: NetworkRole;
  members: number;
}

/** How many members are said to have each role; one may have several, and one without any counts in none. */
export function rolesOf(members: readonly MemberFound[]): RoleTotal[] {
  return NETWORK_ROLES.flatMap((role): RoleTotal[] => {
    const packed = packRole(role);
    const count = members.filter(({ memberships }) => memberships.some(({ row }) => row.role === packed)).length;
    return count === 0 ? [] : [{ role, members: count }];
  });
}
