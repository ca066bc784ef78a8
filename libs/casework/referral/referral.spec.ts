import type { PlatformAnswer, Refusal } from '#events';
import { dataFault } from '#events';
import type { ReferralCommand } from './commands.js';
import { decide } from './decide.js';
import { evolve } from './evolve.js';
import {
  ACTIONED,
  MARKING,
  OUTWARD,
  REFERRAL,
  REJECTED,
  START,
  WINDOW_MS,
  answer,
  check,
  contentOf,
  draft,
  evidence,
  orderOf,
  recorded,
  story,
  submittedSteps,
} from './referral.fixture.js';
import {
  ITEM_STATUSES,
  NO_REFERRAL,
  REFERRAL_STATUSES,
  type KnownReferral,
  type ReferralState,
} from './referral-state.js';

const later = new Date(START + 30 * 24 * 3_600_000);
const HOLD_UNTIL = new Date(START + 3 * 24 * 3_600_000);
const hold = { type: 'hold', until: HOLD_UNTIL, contact: 'Deconfliction desk, 020 7946 0000' } as const;
const held = [
  [0, draft()],
  [0, check()],
  [WINDOW_MS, hold],
] as const;
const asked: PlatformAnswer = { answer: 'asked', reason: 'clarification', question: 'Which of the two?' };
const bothDecided = [...submittedSteps(), [1, answer(0, ACTIONED)], [1, answer(1, REJECTED)]] as const;

/** A referral in each state there is; of some two, where what it holds changes what may be done. */
const STATES: Record<string, ReferralState> = {
  absent: NO_REFERRAL,
  drafted: story([[0, draft()]]).state,
  'drafted, a life at stake': story([[0, draft(contentOf({ urgency: 'threat-to-life' }))]]).state,
  'deconfliction-pending': story([
    [0, draft()],
    [0, check()],
  ]).state,
  held: story(held).state,
  cleared: story(submittedSteps().slice(0, 3)).state,
  submitted: story(submittedSteps()).state,
  'submitted, one item actioned': story([...submittedSteps(), [1, answer(0, ACTIONED)]]).state,
  acknowledged: story([
    ...submittedSteps(),
    [1, answer(0, { answer: 'acknowledged' })],
    [1, answer(1, { answer: 'acknowledged' })],
  ]).state,
  'needs-information': story([...submittedSteps(), [1, answer(0, asked)]]).state,
  answered: story(bothDecided).state,
  closed: story([...bothDecided, [1, { type: 'close', reason: 'Done.' }]]).state,
  'closed without an outcome': story([...submittedSteps(), [1, { type: 'close', reason: 'No answer.' }]]).state,
  withdrawn: story([...submittedSteps(), [1, { type: 'withdraw', reason: 'A mistake.' }]]).state,
  'withdrawn as a draft': story([
    [0, draft()],
    [1, { type: 'withdraw', reason: 'A mistake.' }],
  ]).state,
};

const finding = { finding: 'verified-unavailable', at: '2026-11-22T09:00:00Z', vantage: 'GB', evidence: [] } as const;

const COMMANDS: Record<string, ReferralCommand> = {
  draft: { type: 'draft', now: later, referral: REFERRAL, content: contentOf() },
  revise: { type: 'revise', now: later, content: contentOf() },
  check: { type: 'request-check', now: later, until: later, ...OUTWARD },
  hold: { type: 'hold', now: new Date(START + WINDOW_MS), until: later, contact: 'desk' },
  clear: { type: 'clear', now: later, by: 'window-passed' },
  release: { type: 'clear', now: later, by: 'hold-released' },
  expire: { type: 'clear', now: later, by: 'hold-expired' },
  override: { type: 'override', now: later, reason: 'They sail tonight.', ...OUTWARD },
  submit: { type: 'submit', now: later },
  acknowledge: { type: 'answer', now: later, item: 0, said: { answer: 'acknowledged' } },
  ask: { type: 'answer', now: later, item: 0, said: asked },
  decide: { type: 'answer', now: later, item: 0, said: ACTIONED },
  correct: { type: 'answer', now: later, item: 0, said: { answer: 'corrected', reason: 'The wrong post.' } },
  appeal: { type: 'answer', now: later, item: 0, said: { answer: 'appeal-opened' } },
  'end appeal': { type: 'answer', now: later, item: 0, said: { answer: 'appeal-decided', result: 'overturned' } },
  inform: { type: 'give-information', now: later, item: 0, text: 'The first.', evidence: [] },
  find: { type: 'record-finding', now: later, item: 0, ...finding, evidence: [] },
  withdraw: { type: 'withdraw', now: later, reason: 'A mistake.' },
  close: { type: 'close', now: later, reason: 'Done.' },
  reopen: { type: 'reopen', now: later, because: 'new-evidence', reason: 'A second capture.' },
  breach: { type: 'breach', now: later, item: 0 },
};

/** In the order of COMMANDS. `-` is allowed. */
const TABLE: Record<string, string> = {
  absent: `- ${Array(20).fill('referral.unknown').join(' ')}`,
  drafted: `referral.exists - - referral.not-pending referral.not-pending referral.not-held referral.not-held
    referral.not-checked referral.not-cleared referral.not-submitted referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    - referral.not-submitted referral.not-closed referral.not-submitted`,
  'drafted, a life at stake': `referral.exists - - referral.not-pending referral.not-pending referral.not-held
    referral.not-held - referral.not-cleared referral.not-submitted referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    - referral.not-submitted referral.not-closed referral.not-submitted`,
  'deconfliction-pending': `referral.exists referral.not-a-draft referral.checked-already - - referral.not-held
    referral.not-held - referral.not-cleared referral.not-submitted referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    - referral.not-submitted referral.not-closed referral.not-submitted`,
  held: `referral.exists referral.not-a-draft referral.checked-already - referral.not-pending - - -
    referral.not-cleared referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    - referral.not-submitted referral.not-closed referral.not-submitted`,
  cleared: `referral.exists referral.not-a-draft referral.checked-already referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.cleared-already - referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted
    referral.not-submitted - referral.not-submitted referral.not-closed referral.not-submitted`,
  submitted: `referral.exists referral.not-a-draft referral.checked-already referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.cleared-already referral.submitted-already - - - item.not-decided
    item.not-decided appeal.none item.nothing-asked - - - referral.not-closed clock.none`,
  'submitted, one item actioned': `referral.exists referral.not-a-draft referral.checked-already referral.not-pending
    referral.not-pending referral.not-held referral.not-held referral.cleared-already referral.submitted-already
    item.decided item.decided item.decided - - appeal.none item.nothing-asked - referral.actioned - referral.not-closed
    clock.none`,
  acknowledged: `referral.exists referral.not-a-draft referral.checked-already referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.cleared-already referral.submitted-already item.acknowledged - -
    item.not-decided item.not-decided appeal.none item.nothing-asked - - - referral.not-closed clock.none`,
  'needs-information': `referral.exists referral.not-a-draft referral.checked-already referral.not-pending
    referral.not-pending referral.not-held referral.not-held referral.cleared-already referral.submitted-already item.waits
    - - item.not-decided item.not-decided appeal.none - - - - referral.not-closed clock.none`,
  answered: `referral.exists referral.not-a-draft referral.checked-already referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.cleared-already referral.submitted-already item.decided item.decided
    item.decided - - appeal.none item.nothing-asked - referral.answered - referral.not-closed clock.none`,
  closed: `referral.exists referral.not-a-draft referral.ended referral.not-pending referral.not-pending referral.not-held
    referral.not-held referral.ended referral.ended item.decided item.decided item.decided - - appeal.none referral.ended
    - referral.ended referral.ended - clock.none`,
  'closed without an outcome': `referral.exists referral.not-a-draft referral.ended referral.not-pending
    referral.not-pending referral.not-held referral.not-held referral.ended referral.ended - - - item.not-decided
    item.not-decided appeal.none referral.ended - referral.ended referral.ended - clock.none`,
  withdrawn: `referral.exists referral.not-a-draft referral.ended referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.ended referral.ended item.withdrawn item.withdrawn item.withdrawn
    item.withdrawn item.withdrawn item.withdrawn referral.ended - referral.ended referral.ended referral.ended clock.none`,
  'withdrawn as a draft': `referral.exists referral.not-a-draft referral.ended referral.not-pending referral.not-pending
    referral.not-held referral.not-held referral.ended referral.ended referral.not-submitted referral.not-submitted
    referral.not-submitted referral.not-submitted referral.not-submitted referral.not-submitted referral.ended
    referral.not-submitted referral.ended referral.ended referral.ended referral.not-submitted`,
};

function outcomeOf(state: ReferralState, command: ReferralCommand): string {
  try {
    const events = decide(state, command);
    expect(events.length).toBeGreaterThan(0);
    for (const body of events) expect(dataFault(body.type, body.data)).toBeUndefined();
    const version = state.status === 'absent' ? 0 : state.version;
    const after = events.reduce(
      (next, body, at) => evolve(next, recorded(body, version + at + 1, command.now.getTime())),
      state,
    );
    expect(REFERRAL_STATUSES).toContain(after.status);
    return '-';
  } catch (error) {
    const { code, retriable } = error as Refusal;
    if (retriable !== false) throw error;
    return code;
  }
}

describe('every command in every state', () => {
  it.each(Object.keys(STATES))('%s', (name) => {
    const expected = TABLE[name]!.split(/\s+/);
    const told = Object.entries(COMMANDS).map(([command, given]) => [command, outcomeOf(STATES[name]!, given)]);
    expect(told).toEqual(Object.keys(COMMANDS).map((command, at) => [command, expected[at]]));
    expect(expected).toHaveLength(told.length);
  });

  it('covers every state that there is', () => {
    const statuses = new Set(Object.values(STATES).map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['absent', ...REFERRAL_STATUSES].sort());
    const items = Object.values(STATES).flatMap((state) =>
      state.status === 'absent' ? [] : state.items.map(({ status }) => status),
    );
    expect([...new Set([...items, 'no-violation', 'already-gone'])].sort()).toEqual([...ITEM_STATUSES].sort());
  });
});

describe('a referral', () => {
  it('does not leave before the window ends, to the millisecond, and nobody is held or cleared before', () => {
    const { state } = story([
      [0, draft()],
      [0, check()],
    ]);
    const early = new Date(START + WINDOW_MS - 1);
    expect(outcomeOf(state, { ...COMMANDS['clear']!, now: early } as ReferralCommand)).toBe('referral.window-open');
    expect(outcomeOf(state, { ...COMMANDS['hold']!, now: early } as ReferralCommand)).toBe('referral.window-open');
    expect(outcomeOf(state, { ...COMMANDS['clear']!, now: new Date(START + WINDOW_MS) } as ReferralCommand)).toBe('-');
  });

  it('is held until its hold ends, to the millisecond; a longer hold is told, the same one is not', () => {
    const { state } = story(held);
    const at = (ms: number): ReferralCommand => ({ type: 'clear', by: 'hold-expired', now: new Date(ms) });
    expect(outcomeOf(state, at(HOLD_UNTIL.getTime() - 1))).toBe('referral.hold-open');
    expect(outcomeOf(state, at(HOLD_UNTIL.getTime()))).toBe('-');
    const again: ReferralCommand = { ...hold, now: new Date(START + WINDOW_MS + 1) };
    expect(outcomeOf(state, again)).toBe('hold.until');
    expect(outcomeOf(state, { ...again, until: later })).toBe('-');
  });

  it('that is not complete is not checked, not even where a life is at stake', () => {
    const missing = [{ pointer: '/items/0/evidence', code: 'evidence.missing', detail: 'needs a capture' }];
    const refuses = (command: ReferralCommand): void =>
      expect(() => decide(STATES['drafted, a life at stake']!, command)).toThrow(
        expect.objectContaining({ code: 'evidence.missing', faults: missing }) as Error,
      );
    refuses({ type: 'request-check', now: later, until: later, ...OUTWARD, missing });
    refuses({ type: 'override', now: later, reason: 'They sail tonight.', ...OUTWARD, missing });
  });

  it('keeps the items that were decided when it is withdrawn', () => {
    const { state } = story([
      ...submittedSteps(),
      [1, answer(0, REJECTED)],
      [1, { type: 'withdraw', reason: 'The other one is known.' }],
    ]);
    expect(state.status).toBe('withdrawn');
    expect(state.items.map(({ status }) => status)).toEqual(['rejected', 'withdrawn']);
    const correct = {
      type: 'answer',
      now: later,
      item: 0,
      said: { answer: 'corrected', reason: 'Mistaken.' },
    } as const;
    expect(outcomeOf(state, correct)).toBe('-');
  });

  it('that is closed stays closed whatever the platform says, and follows its items once it is taken up again', () => {
    const overturn = { answer: 'appeal-decided', result: 'overturned' } as const;
    const closed = [...bothDecided, [1, { type: 'close', reason: 'Done.' }]] as const;
    const after = [...closed, [1, answer(0, { answer: 'appeal-opened' })], [1, answer(0, overturn)]] as const;
    const { state } = story(after);
    expect(state).toMatchObject({ status: 'closed', reopened: false });
    expect(state.items[0]).toMatchObject({ status: 'actioned', appeal: 'overturned', outcome: { effect: 'none' } });
    const reopened = story([...after, [1, { type: 'reopen', because: 'appeal', reason: 'It is back.' }]]).state;
    expect(reopened).toMatchObject({ status: 'answered', reopened: true });
  });

  it('with an item whose decision was taken back waits for the platform again', () => {
    const { state } = story([...bothDecided, [1, answer(0, { answer: 'corrected', reason: 'The wrong post.' })]]);
    expect(state.status).toBe('submitted');
    expect(state.items[0]).not.toHaveProperty('outcome');
  });

  it('that was revised rests on what the revision says', () => {
    const { history } = story([
      [0, draft()],
      [0, { type: 'revise', content: contentOf({ theme: 'false-documents' }) }],
    ]);
    const [first, second] = history;
    const grading = { scheme: '3x5x2', source: '2', information: 'B' } as const;
    const graded = evolve(NO_REFERRAL, { ...first!, grading, basis: ['a'] });
    expect(graded).toMatchObject({ grading, basis: ['a'] });
    const revised = evolve(graded, { ...second!, basis: ['b'] });
    expect(revised).toMatchObject({ basis: ['b'], content: { theme: 'false-documents' }, marking: MARKING });
    expect(revised).not.toHaveProperty('grading');
  });
});

describe('what an agency finds out itself', () => {
  const state = STATES['answered']!;
  const find = (given: object): ReferralCommand =>
    ({ type: 'record-finding', now: later, item: 1, ...finding, evidence: [], ...given }) as ReferralCommand;

  it('is its own event, and changes nothing of what the platform said', () => {
    const [body] = decide(state, find({ evidence: [evidence()] }));
    expect(body).toMatchObject({
      type: 'referral.finding-recorded',
      data: { finding: 'verified-unavailable', item: 1 },
    });
    const after = evolve(state, recorded(body!, 99, later.getTime()));
    const [first, second] = (state as KnownReferral).items;
    const found = { finding: 'verified-unavailable', at: finding.at, vantage: 'GB' };
    expect(after).toMatchObject({ status: 'answered', items: [first, { ...second, findings: [found] }] });
  });

  it.each([
    ['finding.outcome-missing', { finding: 'told-otherwise' }],
    ['finding.outcome-misplaced', { outcome: { result: 'already-gone', effect: 'none' } }],
    ['time.in-future', { at: new Date(later.getTime() + 1).toISOString() }],
    ['item.unknown', { item: 2 }],
  ])('is refused: %s', (code, given) => {
    expect(outcomeOf(state, find(given))).toBe(code);
  });
});

describe('the deadline of an order', () => {
  const begun = submittedSteps(orderOf());
  const HOUR = 3_600_000;
  const breachAt = (steps: Parameters<typeof story>[0], after: number): string => {
    const { state, now } = story(steps);
    return outcomeOf(state, { type: 'breach', item: 0, now: new Date(now.getTime() + after) });
  };

  it('is breached at 60:00.000 after receipt, and not a millisecond before', () => {
    expect(breachAt(begun, HOUR - 1)).toBe('clock.not-due');
    expect(breachAt(begun, HOUR)).toBe('-');
  });

  it('is met by a decision at 59:59.999, and not by one at 60:00.000, even if nobody had told of it by then', () => {
    expect(breachAt([...begun, [HOUR - 1, answer(0, REJECTED)]], 1000)).toBe('clock.not-due');
    expect(breachAt([...begun, [HOUR, answer(0, REJECTED)]], 1000)).toBe('-');
  });

  it('is told once for each item', () => {
    const told = [...begun, [HOUR, { type: 'breach', item: 0 }]] as const;
    expect(breachAt(told, 1000)).toBe('clock.told');
    const { state, now } = story(told);
    expect(outcomeOf(state, { type: 'breach', item: 1, now })).toBe('-');
  });

  it('is told of an order that was withdrawn after it had passed, and not of one withdrawn before', () => {
    const gone = { type: 'withdraw', reason: 'Gone.' } as const;
    expect(breachAt([...begun, [HOUR - 1, gone]], 1000)).toBe('clock.not-due');
    expect(breachAt([...begun, [HOUR, gone]], 1000)).toBe('-');
  });
});
