import fc from 'fast-check';
import type { PlatformAnswer, Theme } from '#events';
import { contentOf, recorded, START, submittedSteps, WINDOW_MS } from '../referral/referral.fixture.js';
import type { ReferralCommand } from '../referral/commands.js';
import { decide } from '../referral/decide.js';
import { referralFrom } from '../referral/evolve.js';
import type { ReferralHistory } from '../referral/referral-state.js';
import { agencyFacts, type CaseFact } from './case-fact.js';
import { differencesOf as differencesBy } from './differences.js';
import {
  becameOf,
  countedOne,
  figuresOf as figuresOfCounted,
  periodOf,
  type Dimension,
  type Period,
} from './figures.js';

const MEASURED_AT = '2026-11-22T12:00:00.000Z';
const RECEIVED = START + WINDOW_MS;

const fact = (changes: Partial<CaseFact> = {}): CaseFact => ({
  side: 'agency',
  caseId: '0193a1f2-7c00-7000-8000-000000000001',
  referral: '0193a1f2-7c00-7000-8000-000000000001',
  item: 0,
  organisation: 'agency',
  platform: 'platform',
  audience: 1,
  itemKind: 'post',
  theme: 'boat-crossing',
  territory: [],
  receivedAt: '2026-11-22T08:00:00.000Z',
  status: 'open',
  appeal: 'none',
  ...changes,
});

const figuresOf = (facts: readonly CaseFact[], ...by: [Dimension[], Period?]) =>
  figuresOfCounted(
    facts.map((each) => countedOne(each, MEASURED_AT)),
    ...by,
  );

const differencesOf = (agency: CaseFact | undefined, platform: CaseFact | undefined) =>
  differencesBy(agency, platform, MEASURED_AT);

const many = (count: number, changes: Partial<CaseFact>): CaseFact[] =>
  Array.from({ length: count }, () => fact(changes));

describe('figures', () => {
  it('of the pipeline of 1,200: 578 acted on, 485 refused and why, 137 without an outcome, named as such', () => {
    const facts = [
      ...many(578, { status: 'decided', result: 'actioned', effect: 'removed', effectiveAt: '2026-11-22T09:00:00Z' }),
      ...many(301, { status: 'decided', result: 'rejected', effect: 'none', reason: 'asking-is-permitted' }),
      ...many(184, { status: 'decided', result: 'no-violation', effect: 'none', reason: 'no-breach-of-terms' }),
      ...many(137, {}),
    ];
    expect(figuresOf(facts, [])).toMatchObject([
      {
        items: 1200,
        outcomes: { actioned: 578, rejected: 301, 'no-violation': 184, 'no-outcome': 137, withdrawn: 0 },
        effects: { removed: 578 },
        reasons: { 'asking-is-permitted': 301, 'no-breach-of-terms': 184 },
        timeToEffect: { of: 578, median: 3600, p90: 3600, before: 0 },
        timeToAcknowledgement: { of: 0, before: 0 },
      },
    ]);
  });

  it('have times that were really taken: the middle one, and the one that nine in ten did not exceed', () => {
    const acknowledged = [50, 10, 30, 20, 40, 60, 70, 80, 90, 1000].map((seconds) =>
      fact({ acknowledgedAt: new Date(Date.parse('2026-11-22T08:00:00Z') + seconds * 1000).toISOString() }),
    );
    const before = fact({ acknowledgedAt: '2026-11-22T07:59:59Z' });
    expect(figuresOf([...acknowledged, before, fact()], [])[0]?.timeToAcknowledgement).toEqual({
      ...{ of: 10, median: 50, p90: 90, before: 1 },
    });
  });

  it('count what an appeal took back as overturned, and what was refused without a reason as not said', () => {
    const overturned = fact({ status: 'decided', result: 'actioned', effect: 'none', appeal: 'overturned' });
    const silent = fact({ status: 'decided', result: 'rejected', effect: 'none' });
    expect(figuresOf([overturned, silent], [])[0]).toMatchObject({
      outcomes: { actioned: 0, overturned: 1, rejected: 1 },
      effects: {},
      reasons: { 'not-said': 1 },
    });
  });

  it('break down by more than one thing, in order; an item about two countries counts in both', () => {
    const facts = [
      fact({ territory: ['GB', 'FR'], language: 'ckb' }),
      fact({ territory: ['GB'], theme: 'sham-marriage' }),
      fact({ receivedAt: '2026-12-01T00:00:00Z' }),
    ];
    expect(figuresOf(facts, ['territory', 'language']).map(({ of, items }) => [of, items])).toEqual([
      [{ territory: 'FR', language: 'ckb' }, 1],
      [{ territory: 'GB', language: 'ckb' }, 1],
      [{ territory: 'GB', language: 'not-said' }, 1],
      [{ territory: 'not-said', language: 'not-said' }, 1],
    ]);
    expect(figuresOf(facts, ['period'], 'month').map(({ of, items }) => [of.period, items])).toEqual([
      ['2026-11', 2],
      ['2026-12', 1],
    ]);
    expect(figuresOf([], [])).toMatchObject([{ items: 0 }]);
  });

  it.each([
    ['2026-11-22', 'day', '2026-11-22'],
    ['2026-11-22', 'week', '2026-W47'],
    ['2026-11-23', 'week', '2026-W48'],
    ['2027-01-03', 'week', '2026-W53'],
    ['2024-12-30', 'week', '2025-W01'],
    ['2026-11-22', 'year', '2026'],
  ] as const)('put %s into the %s %s', (at, period, named) => {
    expect(periodOf(at, period)).toBe(named);
  });
});

const outcomes: readonly PlatformAnswer[] = [
  { answer: 'acknowledged' },
  { answer: 'asked', reason: 'clarification', question: 'Which of the two?' },
  ...(['removed', 'labelled'] as const).map((effect) => ({
    answer: 'decided' as const,
    outcome: { result: 'actioned' as const, effect, effectiveAt: new Date(RECEIVED + 5_000).toISOString() },
  })),
  { answer: 'decided', outcome: { result: 'rejected', effect: 'none', reason: 'asking-is-permitted' } },
  { answer: 'decided', outcome: { result: 'already-gone', effect: 'none' } },
  {
    answer: 'corrected',
    outcome: { result: 'no-violation', effect: 'none', reason: 'no-breach-of-terms' },
    reason: 'seen again',
  },
  { answer: 'corrected', reason: 'another item was meant' },
  { answer: 'appeal-opened' },
  { answer: 'appeal-decided', result: 'overturned' },
  { answer: 'appeal-decided', result: 'upheld' },
];

type Told = readonly [seconds: number, what: { item: number; said: PlatformAnswer } | 'withdraw' | 'close'];
const step: fc.Arbitrary<Told> = fc.tuple(
  fc.integer({ min: 0, max: 50_000 }),
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ item: fc.integer({ min: 0, max: 1 }), said: fc.constantFrom(...outcomes) }),
    },
    { weight: 1, arbitrary: fc.constantFrom('withdraw' as const, 'close' as const) },
  ),
);
const referral = fc.record({
  theme: fc.constantFrom<Theme>('boat-crossing', 'sham-marriage'),
  told: fc.array(step, { maxLength: 16, size: 'max' }),
});

/** A history by the rules themselves: what they refuse did not happen. */
function historyOf({ theme, told }: { theme: Theme; told: readonly Told[] }): ReferralHistory[] {
  const history: ReferralHistory[] = [];
  let now = START;
  const happen = (command: ReferralCommand): void => {
    for (const body of decide(referralFrom(history), command)) history.push(recorded(body, history.length + 1, now));
  };
  for (const [after, each] of submittedSteps(contentOf({ theme }))) {
    now += after;
    happen({ ...each, now: new Date(now) } as ReferralCommand);
  }
  for (const [seconds, what] of told) {
    now += seconds * 1000;
    try {
      happen(
        typeof what === 'string'
          ? { type: what, now: new Date(now), reason: 'it is over' }
          : { type: 'answer', now: new Date(now), ...what },
      );
    } catch (error) {
      if ((error as Error).name !== 'Refusal') throw error;
    }
  }
  return history;
}

/** Counted from the events by hand, item by item, knowing nothing of states and facts. */
function naive(histories: readonly ReferralHistory[][], at: number, theme: Theme) {
  const counts: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const waits: number[] = [];
  let items = 0;
  for (const history of histories) {
    const known = history.filter(({ recordedTime }) => Date.parse(recordedTime) <= at);
    if (!known.some(({ body }) => body.type === 'referral.submitted')) continue;
    const drafted = known[0]!.body;
    if (drafted.type !== 'referral.drafted' || drafted.data.content.theme !== theme) continue;
    for (const item of [0, 1]) {
      items += 1;
      let became = 'no-outcome';
      let why: string | undefined;
      let heard: number | undefined;
      for (const { body } of known) {
        if (body.type === 'referral.withdrawn' && became === 'no-outcome') became = 'withdrawn';
        if (body.type !== 'referral.answered' || body.data.item !== item) continue;
        const { said } = body.data;
        if (said.answer === 'acknowledged') heard ??= (Date.parse(body.data.at) - RECEIVED) / 1000;
        if (said.answer === 'decided' || said.answer === 'corrected') {
          became = said.outcome?.result ?? 'no-outcome';
          why = said.outcome?.reason;
        }
        const won = said.answer === 'appeal-decided' && said.result === 'overturned';
        if (won && became === 'actioned') became = 'overturned';
      }
      counts[became] = (counts[became] ?? 0) + 1;
      if (became === 'rejected' || became === 'no-violation') reasons[why!] = (reasons[why!] ?? 0) + 1;
      if (heard !== undefined) waits.push(heard);
    }
  }
  return { items, counts, reasons, waits: waits.sort((one, other) => one - other) };
}

describe('figures of 1,000 random histories', () => {
  it('agree with a naive count of their events, as of any time', () => {
    const seen = { overturned: 0, withdrawn: 0, none: 0, acknowledged: 0 };
    fc.assert(
      fc.property(
        fc.array(referral, { minLength: 1, maxLength: 4 }),
        fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.constant(1_000_000)),
        (all, later) => {
          const histories = all.map(historyOf);
          const at = START + later * 1000;
          const facts = histories.flatMap((history) => {
            const known = history.filter(({ recordedTime }) => Date.parse(recordedTime) <= at);
            const state = referralFrom(known);
            return state.status === 'absent' ? [] : agencyFacts(state);
          });
          const figures = figuresOf(facts, ['theme']);
          for (const theme of ['boat-crossing', 'sham-marriage'] as const) {
            const { items, counts, reasons, waits } = naive(histories, at, theme);
            const figure = figures.find(({ of }) => of.theme === theme);
            expect(figure?.items ?? 0).toBe(items);
            if (figure === undefined) continue;
            expect(Object.fromEntries(Object.entries(figure.outcomes).filter(([, count]) => count > 0))).toEqual(
              counts,
            );
            expect(figure.reasons).toEqual(reasons);
            expect(figure.timeToAcknowledgement).toEqual({
              of: waits.length,
              before: 0,
              ...(waits.length > 0 && {
                median: waits[Math.ceil(waits.length / 2) - 1],
                p90: waits[Math.ceil(waits.length * 0.9) - 1],
              }),
            });
            seen.overturned += counts['overturned'] ?? 0;
            seen.withdrawn += counts['withdrawn'] ?? 0;
            seen.none += counts['no-outcome'] ?? 0;
            seen.acknowledged += waits.length;
          }
        },
      ),
      { numRuns: 1000 },
    );
    // Not a proof about empty histories.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});

describe('the two records of one request', () => {
  const platform = (changes: Partial<CaseFact> = {}): CaseFact => fact({ side: 'platform', ...changes });
  const removed = { status: 'decided', result: 'actioned', effect: 'removed' } as const;
  const effectiveAt = '2026-11-22T09:00:00.000Z';

  it('agree where they say the same, to the second', () => {
    const acknowledgedAt = '2026-11-22T08:10:00Z';
    expect(
      differencesOf(
        fact({ ...removed, effectiveAt, acknowledgedAt: '2026-11-22T08:10:00.734Z' }),
        platform({ ...removed, effectiveAt, acknowledgedAt }),
      ),
    ).toEqual([]);
  });

  it('differ by outcome, effect, reason and times, each named with both sides', () => {
    const refused = { status: 'decided', result: 'rejected', effect: 'none', reason: 'not-found' } as const;
    expect(differencesOf(fact({ ...removed, effectiveAt }), platform(refused))).toEqual([
      { what: 'outcome', agency: 'actioned', platform: 'rejected' },
      { what: 'effect', agency: 'removed', platform: 'none' },
      { what: 'reason', platform: 'not-found' },
      { what: 'time-of-effect', agency: '2026-11-22T09:00:00Z' },
    ]);
    expect(differencesOf(fact(), undefined)).toEqual([{ what: 'only-in-one-record', agency: 'no-outcome' }]);
  });

  it('differ where the agency found or was told something else: gone when looked at is no removal', () => {
    expect(differencesOf(fact({ finding: 'verified-unavailable' }), platform())).toEqual([
      { what: 'gone-without-removal', agency: 'verified-unavailable', platform: 'no-outcome' },
    ]);
    expect(differencesOf(fact({ ...removed, finding: 'still-available' }), platform(removed))).toEqual([
      { what: 'still-available', agency: 'still-available', platform: 'actioned' },
    ]);
    expect(differencesOf(fact({ told: 'actioned' }), platform())).toEqual([
      { what: 'told-otherwise', agency: 'actioned', platform: 'no-outcome' },
    ]);
    expect(becameOf(platform())).toBe('no-outcome');
  });
});
