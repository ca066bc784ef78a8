import { bodyOf, type KnownEvent, type PlatformAnswer, type QuestionReason, type RemovalRequest } from '#events';
import {
  ACTIONED,
  AGENCY,
  answer,
  MARKING,
  orderOf,
  PLATFORM,
  START,
  story,
  submittedSteps,
  WINDOW_MS,
} from '../referral/referral.fixture.js';
import type { RemovalHistory } from '../removal/state.js';
import { agencyFacts, type CaseFact } from './case-fact.js';
import { differencesOf } from './differences.js';
import { countedOne, figuresOf, type Deadlines } from './figures.js';
import { platformFacts } from './platform-facts.js';

/** One story of an order of one hour, told in the records of both sides: each works its deadline out from its own events. */
const HOUR = 3_600_000;
const RECEIVED = START + WINDOW_MS;
const DUE = RECEIVED + HOUR;

const asked = (reason: QuestionReason): PlatformAnswer => ({ answer: 'asked', reason, question: 'Which of the two?' });
const ACTS = {
  decided: ACTIONED,
  acknowledged: { answer: 'acknowledged' },
  impossible: asked('impossibility'),
  unclear: asked('insufficient-information'),
  'taken back': { answer: 'corrected', reason: 'The wrong item.' },
  informed: { type: 'give-information', item: 0, text: 'The first.', evidence: [] },
  withdrawn: { type: 'withdraw', reason: 'Known.' },
  closed: { type: 'close', reason: 'Over.' },
} as const satisfies Record<string, PlatformAnswer | Parameters<typeof story>[0][number][1]>;
type Act = keyof typeof ACTS;
/** Minutes since receipt. */
type Told = readonly [minute: number, act: Act];

function agency(told: readonly Told[]): CaseFact {
  const order = orderOf({ items: orderOf().items.slice(0, 1) });
  let before = 0;
  const steps = told.map(([minute, act]) => {
    const after = (minute - before) * 60_000;
    before = minute;
    const said = ACTS[act];
    return [after, 'answer' in said ? answer(0, said) : said] as const;
  });
  return agencyFacts(story([...submittedSteps(order), ...steps]).state)[0]!;
}

const { outcome: OUTCOME } = ACTIONED as Extract<PlatformAnswer, { answer: 'decided' }>;
const REMOVAL = '00000000-0000-4000-8000-000000000001';
const REQUEST = { referral: '00000000-0000-4000-8000-000000000101', item: 0 };

function platform(told: readonly Told[]): CaseFact {
  const item = { kind: 'post', location: { kind: 'item', key: 'lumen:1', raw: 'lumen.example/1' } } as const;
  const request = {
    ...REQUEST,
    ...{ organisation: AGENCY, instrument: 'tco-removal-order', theme: 'boat-crossing', territory: [] },
    ...{ receivedAt: new Date(RECEIVED).toISOString(), dueAt: new Date(DUE).toISOString() },
  } as unknown as RemovalRequest;
  const removal = REMOVAL;
  const bodies = {
    decided: bodyOf('removal.decided', { removal, outcome: OUTCOME }),
    acknowledged: bodyOf('removal.acknowledged', { removal }),
    impossible: bodyOf('removal.information-asked', { removal, reason: 'impossibility', question: 'Down.' }),
    unclear: bodyOf('removal.information-asked', { removal, reason: 'insufficient-information', question: 'Which?' }),
    'taken back': bodyOf('removal.corrected', { removal, corrects: REMOVAL, item, reason: 'The wrong item.' }),
    informed: bodyOf('removal.information-given', {
      removal,
      referral: REQUEST.referral,
      text: 'The first.',
      evidence: [],
    }),
    withdrawn: bodyOf('removal.request-withdrawn', { removal, ...REQUEST }),
  };
  const requested = bodyOf('removal.requested', { removal, platform: PLATFORM, item, request });
  const events = [[0, requested] as const, ...told.map(([minute, act]) => [minute, bodies[act as 'decided']] as const)];
  return platformFacts(
    events.map(([minute, body], at) => {
      const recordedTime = new Date(RECEIVED + minute * 60_000).toISOString();
      const event = { id: `event-${at}`, body, marking: MARKING, streamVersion: at + 1, recordedTime };
      return { ...event, time: { at: recordedTime, precision: 'second' } } as unknown as KnownEvent as RemovalHistory;
    }),
  )[0]!;
}

const by = (minute: number): string => new Date(RECEIVED + minute * 60_000).toISOString();

function became(fact: CaseFact, minute: number): string {
  const { of, ...deadlines } = figuresOf([countedOne(fact, by(minute))], [])[0]!.deadlines;
  const [one, ...others] = Object.entries(deadlines as Omit<Deadlines, 'of'>).filter(([, count]) => count > 0);
  expect([of, one?.[1], others]).toEqual([1, 1, []]);
  return one![0];
}

const END = 10_000;
const SAME_ON_BOTH_SIDES: [told: Told[], minute: number, deadline: string][] = [
  [[], 59.999, 'running'],
  [[], 60, 'breached'],
  [[[59.999, 'decided']], END, 'met'],
  [[[60, 'decided']], END, 'breached'],
  [[[10, 'impossible']], END, 'running'],
  [
    [
      [10, 'impossible'],
      [40, 'acknowledged'],
    ],
    89.999,
    'running',
  ],
  [
    [
      [10, 'impossible'],
      [40, 'acknowledged'],
    ],
    90,
    'breached',
  ],
  [
    [
      [10, 'unclear'],
      [200, 'informed'],
      [259, 'decided'],
    ],
    END,
    'met',
  ],
  [
    [
      [10, 'unclear'],
      [200, 'informed'],
    ],
    260,
    'breached',
  ],
  [[[30, 'withdrawn']], END, 'abandoned'],
  [[[61, 'withdrawn']], END, 'breached'],
  [
    [
      [30, 'decided'],
      [40, 'taken back'],
    ],
    59,
    'running',
  ],
  [
    [
      [30, 'decided'],
      [40, 'taken back'],
      [60, 'decided'],
    ],
    END,
    'breached',
  ],
];

describe('a deadline in the figures of both sides', () => {
  it.each(SAME_ON_BOTH_SIDES)('after %j is by minute %d: %s', (told, minute, deadline) => {
    const facts = [agency(told), platform(told)] as const;
    expect(facts.map((fact) => became(fact, minute))).toEqual([deadline, deadline]);
    expect(differencesOf(...facts, by(minute)).filter(({ what }) => what === 'breach')).toEqual([]);
  });

  it('that the agency gave up or saw kept is not breached later, whatever the platform does', () => {
    expect(became(agency([[30, 'closed']]), END)).toBe('abandoned');
    expect(became(agency([[30, 'closed'], [90, 'decided']]), END)).toBe('abandoned'); // prettier-ignore
    expect(became(agency([[30, 'decided'], [40, 'closed']]), END)).toBe('met'); // prettier-ignore
    const [closed, open] = [agency([[30, 'closed']]), platform([])] as const;
    expect(differencesOf(closed, open, by(59))).toEqual([]);
    expect(differencesOf(closed, open, by(60))).toEqual([
      { what: 'breach', agency: 'abandoned', platform: 'breached' },
    ]);
  });

  it('is counted over those that ran, which are no more than the items', () => {
    const free: CaseFact = { ...agency([]) };
    delete free.deadline;
    const facts = [agency([]), agency([[5, 'decided']]), free].map((fact) => countedOne(fact, by(60)));
    expect(figuresOf(facts, [])[0]).toMatchObject({ items: 3, deadlines: { of: 2, met: 1, breached: 1 } });
  });
});
