import { setTimeout as pause } from 'node:timers/promises';
import type { Viewer } from '#access';
import { recordActs } from '#access';
import type { EventLog, LogReads, LogWrites, Prepared } from '#event-log';
import { retryingConflicts } from '../retrying-conflicts.js';
import { decideOn } from './change-organisation.js';
import { OPERATORS, identityOf, organisationFrom, streamOf, type OrganisationCommand } from './organisation.js';

/** The first organisations and members: before there is one administrator, nobody could admit one. */
export interface Bootstrap {
  organisations: Omit<Extract<OrganisationCommand, { type: 'register' }>, 'type'>[];
  members: Omit<Extract<OrganisationCommand, { type: 'admit' }>, 'type'>[];
}

export interface BootstrapDone {
  registered: number;
  admitted: number;
}

/**
 * Registers and admits what the log does not know yet, as events like any others. Can be run again at any time: what was decided
 * since is left alone, so a member who was removed or given other roles is not brought back.
 */
export async function bootstrap(
  log: EventLog,
  { organisations, members }: Bootstrap,
  clock: () => Date = () => new Date(),
): Promise<BootstrapDone> {
  let registered = 0;
  let admitted = 0;
  for (const organisation of organisations)
    if (await change(log, { type: 'register', ...organisation }, clock)) registered += 1;
  for (const member of members) if (await change(log, { type: 'admit', ...member }, clock)) admitted += 1;
  return { registered, admitted };
}

const PURPOSE = 'bootstrap';

/** Acts in the name of the organisation itself, with the right of an operator. */
function actor(organisation: string): Viewer {
  return {
    organisation,
    kind: 'unit',
    subject: 'bootstrap',
    roles: ['administrator'],
    groups: [OPERATORS],
    compartments: [],
  };
}

/** Another bootstrap may be at work on the same organisations: its step takes milliseconds, so wait for that long and look again. */
const PATIENCE = 200;
const PAUSE_MS = 50;

async function change(log: EventLog, command: OrganisationCommand, clock: () => Date): Promise<boolean> {
  for (let left = PATIENCE; ; left -= 1) {
    try {
      return await retryingConflicts(() => log.transact((read) => prepare(read, command, clock)));
    } catch (error) {
      if (left === 0 || (error as { kind?: unknown }).kind !== 'InProgress') throw error;
      await pause(PAUSE_MS);
    }
  }
}

async function prepare(read: LogReads, command: OrganisationCommand, clock: () => Date): Promise<Prepared<boolean>> {
  const stream = streamOf(command.organisation);
  const state = organisationFrom((await read.readStreams([stream])).get(stream) ?? []);
  const isKnown =
    command.type === 'register'
      ? state.registered !== undefined
      : command.type === 'admit' && state.known.has(identityOf(command));
  if (isKnown) return { append: 'nothing', result: false };
  const caller = { viewer: actor(command.organisation), purpose: PURPOSE };
  const { decided, changed } = await decideOn(read, command, caller, clock);
  // Each statement sees what is committed by then: somebody else may have done it between the two readings.
  if (!changed) return { append: 'nothing', result: false };
  return {
    append: [...decided.append],
    afterwards: async (write: LogWrites, appended) => {
      await Promise.all([recordActs(write, decided.audit), decided.alsoWrite?.(write, appended)]);
      return true;
    },
  };
}
