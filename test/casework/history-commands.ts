/** What happens in a random history: batches of acts at the same time, some sent twice, some broken off, and time that passes. */
import fc from 'fast-check';
import { BREAKS, type Break } from '../support/breaking-off.js';

export const AGENCIES = ['coastal', 'border', 'partner'] as const;
export type Agency = (typeof AGENCIES)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type Act =
  | { type: 'draft'; agency: Agency; items: readonly number[]; order: boolean; life: boolean }
  /** Steps of an agency's referral; `of` picks one of those that have been drafted. */
  | { type: 'check' | 'submit' | 'override' | 'withdraw' | 'close' | 'reopen'; of: number }
  | { type: 'information' | 'finding'; of: number; item: number }
  /** Acts of the platform; `of` picks one of its removals. */
  | { type: 'acknowledge' | 'open-appeal'; of: number }
  | { type: 'ask'; of: number; reason: 'impossibility' | 'insufficient-information' | 'clarification' }
  | { type: 'decide'; of: number; acts: boolean }
  | { type: 'correct'; of: number; outcome: boolean }
  | { type: 'decide-appeal'; of: number; overturned: boolean }
  | { type: 'declare'; agency: Agency; item: number; covert: boolean }
  | { type: 'release'; of: number }
  /** The timekeeper's duties. */
  | { type: 'end-checks' | 'breach' };

export interface Sent {
  act: Act;
  /** How often the same call is sent at the same time. */
  copies: number;
  /** Where the first transaction that begins meanwhile breaks off. */
  breaks?: Break;
}

export interface Batch {
  /** Milliseconds that pass before. */
  after: number;
  sent: Sent[];
}

const agency = fc.constantFrom(...AGENCIES);
const of = fc.nat(7);
const item = fc.nat(1);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('draft' as const),
      agency,
      items: fc.constantFrom([0], [1], [0, 1]),
      order: fc.boolean(),
      life: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('check' as const), of }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('submit', 'override', 'withdraw', 'close', 'reopen'), of }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('information', 'finding'), of, item }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('acknowledge', 'open-appeal'), of }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      of,
      reason: fc.constantFrom('impossibility', 'insufficient-information', 'clarification'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('decide' as const), of, acts: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('correct' as const), of, outcome: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('decide-appeal' as const), of, overturned: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('declare' as const), agency, item, covert: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), of }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('end-checks', 'breach') }) },
) as fc.Arbitrary<Act>;

/** One in four breaks off: a broken connection costs more than ten acts. */
const sent: fc.Arbitrary<Sent> = fc
  .tuple(act, fc.constantFrom(1, 1, 1, 2, 3), fc.constantFrom(...Array<undefined>(9).fill(undefined), ...BREAKS))
  .map(([one, copies, breaks]) => ({ act: one, copies, ...(breaks === undefined ? {} : { breaks }) }));

const batch: fc.Arbitrary<Batch> = fc.record({
  after: fc.constantFrom(0, 1, MINUTE, 16 * MINUTE, 44 * MINUTE, HOUR, 80 * HOUR),
  sent: fc.array(sent, { minLength: 1, maxLength: 3 }),
});

/** Begins with what the rest can act on: a referral before its platform, often a second of the same item, sometimes an interest. */
export const histories: fc.Arbitrary<Batch[]> = fc
  .tuple(
    fc.record({ agency, items: fc.constantFrom([0], [0, 1]), order: fc.boolean(), life: fc.boolean() }),
    fc.option(fc.record({ agency, items: fc.constant([0]), order: fc.boolean(), life: fc.boolean() })),
    fc.option(fc.record({ agency, item: fc.constant(0), covert: fc.constantFrom(false, false, true) }), { freq: 2 }),
    fc.array(batch, { minLength: 5, maxLength: 12 }),
  )
  .map(([first, second, interest, rest]) => {
    const once = (given: Act): Sent => ({ act: given, copies: 1 });
    const others = second === null ? [] : [once({ type: 'draft', ...second })];
    const declared = interest === null ? [] : [once({ type: 'declare', ...interest })];
    const checks = [0, 1].slice(0, 1 + others.length).map((place) => once({ type: 'check', of: place }));
    return [
      { after: 0, sent: [once({ type: 'draft', ...first }), ...others, ...declared] },
      { after: 0, sent: checks },
      { after: 16 * MINUTE, sent: [once({ type: 'end-checks' })] },
      ...rest,
    ];
  });
