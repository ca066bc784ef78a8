import type { EventDraft, Outcome, RemovalRequest } from '#events';
import { dataFault, type KnownEvent } from '#events';
import type { RemovalAct, RemovalCommand } from './commands.js';
import { MAX_REQUESTS } from './commands.js';
import { decideRemoval, platformOnly, unheardRequests } from './decide.js';
import { removalFrom } from './evolve.js';
import type { KnownRemoval } from './state.js';

const PLATFORM = '00000000-0000-4000-8000-0000000000aa';
const OTHER = '00000000-0000-4000-8000-0000000000bb';
const AGENCY = '00000000-0000-4000-8000-0000000000c1';
const REMOVAL = '00000000-0000-4000-8000-000000000001';
const NOW = new Date('2026-11-22T12:00:00Z');

const item = { kind: 'post', location: { kind: 'item', key: 'lumen:v/1', raw: 'https://lumen.example/v/1' } } as const;
const removed: Outcome = { result: 'actioned', effect: 'removed', effectiveAt: '2026-11-22T11:30:00Z' };
const rejected: Outcome = { result: 'no-violation', effect: 'none', reason: 'asking-is-permitted' };

function requestOf(number: number, changes: Partial<RemovalRequest> = {}): RemovalRequest {
  return {
    referral: `00000000-0000-4000-8000-0000000001${String(number).padStart(2, '0')}`,
    item: 0,
    organisation: AGENCY,
    instrument: 'voluntary-referral',
    ground: { basis: 'terms', provision: 'Community Guidelines: human exploitation' },
    theme: 'boat-crossing',
    urgency: 'routine',
    territory: ['GB'],
    explanation: 'Offers a crossing.',
    evidence: [],
    receivedAt: '2026-11-22T11:00:00.250Z',
    ...changes,
  };
}

const by = (organisation: string): RemovalAct => ({
  id: '01990000-0000-7000-8000-000000000001',
  now: NOW,
  actor: { organisation, user: 'someone', role: 'platform-moderator' },
  purpose: 'trust-and-safety',
});

const request: RemovalCommand = {
  type: 'request',
  removal: REMOVAL,
  platform: PLATFORM,
  item,
  request: requestOf(1),
  gsc: 'OFFICIAL',
};
const COMMANDS = {
  request,
  join: { type: 'join', request: requestOf(2), gsc: 'OFFICIAL' },
  inform: { type: 'inform', referral: requestOf(1).referral, text: 'Here it is.', evidence: [] },
  'withdraw-request': { type: 'withdraw-request', referral: requestOf(1).referral, item: 0 },
  acknowledge: { type: 'acknowledge' },
  ask: { type: 'ask', reason: 'clarification', question: 'Which of the two?' },
  decide: { type: 'decide', outcome: removed },
  report: {
    type: 'report',
    removal: REMOVAL,
    platform: PLATFORM,
    item,
    outcome: removed,
    marking: platformOnly(PLATFORM, 'OFFICIAL'),
  },
  correct: { type: 'correct', outcome: rejected, reason: 'Another video.' },
  undo: { type: 'correct', reason: 'Wrong batch.' },
  'open-appeal': { type: 'open-appeal', reason: 'The uploader says so.' },
  'decide-appeal': { type: 'decide-appeal', result: 'overturned', reason: 'It was a documentary.' },
} as const satisfies Record<string, RemovalCommand>;
type Name = keyof typeof COMMANDS;

function recorded(draft: EventDraft, version: number): KnownEvent {
  const event = { ...draft, streamVersion: version, recordedTime: `${draft.time.at.slice(0, 19)}.500Z`, source: 's' };
  return { ...event, stream: `removal-${REMOVAL}`, correlationId: 'c' } as KnownEvent;
}

function after(...commands: readonly RemovalCommand[]): KnownEvent[] {
  return commands.reduce<KnownEvent[]>(
    (events, command) => [
      ...events,
      recorded(decideRemoval(removalFrom(events), command, by(PLATFORM)), events.length + 1),
    ],
    [],
  );
}

function codeOf(events: readonly KnownEvent[], command: RemovalCommand, organisation = PLATFORM): string {
  try {
    return decideRemoval(removalFrom(events), command, by(organisation)).body.type;
  } catch (refusal) {
    return (refusal as { code: string }).code;
  }
}

const C = COMMANDS;
const uphold: RemovalCommand = { type: 'decide-appeal', result: 'upheld', reason: 'It stays down.' };
const refuse: RemovalCommand = { type: 'decide', outcome: rejected };
const impossible: RemovalCommand = { type: 'ask', reason: 'impossibility', question: 'Our storage is down.' };

/** One history for each state that a rule tells apart. */
const STATES = {
  absent: [],
  requested: [request],
  acknowledged: [request, C.acknowledge],
  'joined after it was acknowledged': [request, C.acknowledge, C.join],
  'needs information': [request, C.ask],
  'cannot act': [request, impossible],
  'information given': [request, C.ask, C.inform],
  'decided: removed': [request, C.decide],
  'decided: refused': [request, refuse],
  corrected: [request, C.decide, C.correct],
  'undone, still asked for': [request, C.decide, C.undo],
  reported: [C.report],
  'reported, undone': [C.report, C.undo],
  'appeal open': [request, C.decide, C['open-appeal']],
  'appeal upheld': [request, C.decide, C['open-appeal'], uphold],
  'appeal overturned': [request, C.decide, C['open-appeal'], C['decide-appeal']],
  lapsed: [request, C['withdraw-request']],
} as const satisfies Record<string, readonly RemovalCommand[]>;

const OK = {
  request: 'removal.requested',
  join: 'removal.joined',
  inform: 'removal.information-given',
  'withdraw-request': 'removal.request-withdrawn',
  acknowledge: 'removal.acknowledged',
  ask: 'removal.information-asked',
  decide: 'removal.decided',
  report: 'removal.reported',
  correct: 'removal.corrected',
  undo: 'removal.corrected',
  'open-appeal': 'removal.appeal-opened',
  'decide-appeal': 'removal.appeal-decided',
} as const satisfies Record<Name, string>;

const NOTHING_DECIDED = {
  correct: 'removal.not-decided',
  undo: 'removal.not-decided',
  'open-appeal': 'removal.not-decided',
  'decide-appeal': 'removal.not-decided',
};
const EXISTS = { request: 'removal.exists', report: 'removal.exists' };
const OPEN = { ...OK, ...EXISTS, ...NOTHING_DECIDED };
const closed = (code: string) => ({
  ...OPEN,
  join: code,
  inform: code,
  'withdraw-request': code,
  acknowledge: code,
  ask: code,
  decide: code,
});
const DECIDED = { ...OK, ...EXISTS, ...pick(closed('removal.decided')), 'decide-appeal': 'appeal.not-open' };
function pick(of: ReturnType<typeof closed>) {
  const { join, inform, acknowledge, ask, decide } = of;
  return { join, inform, acknowledge, ask, decide, 'withdraw-request': of['withdraw-request'] };
}
const absent = Object.fromEntries(Object.keys(OK).map((name) => [name, 'removal.unknown'])) as Record<Name, string>;

/** Every command in every state: the event, or the code of the refusal. */
const TABLE: Record<keyof typeof STATES, Record<Name, string>> = {
  absent: { ...absent, request: OK.request, report: OK.report },
  requested: OPEN,
  acknowledged: { ...OPEN, acknowledge: 'removal.acknowledged-already' },
  'joined after it was acknowledged': { ...OPEN, join: 'removal.joined-already' },
  'needs information': { ...OPEN, acknowledge: 'removal.acknowledged-already' },
  'cannot act': OPEN,
  'information given': { ...OPEN, acknowledge: 'removal.acknowledged-already' },
  'decided: removed': DECIDED,
  'decided: refused': { ...DECIDED, 'open-appeal': 'appeal.nothing-to-appeal' },
  corrected: { ...DECIDED, 'open-appeal': 'appeal.nothing-to-appeal' },
  'undone, still asked for': OPEN,
  reported: DECIDED,
  'reported, undone': closed('removal.undone'),
  'appeal open': { ...DECIDED, 'open-appeal': 'appeal.open', 'decide-appeal': OK['decide-appeal'] },
  'appeal upheld': DECIDED,
  'appeal overturned': {
    ...DECIDED,
    correct: 'removal.overturned',
    undo: 'removal.overturned',
    'open-appeal': 'removal.overturned',
  },
  lapsed: closed('removal.lapsed'),
};

describe('every command in every state of a removal', () => {
  for (const [state, history] of Object.entries(STATES) as [keyof typeof STATES, readonly RemovalCommand[]][])
    it(state, () => {
      const events = after(...history);
      const found = Object.fromEntries(Object.entries(COMMANDS).map(([name, each]) => [name, codeOf(events, each)]));
      expect(found).toEqual(TABLE[state]);
    });

  it('is nothing that another platform can know of', () => {
    const ofPlatforms = ['acknowledge', 'ask', 'decide', 'correct', 'undo', 'open-appeal', 'decide-appeal'] as const;
    for (const history of Object.values(STATES))
      for (const name of ofPlatforms) expect(codeOf(after(...history), COMMANDS[name], OTHER)).toBe('removal.unknown');
  });

  it('makes events that the catalogue knows', () => {
    for (const history of Object.values(STATES))
      for (const { body } of after(...history))
        expect([body.type, dataFault(body.type, body.data)]).toEqual([body.type, undefined]);
  });
});

const stateAfter = (...commands: readonly RemovalCommand[]): KnownRemoval =>
  removalFrom(after(...commands)) as KnownRemoval;

describe('who asks for an item', () => {
  it('is as strict together as the strictest of them', () => {
    const { marking } = stateAfter(request, { ...C.join, gsc: 'OFFICIAL-SENSITIVE' }, C.acknowledge);
    expect(marking).toEqual(platformOnly(PLATFORM, 'OFFICIAL-SENSITIVE'));
  });

  it('hears of an acknowledgement once, and one who joins later hears it anew', () => {
    const before = stateAfter(request, C.acknowledge, C.join);
    expect(unheardRequests(before).map(({ referral }) => referral)).toEqual([requestOf(2).referral]);
    expect(before.status).toBe('requested');
    expect(stateAfter(request, C.acknowledge, C.join, C.acknowledge).status).toBe('acknowledged');
  });

  it('hears that the platform can act again, if it was told that it could not', () => {
    const before = stateAfter(request, impossible, C.join);
    expect(unheardRequests(before)).toHaveLength(2);
    expect(stateAfter(request, impossible, C.join, C.acknowledge).status).toBe('acknowledged');
  });

  it('asks for nothing any more once everybody has taken it back', () => {
    const other = { ...C['withdraw-request'], referral: requestOf(2).referral };
    expect(stateAfter(request, C.join, C['withdraw-request']).status).toBe('requested');
    expect(stateAfter(request, C.join, C['withdraw-request'], other).status).toBe('lapsed');
    expect(codeOf(after(request, C.join, C['withdraw-request']), C['withdraw-request'])).toBe('removal.not-asking');
    expect(codeOf(after(request, C.join, C['withdraw-request']), C.inform)).toBe('removal.not-asking');
  });

  it('is at most as many as one decision can answer', () => {
    const joins = Array.from({ length: MAX_REQUESTS - 1 }, (_, place): RemovalCommand => {
      return { type: 'join', request: requestOf(2, { item: place }), gsc: 'OFFICIAL' };
    });
    expect(codeOf(after(request, ...joins), { ...C.join, request: requestOf(3) })).toBe('removal.too-many-requests');
  });

  it('goes on in the newer removal where its decision was a mistake and the item was asked for again', () => {
    const moved = stateAfter(request, C.decide, { ...C.undo, continuedIn: OTHER });
    expect([moved.status, moved.requests]).toEqual(['undone', []]);
  });
});

describe('a decision', () => {
  const decided = (outcome: Outcome, ...before: RemovalCommand[]): unknown => {
    try {
      return decideRemoval(removalFrom(after(request, ...before)), { type: 'decide', outcome }, by(PLATFORM)).body.type;
    } catch (refusal) {
      return (refusal as { faults: { pointer: string; code: string }[] }).faults.map(({ pointer, code }) => [
        pointer,
        code,
      ]);
    }
  };

  it.each<[string, Outcome, unknown]>([
    [
      'an effect without its time',
      { result: 'actioned', effect: 'removed' },
      [['/outcome/effectiveAt', 'outcome.effective-at-missing']],
    ],
    ['an action without an effect', { ...removed, effect: 'none' }, [['/outcome/effect', 'outcome.effect-missing']]],
    [
      'a day that does not exist',
      { ...removed, effectiveAt: '2026-02-31T11:30:00Z' },
      [['/outcome/effectiveAt', 'outcome.no-such-time']],
    ],
    [
      'a time to come',
      { ...removed, effectiveAt: '2026-11-22T12:01:01Z' },
      [['/outcome/effectiveAt', 'outcome.in-the-future']],
    ],
    [
      'an effect before anybody asked',
      { ...removed, effectiveAt: '2026-11-22T10:59:59Z' },
      [['/outcome/effectiveAt', 'outcome.before-submission']],
    ],
    ['an effect in the second of the request', { ...removed, effectiveAt: '2026-11-22T11:00:00Z' }, 'removal.decided'],
    ['a clock a little ahead', { ...removed, effectiveAt: '2026-11-22T12:01:00Z' }, 'removal.decided'],
    [
      'the reason of a refusal with an action',
      { ...removed, reason: 'other' },
      [['/outcome/reason', 'outcome.reason-without-refusal']],
    ],
    [
      'preserved until before it took effect',
      { ...removed, preservedUntil: '2026-11-22T11:30:00Z' },
      [['/outcome/preservedUntil', 'outcome.end-before-start']],
    ],
    [
      'a refusal with the marks of an action, and without its reason',
      { result: 'rejected', effect: 'removed', effectiveAt: removed.effectiveAt as string, territory: ['GB'] },
      [
        ['/outcome/effect', 'outcome.effect-without-action'],
        ['/outcome/effectiveAt', 'outcome.effective-at-without-action'],
        ['/outcome/territory', 'outcome.territory-without-action'],
        ['/outcome/reason', 'outcome.reason-missing'],
      ],
    ],
    ['gone already needs no reason', { result: 'already-gone', effect: 'none' }, 'removal.decided'],
    ['asking is permitted', rejected, 'removal.decided'],
  ])('%s', (_, outcome, expected) => {
    expect(decided(outcome)).toEqual(expected);
  });

  it('that is corrected keeps when it was first said, and names what it corrects', () => {
    const events = after(request, C.decide, C.correct);
    const state = removalFrom(events) as KnownRemoval;
    expect(state.decision).toMatchObject({ outcome: rejected, at: '2026-11-22T12:00:00.500Z', appeal: 'none' });
    expect(events[2]?.body.data).toMatchObject({ corrects: events[1]?.id, item });
  });

  it('that is overturned has no effect any more, and was made all the same', () => {
    const { decision, status } = stateAfter(request, C.decide, C['open-appeal'], C['decide-appeal']);
    expect([status, decision?.outcome, decision?.appeal]).toEqual([
      'decided',
      { ...removed, effect: 'none' },
      'overturned',
    ]);
  });

  it('that is taken back leaves what nobody asked for undone, and what somebody asked for open', () => {
    expect(stateAfter(C.report, C.undo).status).toBe('undone');
    expect(stateAfter(request, C.acknowledge, C.decide, C.undo).status).toBe('acknowledged');
  });

  it('of a report on its own initiative cannot be before submission, since nobody had asked', () => {
    expect(codeOf([], { ...C.report, outcome: { ...removed, effectiveAt: '2020-01-01T00:00:00Z' } })).toBe(
      'removal.reported',
    );
  });
});
