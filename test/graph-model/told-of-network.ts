/** What the clerk tells of a network: its names and what it is taken for, what it took in, and who is in it, in which role. */
import { NETWORK_ROLES } from '#events';
import type { Clerk } from './clerk.js';
import type { Line, Thing } from './lines.js';
import { told } from './periods.js';
import { touchesPeriod } from './clerk.js';
import type { Period } from './periods.js';
import {
  claims,
  directionFrom,
  newestFirst,
  nobody,
  otherOf,
  present,
  statement,
  thingOf,
  touching,
} from './told-of-one.js';
import { survived } from './told-of-takedowns.js';

interface Member {
  entity: Thing;
  memberships: { network: string; role?: string; ended?: number; against: Line[]; line: Line }[];
}

/** `lines`: all that may be seen at that knowledge, of whatever time. */
export function networkCard(lines: readonly Line[], id: string, clerk: Clerk, valid: Period | undefined): object {
  const entity = thingOf(lines, id);
  if (entity === undefined || entity.kind !== 'network') return nobody;
  const then = lines.filter((line) => valid === undefined || touchesPeriod(line, valid));
  const parts = takenIn(then, id);
  const members = membersOf(lines, [id, ...parts.map(({ network }) => network.id)], valid);
  const takedowns = survived(
    then,
    members.map((member) => member.entity),
  );
  const about = touching(then, id);
  const history = about.filter(
    ({ relation, from, to }) =>
      ['PART_OF', 'SUCCESSOR_OF'].includes(relation) && from.kind === 'network' && to.kind === 'network',
  );
  return {
    truncated: false,
    found: true,
    entity,
    alsoFound: [],
    names: claims(
      about.filter(({ relation, from }) => relation === 'HAS_NAME' && from.id === id),
      id,
      clerk,
    ),
    assessed: claims(
      about.filter(({ relation }) => relation === 'STATED'),
      id,
      clerk,
    ),
    history: groups(history, id).map((same) => ({
      change: changeOf(same[0]!, id),
      network: otherOf(same[0]!, id),
      names: namesOf(then, otherOf(same[0]!, id).id),
      statements: same.map((line) => statement(line, clerk)),
    })),
    mergedIn: parts.map(({ network, partOf }) => ({ network, partOf, names: namesOf(then, network.id) })),
    totals: {
      members: members.length,
      open: members.filter(isOpen).length,
      roles: NETWORK_ROLES.map((role) => ({
        role,
        members: members.filter(({ memberships }) => memberships.some((one) => one.role === role)).length,
      })).filter(({ members: count }) => count > 0),
      ...takedowns.totals,
    },
    members: members.map((member, at) => ({
      ...takedowns.members[at]!,
      entity: member.entity,
      memberships: [...member.memberships]
        .sort((one, other) => Number(other.network === id) - Number(one.network === id))
        .map(({ network, role, ended, against, line }) =>
          present({
            network,
            role,
            ended: endText(ended),
            endedBy: against.length === 0 ? undefined : against.map((one) => statement(one, clerk)),
            statement: statement(line, clerk),
          }),
        ),
    })),
  };
}

function groups(lines: readonly Line[], id: string): Line[][] {
  const same = (one: Line, other: Line): boolean =>
    one.relation === other.relation &&
    directionFrom(one, id) === directionFrom(other, id) &&
    otherOf(one, id).id === otherOf(other, id).id;
  const found: Line[][] = [];
  for (const line of lines) {
    const known = found.find(([first]) => same(first!, line));
    if (known === undefined) found.push([line]);
    else known.push(line);
  }
  return found;
}

function changeOf(line: Line, id: string): string {
  const isSubject = line.from.id === id;
  if (line.relation === 'PART_OF') return isSubject ? 'became-part-of' : 'took-in';
  return isSubject ? 'succeeded' : 'split-into';
}

function namesOf(lines: readonly Line[], id: string): string[] {
  const names = lines.filter(({ relation, from }) => relation === 'HAS_NAME' && from.id === id).map(({ to }) => to);
  return [...new Map(names.map((name) => [name.id, name.key])).entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, key]) => key);
}

/** Whatever is part of it, or of a part of it; in a circle each once. */
function takenIn(lines: readonly Line[], id: string): { network: Thing; partOf: string }[] {
  const found: { network: Thing; partOf: string }[] = [];
  for (let level = [id]; level.length > 0;) {
    const next: typeof found = [];
    for (const whole of [...level].sort()) {
      const parts = lines.filter(
        ({ relation, from, to }) => relation === 'PART_OF' && to.id === whole && from.kind === 'network',
      );
      for (const network of [...new Map(parts.map(({ from }) => [from.id, from])).values()].sort((one, other) =>
        one.id < other.id ? -1 : 1,
      ))
        if (network.id !== id && ![...found, ...next].some((known) => known.network.id === network.id))
          next.push({ network, partOf: whole });
    }
    found.push(...next);
    level = next.map(({ network }) => network.id);
  }
  return found;
}

const NEVER = -Infinity;

function membersOf(lines: readonly Line[], networks: readonly string[], valid: Period | undefined): Member[] {
  const members: Member[] = [];
  const inOrder = lines
    .filter(({ relation, to }) => relation === 'MEMBER_OF' && networks.includes(to.id))
    .filter((line) => valid === undefined || touchesPeriod(line, valid))
    .sort((one, other) => (one.to.id === other.to.id ? newestFirst(one, other) : one.to.id < other.to.id ? -1 : 1));
  for (const line of inOrder) {
    const against = lines.filter(
      ({ relation, from, to, said }) =>
        relation === 'NOT_MEMBER_OF' && from.id === line.from.id && to.id === line.to.id && said > line.said,
    );
    const ended = against.length === 0 ? undefined : Math.min(...against.map(({ begins }) => begins ?? NEVER));
    // Nothing is left where it ended before it began, or before the time asked about.
    if (ended !== undefined && (ended <= (valid?.begin ?? NEVER) || ended <= (line.begins ?? NEVER))) continue;
    const membership = { network: line.to.id, role: line.role, ended, against: against.sort(newestFirst), line };
    const known = members.find(({ entity }) => entity.id === line.from.id);
    if (known === undefined) members.push({ entity: line.from, memberships: [membership] });
    else known.memberships.push(membership);
  }
  const weight = ({ memberships }: Member): number =>
    Math.min(
      ...memberships.map(({ role }) => (role === undefined ? 99 : (NETWORK_ROLES as readonly string[]).indexOf(role))),
    );
  return members.sort(
    (one, other) =>
      Number(isOpen(other)) - Number(isOpen(one)) ||
      weight(one) - weight(other) ||
      (one.entity.id < other.entity.id ? -1 : 1),
  );
}

function isOpen({ memberships }: Member): boolean {
  return memberships.some(({ ended, line }) => ended === undefined && line.ends === undefined);
}

function endText(ended: number | undefined): string | undefined {
  return ended === undefined ? undefined : told({ begins: ended }).from;
}
