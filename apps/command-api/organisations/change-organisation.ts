import { v7 } from 'uuid';
import type { Viewer } from '#access';
import type { EventLog } from '#event-log';
import type { LogReads } from '#event-log';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { decide, organisationFrom, streamOf, type OrganisationCommand } from './organisation.js';
import { refuseGroupsOfAgreements, refuseMemberElsewhere, writeTables } from './read-tables.js';

export interface OrganisationCall {
  viewer: Viewer;
  call: IdempotentCall;
  purpose: string;
}

/** One change of an organisation: event, read table, answer and audit row in one transaction, or none of them. */
export function changeOrganisation(
  log: EventLog,
  caller: OrganisationCall,
  command: OrganisationCommand,
  clock: () => Date = () => new Date(),
): Promise<Answered> {
  return once(log, caller, async (read) => {
    const { decided } = await decideOn(read, command, caller, clock);
    return decided;
  });
}

/** The decision with all that belongs to its transaction; `changed` is false where all is as asked already. */
export async function decideOn(
  read: LogReads,
  command: OrganisationCommand,
  { viewer, purpose }: Pick<OrganisationCall, 'viewer' | 'purpose'>,
  clock: () => Date,
): Promise<{ decided: Decided; changed: boolean }> {
  const stream = streamOf(command.organisation);
  const history = (await read.readStreams([stream])).get(stream) ?? [];
  const state = organisationFrom(history);
  const draft = decide(state, command, { by: viewer, id: v7(), now: clock(), purpose });
  const changed = draft !== undefined;
  if (changed) await Promise.all([refuseMemberElsewhere(read, command), refuseGroupsOfAgreements(read, command)]);
  const body = { organisation: command.organisation, changed };
  const decided: Decided = {
    append: changed ? [{ stream, expectedVersion: state.version, source: viewer.organisation, events: [draft] }] : [],
    answer: () => ({ status: 200, body }),
    audit: [
      {
        act: 'alteration',
        viewer,
        purpose,
        ids: changed ? [stream, draft.id] : [stream],
        reason: `organisation.${command.type}`,
      },
    ],
    ...(changed ? { alsoWrite: (write) => writeTables(write, command) } : {}),
  };
  return { decided, changed };
}
