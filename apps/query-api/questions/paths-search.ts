import { byText } from '../reading/statement-row.js';

/**
 * The best way from one entity to another over at most so many steps. Pure. What "best" means is the rule's: it says what a way
 * is worth that goes one tie further, or that it cannot go on there.
 */
export interface Rule<Tie> {
  /** Worth of standing at the beginning; less is better. */
  start: number;
  /** Worth after one more tie; undefined where the way cannot take it. */
  after(worth: number, tie: Tie): number | undefined;
  /** Whether fewer steps come before a better worth. */
  stepsFirst: boolean;
}

export interface Step<Tie> {
  to: string;
  tie: Tie;
}

export type StepsFrom<Tie> = (id: string) => readonly Step<Tie>[];

interface Reached<Tie> {
  worth: number;
  before?: string;
  tie?: Tie;
}

/**
 * Worked out step by step: for each number of steps, the best way to everybody. So the answer has at most `most` steps, and two
 * ways of equal worth are told apart by the ids on them, never by the order in which ties were found.
 */
export function bestWay<Tie>(
  from: string,
  to: string,
  most: number,
  steps: StepsFrom<Tie>,
  rule: Rule<Tie>,
): Step<Tie>[] | undefined {
  if (from === to) return [];
  let now = new Map<string, Reached<Tie>>([[from, { worth: rule.start }]]);
  const levels = [now];
  const best = new Map([[from, rule.start]]);
  let found: { steps: number; worth: number } | undefined;
  for (let taken = 1; taken <= most && now.size > 0; taken += 1) {
    const next = new Map<string, Reached<Tie>>();
    for (const here of [...now.keys()].sort(byText)) {
      if (here === to) continue;
      const { worth } = now.get(here)!;
      for (const { to: there, tie } of steps(here)) {
        const after = rule.after(worth, tie);
        // Whoever was reached as well in fewer steps is no detour worth taking.
        if (
          after === undefined ||
          after >= (best.get(there) ?? Infinity) ||
          after >= (next.get(there)?.worth ?? Infinity)
        )
          continue;
        next.set(there, { worth: after, before: here, tie });
      }
    }
    for (const [id, { worth }] of next) best.set(id, worth);
    levels.push(next);
    now = next;
    const reached = next.get(to);
    if (reached !== undefined && (found === undefined || reached.worth < found.worth))
      found = { steps: taken, worth: reached.worth };
    if (found !== undefined && rule.stepsFirst) break;
  }
  return found === undefined ? undefined : wayBack(levels, found.steps, to);
}

function wayBack<Tie>(levels: readonly Map<string, Reached<Tie>>[], steps: number, to: string): Step<Tie>[] {
  const way: Step<Tie>[] = [];
  for (let taken = steps, here = to; taken > 0; taken -= 1) {
    const { before, tie } = levels[taken]!.get(here)!;
    way.unshift({ to: here, tie: tie! });
    here = before!;
  }
  return way;
}
