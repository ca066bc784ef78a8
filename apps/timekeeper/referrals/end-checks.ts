import { recordActs, type AuditEntry } from '#access';
import {
  decide,
  keepCases,
  lockReferral,
  recordChecks,
  referralWrite,
  stillStands,
  submitReferral,
  touchedBy,
  type CaseAct,
  type DeconflictionSettings,
  type KnownReferral,
  type LockedReferral,
  type Touched,
} from '#casework';
import type { LogReads, LogWrites, Prepared, StreamWrite } from '#event-log';
import { newId } from '#runtime';
import { Refusal } from '#events';
import type { Duty, DutyParts } from '../duty.js';
import { holdNow } from './hold-now.js';
import { tellStandstill } from './notices.js';
import { oneByOne } from '../one-by-one.js';
import { proveLease } from '../under-lease.js';

const EVERY_MS = 1_000;
const AT_MOST = 100;
const HOUR_MS = 3_600_000;

/** Checks whose window has passed, and holds that have ended, were released or were prolonged; what presses first. */
const DUE = `
  SELECT referral FROM (
    SELECT referral, priority, window_until AS due FROM referrals
     WHERE state = 'deconfliction-pending' AND window_until <= clock_timestamp()
    UNION ALL
    SELECT r.referral, r.priority, r.held_until AS due FROM referrals r, LATERAL (
      SELECT count(*) FILTER (WHERE c.ended_at IS NULL) AS open, max(c.until) FILTER (WHERE c.ended_at IS NULL) AS until
        FROM interest_checks c WHERE c.referral = r.referral AND c.holds
    ) AS holds
     WHERE r.state = 'held' AND (r.held_until <= clock_timestamp() OR holds.open = 0
       OR date_trunc('milliseconds', holds.until) <> date_trunc('milliseconds', r.held_until))
  ) AS found ORDER BY priority, due LIMIT $1`;

type Parts = Pick<DutyParts, 'log' | 'lease'> & { settings: Readonly<DeconflictionSettings> };

/**
 * Ends the checks of referrals (R18): when the window has passed a referral is held for somebody's open interest, or cleared
 * and submitted in one append; a hold ends by release or by its time. Each in one transaction with the owners' notices, so a
 * run that is broken off has done it or not.
 */
export function endChecks(parts: Parts): Duty {
  return {
    name: 'end-checks',
    everyMs: EVERY_MS,
    run: async (signal) => {
      const due = await parts.log.query<{ referral: string }>(DUE, [AT_MOST]);
      const referrals = due.map(({ referral }) => referral);
      return oneByOne(referrals, AT_MOST, signal, (referral) =>
        parts.log.transact((read) => endCheck(read, parts, referral)),
      );
    },
  };
}

/** What the machine decided, as one append. */
interface Ended {
  writes: StreamWrite[];
  state: KnownReferral;
  touched: readonly Touched[];
  hold?: { from: Date; until: Date };
}

async function endCheck(read: LogReads, parts: Parts, referral: string): Promise<Prepared<void>> {
  const locked = await lockReferral(read, referral);
  const ended = locked === undefined ? undefined : await decided(read, parts, locked);
  if (locked === undefined || ended === undefined) return { append: 'nothing', result: undefined };
  const { writes, state, touched, hold } = ended;
  return {
    append: writes,
    afterwards: async (write, appended) => {
      await proveLease(write, parts.lease);
      await recordChecks(write, { referral, touched, newId, ...(hold === undefined ? {} : { hold }) });
      await keepCases(write, appended, locked.entityIdOf);
      await recordActs(write, [audited(state, writes)]);
      await standstill(write, state);
    },
  };
}

async function decided(read: LogReads, { settings }: Parts, locked: LockedReferral): Promise<Ended | undefined> {
  const { state, now, entities } = locked;
  const act = actOf(state, now);
  if (state.status === 'held') {
    const { by, until } = await holdNow(read, state, now);
    if (by === undefined) return until === undefined ? undefined : held(state, act, until, settings.desk);
    return left(read, locked, act, by);
  }
  // Somebody else has decided since it was found.
  if (state.status !== 'deconfliction-pending' || Date.parse(state.window?.until ?? '') > now.getTime())
    return undefined;
  const touched = await touchedBy(read, state.organisation, entities);
  if (touched.every(({ covert }) => covert)) return { ...(await left(read, locked, act, 'window-passed')), touched };
  const until = new Date(now.getTime() + settings.holdHours * HOUR_MS);
  return { ...held(state, act, until, settings.desk), touched, hold: { from: now, until } };
}

function held(state: KnownReferral, act: CaseAct, until: Date, contact: string): Ended {
  const bodies = decide(state, { type: 'hold', now: act.now, until, contact });
  const { write, state: next } = referralWrite(state, state.referral, bodies, act);
  return { writes: [write], state: next, touched: [] };
}

/** Cleared, and before the platform at once, where the right to act still stands; else a person has to look. */
async function left(
  read: LogReads,
  { state, entityIdOf }: LockedReferral,
  act: CaseAct,
  by: 'window-passed' | 'hold-released' | 'hold-expired',
): Promise<Ended> {
  const before = decide(state, { type: 'clear', now: act.now, by });
  if (state.window !== undefined && (await stillStands(read, state.window.decision))) {
    try {
      return { ...(await submitReferral(read, state, { before, act, entityIdOf })), touched: [] };
    } catch (error) {
      // The platform's record cannot take it; that is told to a person, and no reason to hold up the rest.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  const { write, state: next } = referralWrite(state, state.referral, before, act);
  return { writes: [write], state: next, touched: [] };
}

function actOf({ organisation }: KnownReferral, now: Date): CaseAct {
  return { actor: { organisation, user: 'timekeeper', role: 'rule' }, purpose: 'deconfliction', now, newId };
}

function audited(
  { referral, organisation, status, content }: KnownReferral,
  writes: readonly StreamWrite[],
): AuditEntry {
  const ids = writes[0]?.events.map(({ id }) => id) ?? [];
  return {
    act: 'alteration',
    // In the name of its own organisation, whose auditors read it.
    viewer: { organisation, subject: 'timekeeper' },
    purpose: 'deconfliction',
    ids: [referral, ...ids],
    ...(status === 'submitted' ? { recipients: [content.platform] } : {}),
    reason: `referral.${status}`,
  };
}

async function standstill(write: LogWrites, state: KnownReferral): Promise<void> {
  if (state.status === 'held' || state.status === 'cleared') await tellStandstill(write, state);
}
