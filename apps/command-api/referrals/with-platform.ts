import {
  decide,
  informPlatform,
  outcomeFaults,
  referralWrite,
  withdrawRequests,
  type KnownReferral,
  type ReferralCommand,
} from '#casework';
import type { StreamWrite } from '#event-log';
import { refusedFor } from '#events';
import { refuseDuplicates } from './own-duplicates.js';
import type { StepGiven, Stepped, Stepping } from './step.js';

type Given = Exclude<StepGiven, { type: 'check' | 'submit' | 'override' }>;

/** Steps once the platform has it, and the end; what concerns the platform is carried over into its record. */
export async function afterwards(stepping: Stepping, given: Given, audiences: readonly number[]): Promise<Stepped> {
  const { read, locked, act } = stepping;
  const { state, now } = locked;
  if (given.type === 'finding') refuseOddOutcome(given, state, now);
  const bodies = decide(state, commandOf(given, now));
  if (given.type === 'reopen') await refuseDuplicates(stepping, audiences);
  const { write, state: next } = referralWrite(state, state.referral, bodies, act);
  return { state: next, writes: [write, ...(await carriedOver({ read, act }, state, given))] };
}

function commandOf(given: Given, now: Date): ReferralCommand {
  switch (given.type) {
    case 'withdraw':
    case 'close':
      return { type: given.type, now, reason: given.reason };
    case 'reopen':
      return { type: 'reopen', now, because: given.because, reason: given.reason };
    case 'information': {
      const { item, text, evidence = [] } = given;
      return { type: 'give-information', now, item, text, evidence: plain(evidence) };
    }
    case 'finding': {
      const { item, finding, at, vantage, evidence = [], outcome } = given;
      const told = outcome === undefined ? {} : { outcome: { ...outcome } };
      return { type: 'record-finding', now, item, finding, at, vantage, evidence: plain(evidence), ...told };
    }
    default:
      return given satisfies never;
  }
}

function plain<T extends object>(list: readonly T[]): T[] {
  return list.map((each) => ({ ...each }));
}

function refuseOddOutcome({ outcome }: Extract<Given, { type: 'finding' }>, { receivedAt }: KnownReferral, now: Date) {
  if (outcome === undefined) return;
  const times = { now, pointer: '/outcome', ...(receivedAt === undefined ? {} : { receivedAt }) };
  const [first, ...others] = outcomeFaults(outcome, times);
  if (first !== undefined) throw refusedFor('The finding cannot be recorded', [first, ...others]);
}

async function carriedOver(
  { read, act }: Pick<Stepping, 'read' | 'act'>,
  state: KnownReferral,
  given: Given,
): Promise<StreamWrite[]> {
  const { referral, items } = state;
  if (given.type === 'information') {
    const { item, text, evidence = [] } = given;
    return informPlatform(read, { referral, item, text, evidence: plain(evidence) }, act);
  }
  if (given.type !== 'withdraw' || state.receivedAt === undefined) return [];
  return withdrawRequests(
    read,
    items.map((_, item) => ({ referral, item })),
    act,
  );
}
