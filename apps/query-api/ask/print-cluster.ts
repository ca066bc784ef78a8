import type { Asked } from '../reading/asking.js';
import type { ChainLink, Cluster, Member } from '../questions/cluster.js';
import { isDoubtfulNumber } from '../reading/doubtful-number.js';
import { aligned, shown } from './display-text.js';
import { heading } from './print-card.js';
import { counted, duration, entityText, keyText, kindText, periodWords, phrase } from './words.js';

/** The cluster in a terminal: members by kind, the nearest first, each with what made it one. */

/** Lines of one kind: what an analyst reads in ten minutes; --full shows all. */
const MEMBERS_OF_A_KIND = 25;

export function clusterLines(cluster: Asked & Cluster, { full }: { full: boolean }): string[] {
  const { members = [], conflicts = [] } = cluster;
  const [seed, ...others] = members;
  if (seed === undefined) return [];
  if (seed.hub)
    return [
      heading('Cluster', ''),
      '',
      isDoubtfulNumber(seed.entity)
        ? '  Not known to be a valid number, so it joins nobody into one network. Its card names who uses it.'
        : '  Shared by more holders than the limit, or demoted, so it joins nobody into one network. Its card says by whom.',
    ];
  if (others.length === 0) return [heading('Cluster', ''), '', '  Nothing that you may see binds it to anything else.'];
  const byId = new Map(members.map((member) => [member.entity.id, member]));
  const moreMembers = cluster.continuation !== undefined || cluster.boundedBy !== undefined;
  const steps = Math.max(...members.map(({ distance }) => distance));
  return [
    heading(
      'Cluster',
      `${counted(members.length, 'member')}${moreMembers ? ' shown, there are more' : ''}, up to ${counted(steps, 'step')} away`,
    ),
    ...byKind(others).flatMap(([kind, group]) => [
      '',
      `  ${kind} (${group.length})`,
      ...aligned((full ? group : group.slice(0, MEMBERS_OF_A_KIND)).map((member) => memberCells(member, byId))).map(
        (line) => `    ${line}`,
      ),
      ...(!full && group.length > MEMBERS_OF_A_KIND
        ? [`    … and ${group.length - MEMBERS_OF_A_KIND} more (--full shows them)`]
        : []),
    ]),
    ...conflictLines(conflicts, byId),
    ...(cluster.moreConflicts ? ['    … and more, which are not told'] : []),
    ...boundLines(cluster),
  ];
}

function byKind(members: readonly Member[]): [string, Member[]][] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const kind = kindText(member.entity.kind);
    groups.set(kind, [...(groups.get(kind) ?? []), member]);
  }
  return [...groups];
}

function memberCells(member: Member, byId: ReadonlyMap<string, Member>): string[] {
  const before = byId.get(member.through ?? '');
  const via = before === undefined ? 'a member of the page before' : keyText(before.entity);
  const links = (member.links ?? []).map((link) => `${phrase(link.relation, link.direction)} ${via}${source(link)}`);
  return [
    `${'·'.repeat(member.distance)} ${keyText(member.entity)}`,
    `${links.join('; ')}${notFollowed(member)}`,
    casesWords(member),
  ];
}

function notFollowed({ hub, entity }: Member): string {
  if (!hub) return '';
  return isDoubtfulNumber(entity) ? '   [not a valid number: not followed]' : '   [hub: not followed]';
}

/** `referred 2026-11-20, removed 2026-11-21, back after 3 days`. */
function casesWords({ cases = {}, links = [] }: Member): string {
  const day = ({ last }: { last?: string }): string => (last === undefined ? '' : ` ${last.slice(0, 10)}`);
  const back = links.find(({ secondsAfterRemoval }) => secondsAfterRemoval !== undefined)?.secondsAfterRemoval;
  return [
    ...(cases.referred === undefined ? [] : [`referred${day(cases.referred)}`]),
    ...(cases.removed === undefined ? [] : [`removed${day(cases.removed)}`]),
    ...(back === undefined ? [] : [`${duration(back)} between removal and return`]),
  ].join(', ');
}

function source({ statements, corroboration }: ChainLink): string {
  const [newest] = statements;
  if (newest === undefined) return '';
  const others = corroboration.statements - 1;
  return ` (${shown(newest.organisation)}, ${periodWords(newest)}${others > 0 ? `, and ${others} more` : ''})`;
}

function conflictLines(conflicts: NonNullable<Cluster['conflicts']>, byId: ReadonlyMap<string, Member>): string[] {
  if (conflicts.length === 0) return [];
  const name = (id: string): string => {
    const member = byId.get(id);
    return member === undefined ? id : entityText(member.entity);
  };
  return [
    '',
    '  Conflicts: said not to be the same, and yet bound together',
    ...conflicts.map(
      ({ one, other, statement }) =>
        `    ${name(one)}  and  ${name(other)}   (${shown(statement.organisation)}, recorded ${statement.recorded.slice(0, 10)})`,
    ),
  ];
}

function boundLines({ boundedBy }: Cluster): string[] {
  if (boundedBy === undefined) return [];
  const what = boundedBy === 'time' ? 'The time limit' : 'The limit of members';
  return [
    '',
    `  ${what} ended the cluster before its end. Ask again around a member near its edge, or with --valid-at.`,
  ];
}
