import type { LogReads, LogWrites } from '#event-log';
import { type AgreementMade, type EventDraft, Refusal, refusedFor } from '#events';
import { lockGroups } from '../organisations/read-tables.js';
import { endOf, startOf } from './agreement.js';

/** The read tables of libs/access, kept in the transaction of the event: the guard sees a change as soon as it is committed. */
export async function writeTables(write: LogWrites, { body, actor }: EventDraft): Promise<void> {
  switch (body.type) {
    case 'agreement.made':
      return made(write, body.data as AgreementMade, actor.organisation);
    case 'agreement.party-joined':
      return setParty(write, body.data as PartyNamed, 'agreed');
    case 'agreement.party-left':
      return setParty(write, body.data as PartyNamed, 'left');
    case 'agreement.ended':
      await write.query('UPDATE agreements SET ends = least(ends, clock_timestamp()) WHERE agreement = $1', [
        (body.data as PartyNamed).agreement,
      ]);
  }
}

interface PartyNamed {
  agreement: string;
  organisation: string;
}

async function made(write: LogWrites, data: AgreementMade, by: string): Promise<void> {
  const { agreement, group, title, parties, from, until } = data;
  await write.query(
    'INSERT INTO agreements (agreement, "group", title, made_by, starts, ends) VALUES ($1, $2, $3, $4, $5, $6)',
    [agreement, group, title, by, startOf(from), until === undefined ? null : endOf(until)],
  );
  await write.query(
    `INSERT INTO agreement_parties (organisation, agreement, state)
     SELECT party, $1, CASE WHEN party = $2 THEN 'agreed' ELSE 'asked' END FROM unnest($3::uuid[]) AS party`,
    [agreement, by, parties],
  );
}

async function setParty(write: LogWrites, { agreement, organisation }: PartyNamed, state: string): Promise<void> {
  await write.query('UPDATE agreement_parties SET state = $3 WHERE agreement = $1 AND organisation = $2', [
    agreement,
    organisation,
    state,
  ]);
}

/** Every party is registered, and the group's name stands for nothing else, also not for an agreement that is over. */
export async function refuseUnfit(read: LogReads, { group, parties }: AgreementMade): Promise<void> {
  await lockGroups(read, [group]);
  const [registered, taken] = await Promise.all([
    read.query<{ organisation: string }>(
      'SELECT organisation FROM organisations WHERE organisation = ANY ($1::uuid[])',
      [parties],
    ),
    read.query(
      `SELECT FROM organisations WHERE $1 = ANY (groups) UNION ALL SELECT FROM agreements WHERE "group" = $1 LIMIT 1`,
      [group],
    ),
  ]);
  const known = new Set(registered.map(({ organisation }) => organisation));
  const [first, ...others] = parties.flatMap((party, place) =>
    known.has(party)
      ? []
      : [
          {
            pointer: `/parties/${place}`,
            code: 'organisation.unknown',
            detail: 'is no organisation that is registered',
          },
        ],
  );
  if (first !== undefined) throw refusedFor('The agreement cannot be made', [first, ...others]);
  if (taken.length > 0)
    throw new Refusal('RuleRefused', 'agreement.group-taken', 'The name of this group is taken; choose another one.');
}
