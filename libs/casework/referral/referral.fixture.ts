/** Referrals in every state, for specs: drafted content, who acts, and histories decided by the rules themselves. */
import type { Actor, Marking, PlatformAnswer, ReferralContent, ReferralEvent } from '#events';
import type { ReferralCommand } from './commands.js';
import { decide } from './decide.js';
import { referralFrom } from './evolve.js';
import type { InstrumentCode } from './instruments.js';
import type { KnownReferral, ReferralHistory } from './referral-state.js';

export const AGENCY = '5b0c77a2-0a02-4c21-9b64-00000000a002';
export const PLATFORM = 'a86d90e5-0a05-4054-8e97-00000000a005';
export const REFERRAL = '0193a1f2-7c00-4000-8000-00000000d001';
export const START = Date.parse('2026-11-22T08:00:00.000Z');
export const WINDOW_MS = 15 * 60_000;

export const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: ['P'],
  conditions: [],
  releasableTo: [],
  originator: AGENCY,
  compartment: null,
};

export const REFERRER: Actor = { organisation: AGENCY, user: 'coastal-referrer', role: 'referrer' };

const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export function evidence() {
  return { sha256: SHA, capturedAt: '2026-11-22T07:30:00Z', custody: 'store 4, shelf 17' };
}

export function contentOf(changes: Partial<ReferralContent> = {}): ReferralContent {
  const post = (id: string) => ({
    kind: 'post' as const,
    location: { kind: 'item' as const, key: `lumen:${id}`, raw: `https://lumen.example/p/${id}` },
    evidence: [evidence()],
  });
  return {
    platform: PLATFORM,
    instrument: 'voluntary-referral' satisfies InstrumentCode,
    ground: { basis: 'terms', provision: 'Community rules: human smuggling' },
    theme: 'boat-crossing',
    urgency: 'routine',
    territory: [],
    explanation: 'Offers places in a boat, with a price for each person.',
    items: [post('1'), post('2')],
    ...changes,
  };
}

/** A complete one-hour order. */
export function orderOf(changes: Partial<ReferralContent> = {}): ReferralContent {
  return contentOf({
    instrument: 'tco-removal-order' satisfies InstrumentCode,
    ground: { basis: 'law', provision: 'Regulation (EU) 2021/784 art. 2(7)(b)' },
    reference: 'RO/2026/17',
    paperwork: {
      contactPoint: 'Coastal desk, 020 7946 0000',
      redress: 'The court of the district, within four weeks.',
      informedAt: '2026-11-20T08:00:00Z',
    },
    ...changes,
  });
}

export const OUTWARD = {
  missing: [],
  decision: { policy: 1, at: new Date(START).toISOString(), reasons: [], permissions: [], of: [] },
};

export const ACTIONED: PlatformAnswer = {
  answer: 'decided',
  outcome: { result: 'actioned', effect: 'removed', effectiveAt: '2026-11-22T09:00:00Z' },
};
export const REJECTED: PlatformAnswer = {
  answer: 'decided',
  outcome: { result: 'rejected', effect: 'none', reason: 'asking-is-permitted' },
};

type Step = ReferralCommand extends infer Each ? (Each extends { now: Date } ? Omit<Each, 'now'> : never) : never;

/** A story told in commands; each step is so many milliseconds after the one before. */
export function story(steps: readonly (readonly [afterMs: number, step: Step])[]): {
  history: ReferralHistory[];
  state: KnownReferral;
  now: Date;
} {
  const history: ReferralHistory[] = [];
  let now = START;
  for (const [after, step] of steps) {
    now += after;
    const command = { ...step, now: new Date(now) } as ReferralCommand;
    for (const body of decide(referralFrom(history), command)) history.push(recorded(body, history.length + 1, now));
  }
  return { history, state: referralFrom(history) as KnownReferral, now: new Date(now) };
}

export function recorded(body: ReferralEvent, version: number, at: number): ReferralHistory {
  const time = new Date(at).toISOString();
  return {
    id: `0193a1f2-7c00-4000-8000-${String(version).padStart(12, '0')}`,
    body,
    source: AGENCY,
    stream: `referral-${REFERRAL}`,
    streamVersion: version,
    time: { at: `${time.slice(0, 19)}Z`, precision: 'second' },
    recordedTime: time,
    actor: REFERRER,
    purpose: 'operation-tern',
    basis: [],
    statementKind: { kind: 'fact' },
    marking: MARKING,
    correlationId: REFERRAL,
  } as ReferralHistory;
}

export const draft = (content = contentOf()): Step => ({ type: 'draft', referral: REFERRAL, content });
export const check = (): Step => ({ type: 'request-check', until: new Date(START + WINDOW_MS), ...OUTWARD });
export const answer = (item: number, said: PlatformAnswer): Step => ({ type: 'answer', item, said });

/** Drafted, checked, cleared and before the platform, at START + WINDOW_MS. */
export const submittedSteps = (content = contentOf()): [number, Step][] => [
  [0, draft(content)],
  [0, check()],
  [WINDOW_MS, { type: 'clear', by: 'window-passed' }],
  [0, { type: 'submit' }],
];
