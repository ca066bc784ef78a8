import type { CaseFact } from './case-fact.js';

/**
 * Figures over facts that one viewer may see, as one side's record had them at one time. Every share has its denominator
 * beside it, and what has no outcome is a line of its own: it is neither refused nor left out.
 */

/** What figures can be broken down by. An item about two countries counts in each of them, and once in the total. */
export const DIMENSIONS = [
  'platform',
  'organisation',
  'theme',
  'itemKind',
  'language',
  'territory',
  'instrument',
  'period',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const PERIODS = ['day', 'week', 'month', 'year'] as const;
export type Period = (typeof PERIODS)[number];

/** What became of an item. `overturned`: it was acted on, and an appeal took that back. */
export const BECAME = [
  'actioned',
  'rejected',
  'no-violation',
  'already-gone',
  'overturned',
  'withdrawn',
  'no-outcome',
] as const;
export type Became = (typeof BECAME)[number];

export interface Figure {
  /** By dimension; empty for the total. */
  of: Partial<Record<Dimension, string>>;
  /** Items received: the denominator of all outcomes. Their counts add up to it. */
  items: number;
  outcomes: Record<Became, number>;
  /** Of those acted on: what was done. */
  effects: Record<string, number>;
  /** Of those refused: why, `not-said` where no reason was given. They add up to rejected and no-violation. */
  reasons: Record<string, number>;
  timeToAcknowledgement: TimeTaken;
  timeToEffect: TimeTaken;
}

/** From receipt, in seconds. Percentiles by nearest rank: each is a time that was really taken. */
export interface TimeTaken {
  /** Items that have such a time: the denominator. */
  of: number;
  median?: number;
  p90?: number;
  /** Items where it had happened before they were received; they are not among `of`. */
  before: number;
}

/** What is not said of an item, where it is asked by. */
const NOT_SAID = 'not-said';

export function becameOf({ status, result, effect }: CaseFact): Became {
  if (status === 'withdrawn') return 'withdrawn';
  if (status === 'open' || result === undefined) return 'no-outcome';
  // An appeal that was won leaves the result on record and takes the effect away.
  return result === 'actioned' && effect === 'none' ? 'overturned' : result;
}

/** One figure for each group, in the order of its names; `by` empty gives the total alone. */
export function figuresOf(facts: readonly CaseFact[], by: readonly Dimension[], period: Period = 'month'): Figure[] {
  const groups = new Map<string, { of: Figure['of']; facts: CaseFact[] }>();
  for (const fact of facts)
    for (const of of groupsOf(fact, by, period)) {
      const key = JSON.stringify(by.map((dimension) => of[dimension]));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { of, facts: [fact] });
      else group.facts.push(fact);
    }
  if (by.length === 0) return [figureOf({}, facts)];
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { of, facts: ofGroup }]) => figureOf(of, ofGroup));
}

function groupsOf(fact: CaseFact, by: readonly Dimension[], period: Period): Figure['of'][] {
  return by.reduce<Figure['of'][]>(
    (groups, dimension) =>
      groups.flatMap((of) => valuesOf(fact, dimension, period).map((value) => ({ ...of, [dimension]: value }))),
    [{}],
  );
}

function valuesOf(fact: CaseFact, dimension: Dimension, period: Period): readonly string[] {
  if (dimension === 'period') return [periodOf(fact.receivedAt, period)];
  if (dimension === 'territory') return fact.territory.length === 0 ? [NOT_SAID] : [...new Set(fact.territory)];
  return [fact[dimension] ?? NOT_SAID];
}

/** The period of a time in UTC: `2026-11-22`, `2026-W47` (ISO 8601), `2026-11`, `2026`. */
export function periodOf(at: string, period: Period): string {
  const day = new Date(at).toISOString().slice(0, 10);
  if (period !== 'week') return day.slice(0, { day: 10, month: 7, year: 4 }[period]);
  // The week belongs to the year of its Thursday.
  const thursday = new Date(`${day}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function figureOf(of: Figure['of'], facts: readonly CaseFact[]): Figure {
  const became = facts.map(becameOf);
  const outcomes = Object.fromEntries(BECAME.map((one) => [one, 0])) as Record<Became, number>;
  for (const one of became) outcomes[one] += 1;
  return {
    of,
    items: facts.length,
    outcomes,
    effects: counted(facts.flatMap(({ effect }, at) => (became[at] === 'actioned' ? [effect ?? NOT_SAID] : []))),
    reasons: counted(facts.flatMap(({ reason }, at) => (isRefused(became[at]!) ? [reason ?? NOT_SAID] : []))),
    timeToAcknowledgement: timeTaken(facts.map(({ receivedAt, acknowledgedAt }) => [receivedAt, acknowledgedAt])),
    timeToEffect: timeTaken(
      facts.map(({ receivedAt, effectiveAt }, at) => [receivedAt, became[at] === 'actioned' ? effectiveAt : undefined]),
    ),
  };
}

function isRefused(became: Became): boolean {
  return became === 'rejected' || became === 'no-violation';
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function timeTaken(pairs: readonly (readonly [from: string, to: string | undefined])[]): TimeTaken {
  const taken = pairs
    .flatMap(([from, to]) => (to === undefined ? [] : [second(to) - second(from)]))
    .sort((one, other) => one - other);
  const after = taken.filter((seconds) => seconds >= 0);
  const before = taken.length - after.length;
  if (after.length === 0) return { of: 0, before };
  return { of: after.length, median: ranked(after, 0.5), p90: ranked(after, 0.9), before };
}

/** Both ends to the second: one side's record keeps no more. */
function second(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

function ranked(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}
