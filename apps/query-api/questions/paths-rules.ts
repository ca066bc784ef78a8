import { GRADING_SCHEMES } from '#events';
import { unpackHow } from '#graph';
import { BEGINNING_OF_TIME } from '#events';
import { END_OF_TIME } from '../terms/times.js';
import type { Rule } from './paths-search.js';
import type { Tie } from './paths-ties.js';

/** What makes one path better than another. */
export const WAYS = ['fewest-steps', 'best-graded', 'in-order-of-time'] as const;
export type Way = (typeof WAYS)[number];

export const RULES: Record<Way, Rule<Tie | undefined>> = {
  'fewest-steps': { start: 0, after: (worth) => worth + 1, stepsFirst: true },
  'best-graded': {
    start: 0,
    after: (worth, tie) => {
      const cost = Math.min(...(tie?.said ?? []).map(({ how }) => costOf(how)));
      return Number.isFinite(cost) ? worth + cost : undefined;
    },
    stepsFirst: false,
  },
  'in-order-of-time': {
    start: BEGINNING_OF_TIME,
    after: (worth, tie) => {
      const moments = (tie?.said ?? []).flatMap(({ from, to, ended = null }) =>
        (from === null && to === null && ended === null) || Math.min(to ?? END_OF_TIME, ended ?? END_OF_TIME) <= worth
          ? []
          : [Math.max(worth, from ?? BEGINNING_OF_TIME)],
      );
      return moments.length === 0 ? undefined : Math.min(...moments);
    },
    stepsFirst: true,
  },
};

const UNGRADED = 3;

/**
 * What a statement of a grading costs a way: 1 for the best of its scheme to 3 for the worst and for ungraded ones. An order of
 * preference within each scheme, and no conversion between them (R1).
 */
function costOf(how: number | null): number {
  const grading = how === null ? undefined : unpackHow(how).grading;
  if (grading === undefined) return UNGRADED;
  const { source, information } = GRADING_SCHEMES[grading.scheme];
  const place = (codes: readonly string[], code: string): number => codes.indexOf(code) / (codes.length - 1);
  return 1 + place(source, grading.source) + place(information, grading.information);
}
