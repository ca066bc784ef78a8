/** Numbers of a benchmark: a median with its spread, because one figure without it tells nothing on a machine that does other work. */

export interface Figure {
  median: number;
  low: number;
  high: number;
  /** Measurements it is the median of. */
  rounds: number;
}

/** Quantile of unsorted numbers by the nearest rank; throws on none, because a figure of nothing would look like a figure. */
export function quantile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) throw new Error('A quantile of no measurements was asked for.');
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[at] as number;
}

/** The middle one, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new Error('A median of no measurements was asked for.');
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

export function figureOf(numbers: readonly number[]): Figure {
  return { median: median(numbers), low: Math.min(...numbers), high: Math.max(...numbers), rounds: numbers.length };
}

/** Three significant digits: more would claim a precision that no run here has. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
}

export interface Bar {
  name: string;
  value: number;
  bar: number;
  ok: boolean;
  /** The value must not be above the bar; absent where it must not be below. */
  atMost?: true;
}

/** Compared before rounding: 0.7496 does not reach 0.75. */
export function bar(name: string, value: number, atLeast: number): Bar {
  return { name, value: Number(value.toFixed(3)), bar: atLeast, ok: value >= atLeast };
}

/** The other way round: what must not be exceeded. */
export function barAtMost(name: string, value: number, atMost: number): Bar {
  return { name, value: Number(value.toFixed(3)), bar: atMost, ok: value <= atMost, atMost: true };
}
