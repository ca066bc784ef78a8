import { deadlineBy, type CaseFact } from './case-fact.js';

type Counting = 'platform' | 'organisation' | 'theme' | 'itemKind' | 'language' | 'territory' | 'instrument';

/** Facts that are alike in everything that figures ask of them, counted. */
export interface CountedFacts extends Pick<CaseFact, Counting | 'status' | 'result' | 'effect' | 'reason'> {
  /** Day of receipt, in UTC: `2026-11-22`. */
  day: string;
  items: number;
  /** From receipt, to the second, of those that were acknowledged or acted on. Negative where it had happened before. */
  secondsToAcknowledgement: readonly number[];
  secondsToEffect: readonly number[];
  /** What had become of the deadline; absent where there was none. */
  deadline?: keyof Omit<Deadlines, 'of'>;
}

/** Deadlines of the items counted. The other numbers add up to the denominator `of`. */
export interface Deadlines {
  of: number;
  met: number;
  breached: number;
  /** Not yet due, those that are stopped among them. */
  running: number;
  /** Nobody waited any more before they were due. */
  abandoned: number;
}

/** One fact, counted as of a time. */
export function countedOne(given: CaseFact, measuredAt: string): CountedFacts {
  const { deadline: _, ...fact } = given;
  const deadline = deadlineBy(given, measuredAt);
  const { receivedAt, acknowledgedAt, effectiveAt } = fact;
  const since = (at: string | undefined): number[] => (at === undefined ? [] : [second(at) - second(receivedAt)]);
  return {
    ...fact,
    day: new Date(receivedAt).toISOString().slice(0, 10),
    items: 1,
    secondsToAcknowledgement: since(acknowledgedAt),
    secondsToEffect: since(effectiveAt),
    ...(deadline === undefined ? {} : { deadline }),
  };
}

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
  deadlines: Deadlines;
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

export function becameOf({ status, result, effect }: Pick<CaseFact, 'status' | 'result' | 'effect'>): Became {
  if (status === 'withdrawn') return 'withdrawn';
  if (status === 'open' || result === undefined) return 'no-outcome';
  // An appeal that was won leaves the result on record and takes the effect away.
  return result === 'actioned' && effect === 'none' ? 'overturned' : result;
}

/** One figure for each group, in the order of its names; `by` empty gives the total alone. */
export function figuresOf(
  facts: readonly CountedFacts[],
  by: readonly Dimension[],
  period: Period = 'month',
): Figure[] {
  if (by.length === 0) return [figureOf({}, facts)];
  const groups = new Map<string, { of: Figure['of']; facts: CountedFacts[] }>();
  for (const fact of facts)
    for (const of of groupsOf(fact, by, period)) {
      const key = JSON.stringify(by.map((dimension) => of[dimension]));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { of, facts: [fact] });
      else group.facts.push(fact);
    }
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { of, facts: ofGroup }]) => figureOf(of, ofGroup));
}

function groupsOf(fact: CountedFacts, by: readonly Dimension[], period: Period): Figure['of'][] {
  return by.reduce<Figure['of'][]>(
    (groups, dimension) =>
      groups.flatMap((of) => valuesOf(fact, dimension, period).map((value) => ({ ...of, [dimension]: value }))),
    [{}],
  );
}

function valuesOf(fact: CountedFacts, dimension: Dimension, period: Period): readonly string[] {
  if (dimension === 'period') return [periodOf(fact.day, period)];
  if (dimension === 'territory') return fact.territory.length === 0 ? [NOT_SAID] : [...new Set(fact.territory)];
  return [fact[dimension] ?? NOT_SAID];
}

/** The period of a day in UTC: `2026-11-22`, `2026-W47` (ISO 8601), `2026-11`, `2026`. */
export function periodOf(day: string, period: Period): string {
  if (period !== 'week') return day.slice(0, { day: 10, month: 7, year: 4 }[period]);
  // The week belongs to the year of its Thursday.
  const thursday = new Date(`${day}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function figureOf(of: Figure['of'], facts: readonly CountedFacts[]): Figure {
  const became = facts.map((fact) => ({ ...fact, became: becameOf(fact) }));
  const outcomes = Object.fromEntries(BECAME.map((one) => [one, 0])) as Record<Became, number>;
  for (const { became: one, items } of became) outcomes[one] += items;
  const actioned = became.filter((one) => one.became === 'actioned');
  const refused = became.filter((one) => one.became === 'rejected' || one.became === 'no-violation');
  return {
    of,
    items: facts.reduce((sum, { items }) => sum + items, 0),
    outcomes,
    effects: counted(actioned.map(({ effect, items }) => [effect ?? NOT_SAID, items])),
    reasons: counted(refused.map(({ reason, items }) => [reason ?? NOT_SAID, items])),
    timeToAcknowledgement: timeTaken(facts.flatMap(({ secondsToAcknowledgement }) => secondsToAcknowledgement)),
    timeToEffect: timeTaken(actioned.flatMap(({ secondsToEffect }) => secondsToEffect)),
    deadlines: deadlinesOf(facts),
  };
}

function deadlinesOf(facts: readonly CountedFacts[]): Deadlines {
  const deadlines: Deadlines = { of: 0, met: 0, breached: 0, running: 0, abandoned: 0 };
  for (const { deadline, items } of facts)
    if (deadline !== undefined) {
      deadlines.of += items;
      deadlines[deadline] += items;
    }
  return deadlines;
}

function counted(named: readonly (readonly [name: string, items: number])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, items] of [...named].sort(([one], [other]) => (one < other ? -1 : 1)))
    counts[name] = (counts[name] ?? 0) + items;
  return counts;
}

function timeTaken(taken: readonly number[]): TimeTaken {
  const after = taken.filter((seconds) => seconds >= 0).sort((one, other) => one - other);
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
