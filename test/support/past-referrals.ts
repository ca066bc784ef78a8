/** Referrals that were received in the past, written by the rules themselves: for specs of deadlines, which nobody wants to wait for. */
import {
  NO_REFERRAL,
  decide,
  keepCases,
  lockReferral,
  referralWrite,
  submitReferral,
  type CaseAct,
  type KnownReferral,
} from '#casework';
import type { EventLog } from '#event-log';
import type { Marking, ReferralContent, ReferralEvent } from '#events';
import { newId } from '#runtime';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';

const AGENCY = ORGANISATIONS.coastal.organisation;

const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: ['P'],
  conditions: [],
  releasableTo: [],
  originator: AGENCY,
  compartment: null,
};

/** One-hour order with so many items, received at a time. */
export async function orderReceived(log: EventLog, at: Date, items = 1): Promise<string> {
  const referral = newId();
  const act: CaseAct = {
    actor: { organisation: AGENCY, user: 'coastal-referrer', role: 'referrer' },
    purpose: 'operation-tern',
    now: at,
    newId,
  };
  const content: ReferralContent = {
    platform: ORGANISATIONS.lumen.organisation,
    instrument: 'tco-removal-order',
    ground: { basis: 'law', provision: 'Regulation (EU) 2021/784 art. 2(7)(b)' },
    theme: 'boat-crossing',
    urgency: 'routine',
    territory: [],
    explanation: 'Offers places in a boat.',
    items: Array.from({ length: items }, (_, place) => ({
      kind: 'post' as const,
      location: { kind: 'item' as const, key: `lumen:${referral}/${place}` },
      evidence: [],
    })),
  };
  const decision = { policy: 1, at: at.toISOString(), reasons: [], permissions: [], of: [] };
  let state: KnownReferral | typeof NO_REFERRAL = NO_REFERRAL;
  const bodies: ReferralEvent[] = [];
  for (const command of [
    { type: 'draft', now: at, referral, content },
    { type: 'request-check', now: at, until: at, decision, missing: [] },
    { type: 'clear', now: at, by: 'window-passed' },
  ] as const) {
    const decided = decide(state, command);
    bodies.push(...decided);
    state = referralWrite(NO_REFERRAL, referral, bodies, act, { marking: MARKING, basis: [] }).state;
  }
  await log.transact(async () => ({
    append: [referralWrite(NO_REFERRAL, referral, bodies, act, { marking: MARKING, basis: [] }).write],
    afterwards: (write, appended) => keepCases(write, appended, (kind, key) => `${kind} ${key}`),
  }));
  await log.transact(async (read) => {
    const locked = await lockReferral(read, referral);
    if (locked === undefined) throw new Error('the referral is gone');
    const { writes } = await submitReferral(read, locked.state, { act, entityIdOf: locked.entityIdOf });
    return { append: writes, afterwards: (write, appended) => keepCases(write, appended, locked.entityIdOf) };
  });
  return referral;
}
