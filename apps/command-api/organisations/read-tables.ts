import type { LogReads, LogWrites } from '#event-log';
import { Problem } from '#runtime';
import { Refusal } from '#events';
import type { OrganisationCommand } from './organisation.js';

/** The read tables of libs/access, kept in the transaction of the event: the guard sees a change as soon as it is committed. */
export async function writeTables(write: LogWrites, command: OrganisationCommand): Promise<void> {
  switch (command.type) {
    case 'register':
      await write.query(
        'INSERT INTO organisations (organisation, name, kind, groups, platforms) VALUES ($1, $2, $3, $4, $5)',
        [command.organisation, command.name, command.kind, command.groups, command.platforms ?? null],
      );
      return;
    case 'regroup':
      await write.query('UPDATE organisations SET groups = $2 WHERE organisation = $1', [
        command.organisation,
        command.groups,
      ]);
      return;
    case 'admit':
      await write.query(
        `INSERT INTO members (issuer, subject, organisation, roles, compartments) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (issuer, subject) DO UPDATE SET roles = excluded.roles, compartments = excluded.compartments
         WHERE members.organisation = excluded.organisation`,
        [command.issuer, command.subject, command.organisation, command.roles, command.compartments],
      );
      return;
    case 'remove':
      await write.query('DELETE FROM members WHERE issuer = $1 AND subject = $2 AND organisation = $3', [
        command.issuer,
        command.subject,
        command.organisation,
      ]);
      return;
    case 'depart':
      await write.query('UPDATE organisations SET departed_at = clock_timestamp() WHERE organisation = $1', [
        command.organisation,
      ]);
      return;
    case 'readmit':
      await write.query('UPDATE organisations SET departed_at = NULL WHERE organisation = $1', [command.organisation]);
      return;
    default:
      command satisfies never;
  }
}

/**
 * A subject is a member of one organisation at most: whom a caller speaks for must not be the caller's choice. Two streams could
 * each admit it at the same time, so it is locked first; lock and look are two statements (DESIGN 6).
 */
export async function refuseMemberElsewhere(read: LogReads, command: OrganisationCommand): Promise<void> {
  if (command.type !== 'admit') return;
  const { organisation, issuer, subject } = command;
  if (!(await read.tryLock(`member\n${issuer}\n${subject}`)))
    throw new Problem('InProgress', 'member.being-changed', 'This member is being changed just now; repeat the call.');
  const rows = await read.query<{ organisation: string }>(
    'SELECT organisation FROM members WHERE issuer = $1 AND subject = $2',
    [issuer, subject],
  );
  if (rows.some((row) => row.organisation !== organisation))
    throw new Refusal('RuleRefused', 'member.elsewhere', 'This subject cannot be admitted: it is bound already.');
}

/** A group of an agreement is joined by agreeing; whoever registers or groups an organisation must not put it in unasked. */
export async function refuseGroupsOfAgreements(read: LogReads, command: OrganisationCommand): Promise<void> {
  if (command.type !== 'register' && command.type !== 'regroup') return;
  const { groups } = command;
  await lockGroups(read, groups);
  const taken = await read.query<{ group: string }>(
    'SELECT "group" FROM agreements WHERE "group" = ANY ($1::text[]) ORDER BY "group"',
    [groups],
  );
  if (taken.length > 0)
    throw new Refusal(
      'RuleRefused',
      'organisation.group-of-agreement',
      `${taken.map(({ group }) => group).join(', ')}: a group of an agreement is joined by agreeing, and in no other way.`,
    );
}

/** Of two who give the same name to different things at the same time, one has to look after the other is done. */
export async function lockGroups(read: LogReads, groups: readonly string[]): Promise<void> {
  for (const group of [...groups].sort())
    if (!(await read.tryLock(`group\n${group}`)))
      throw new Problem('InProgress', 'group.being-changed', 'This group is being changed just now; repeat the call.');
}
