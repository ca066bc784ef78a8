import type { Asked } from '../reading/asking.js';
import type { Claim } from '../questions/entity-card.js';
import type { Membership, NetworkCard, NetworkChange, NetworkMember } from '../networks/network-answer.js';
import { cameBefore } from '../networks/takedowns.js';
import { aligned, cut, shown } from './display-text.js';
import { heading } from './print-card.js';
import { counted, duration, entityText, gradingWords, keyText, periodWords, support } from './words.js';

/** An assessed network in a terminal: what it is taken for, who is in it, and how it survives its takedowns. */

/** What an analyst reads in ten minutes; --full shows all. */
const MEMBERS = 25;
const HAS = 4;

export interface NetworkPrint {
  columns: number;
  full: boolean;
}

export function networkLines(card: Asked & NetworkCard, { columns, full }: NetworkPrint): string[] {
  const { names = [], assessed = [], history = [], mergedIn = [], members = [], totals } = card;
  if (card.entity === undefined || totals === undefined) return [];
  const fit = (lines: readonly string[]): string[] => lines.map((line) => cut(line, columns));
  const listed = full ? members : members.slice(0, MEMBERS);
  const left = totals.members - listed.length;
  return [
    heading('Network', names.map(({ other }) => (other === undefined ? '' : keyText(other))).join(', ')),
    ...fit(aligned([...names, ...assessed].flatMap(claimCells)).map((line) => `    ${line}`)),
    ...fit(historyLines(history)),
    ...fit(mergedIn.map(({ network, names: known }) => `    with the members of ${nameOf(known, keyText(network))}`)),
    '',
    heading('Members', `${counted(totals.members, 'member')}, ${totals.open} of them now`),
    ...fit(listed.flatMap((member) => memberLines(member, full))),
    ...(left > 0 ? [`    … and ${left} more${full ? '' : ' (--full shows them)'}`] : []),
    '',
    heading('Reach', reach(totals)),
    ...fit(
      totals.roles.length === 0 ? [] : [`    ${totals.roles.map(({ role, members: n }) => `${role} ${n}`).join(', ')}`],
    ),
    ...survivalLines(totals.survival),
    ...boundLines(card),
  ];
}

function claimCells({ property = 'name', value, other, statements }: Claim): string[][] {
  const said = other === undefined ? shown(String(value)) : keyText(other);
  return statements.map((one) => [
    ...[
      `${shown(property)}: ${said}`,
      gradingWords(one),
      shown(one.organisation),
      `recorded ${one.recorded.slice(0, 10)}`,
    ],
  ]);
}

const CHANGES: Record<NetworkChange['change'], string> = {
  'took-in': 'took in',
  'became-part-of': 'became part of',
  'split-into': 'split into',
  succeeded: 'succeeded',
};

function historyLines(history: readonly NetworkChange[]): string[] {
  return history.map(({ change, network, names, statements: [newest] }) => {
    const when = newest === undefined ? '' : `   ${periodWords(newest)}, ${shown(newest.organisation)}`;
    return `    ${CHANGES[change]} ${nameOf(names, keyText(network))}${when}`;
  });
}

function nameOf([first]: readonly string[], otherwise: string): string {
  return first === undefined ? otherwise : shown(first);
}

function memberLines({ entity, memberships, has, hasMore, takedowns }: NetworkMember, full: boolean): string[] {
  const some = full ? has : has.slice(0, HAS);
  const more = has.length > some.length || hasMore ? ', …' : '';
  return [
    `    ${entityText(entity)}`,
    ...aligned(memberships.map(membershipCells)).map((line) => `      ${line}`),
    ...(some.length === 0 ? [] : [`      has ${some.map((one) => entityText(one.entity)).join(', ')}${more}`]),
    ...takedowns.flatMap(({ entity: item, state, cases, seenAgain, cameBackAs }) => {
      const again = seenAgain === undefined ? '' : ` after ${duration(seenAgain.secondsAfterRemoval)}`;
      return [
        `      ${STATES[state]}${again}: ${entityText(item)}`,
        ...cameBackAs.map((next) => {
          const { entity: other, secondsAfterRemoval: after, corroboration } = next;
          const came = cameBefore(next, cases) ? 'succeeded before that by' : 'came back as';
          const time = after === undefined ? '' : ` after ${duration(after)}`;
          const note = corroboration.statements > 1 ? `   (${support(corroboration)})` : '';
          return `        ${came} ${entityText(other)}${time}${note}`;
        }),
      ];
    }),
  ];
}

const STATES = { down: 'removed', 'seen-again': 'removed and seen again', up: 'referred, still up' } as const;

function membershipCells({ role, ended, statement }: Membership): string[] {
  const over = ended === undefined ? '' : `over from ${ended}`;
  return [
    role ?? 'role not said',
    periodWords(statement),
    over,
    gradingWords(statement),
    shown(statement.organisation),
  ];
}

function reach({ platforms, numbers, handles }: NonNullable<NetworkCard['totals']>): string {
  const on = platforms.map(({ platform, entities }) => `${platform} ${entities}`);
  return [...on, counted(numbers, 'number'), counted(handles, 'handle')].join(', ');
}

const LEFT_OUT: Record<NonNullable<NetworkCard['boundedBy']>[number], string> = {
  networks: 'networks that were merged in',
  memberships: 'memberships',
  belongings: 'what one member has',
  statements: 'what is said of the network itself',
  time: 'what there was no time for',
};

function boundLines({ boundedBy = [] }: NetworkCard): string[] {
  if (boundedBy.length === 0) return [];
  return ['', `  There is more than this shows: ${boundedBy.map((each) => LEFT_OUT[each]).join(', ')}.`];
}

function survivalLines(survival: NonNullable<NetworkCard['totals']>['survival']): string[] {
  const { referred, removed, up, seenAgain, cameBack, medianSecondsToReturn } = survival;
  if (referred + removed === 0) return [];
  return [
    `    ${referred} referred, ${up} of them still up; ${removed} removed, ${seenAgain} seen again, ${cameBack} came back`,
    ...(medianSecondsToReturn === undefined
      ? []
      : [`    half of the returns within ${duration(medianSecondsToReturn)}`]),
  ];
}
