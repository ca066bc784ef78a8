/** What the clerk says to a path that was told: whether there is one, whether it is as good as the best, and what is said on it. */
import { isDeepStrictEqual } from 'node:util';
import { GRADING_SCHEMES } from '#events';
import type { Line } from './lines.js';
import { thingOf } from './told-of-one.js';
import { chain, type Terms } from './told-of-many.js';
import { Together, TYING } from './together.js';
import { numbered } from './numbered.js';

export interface ToldPath {
  steps?: { entity: { id: string }; links: object[] }[];
}

export interface PathTerms extends Terms {
  way: 'fewest-steps' | 'best-graded' | 'in-order-of-time';
  most: number;
  /** The search ended early, so that there may be better ones. */
  bounded: boolean;
}

/** What is wrong with it; undefined where nothing is. */
export function faultOf(
  path: ToldPath,
  lines: readonly Line[],
  ends: [string, string],
  terms: PathTerms,
): string | undefined {
  const together = new Together(lines, TYING, terms.valid, terms.bounds.hubLimit);
  const way = [ends[0], ...(path.steps ?? []).map(({ entity }) => entity.id)];
  // A way begins and ends anywhere and leads through no hub; of two hubs next to each other nobody looks at either.
  const sure = !terms.bounded && !ends.some((end) => together.isHub(end));
  const best = bestOf(together, ends, terms);
  if (path.steps === undefined) return best !== undefined && sure ? `there is one of ${best.steps} steps` : undefined;
  if (way.at(-1) !== ends[1]) return 'it ends elsewhere';
  const worth = worthOf(way, together, terms);
  if (worth === undefined) return 'it leads where nothing does';
  const wrong = path.steps.find(({ entity, links }, at) => {
    const said = chain(together.between(way[at]!, entity.id), entity.id, terms.clerk);
    return !isDeepStrictEqual(entity, thingOf(lines, entity.id)) || !isDeepStrictEqual(numbered(links), numbered(said));
  });
  if (wrong !== undefined) return `what is said of ${JSON.stringify(wrong.entity)} is not that`;
  if (!sure || best === undefined) return undefined;
  const [told, wanted] = terms.way === 'best-graded' ? [worth, best.worth] : [path.steps.length, best.steps];
  if (Math.abs(told - wanted) > 1e-9) return `it is worth ${told}, the best ${wanted}`;
  return undefined;
}

const START = -Infinity;

interface Best {
  steps: number;
  worth: number;
}

/** By trying every way that passes nobody twice. */
function bestOf(together: Together, [from, to]: [string, string], terms: PathTerms): Best | undefined {
  let best: Best | undefined;
  const go = (way: readonly string[]): void => {
    const here = way.at(-1)!;
    const worth = worthOf(way, together, terms);
    if (worth === undefined) return;
    if (here === to) {
      const steps = way.length - 1;
      const isBetter =
        terms.way === 'best-graded' ? worth < (best?.worth ?? Infinity) : steps < (best?.steps ?? Infinity);
      if (isBetter) best = { steps, worth };
      return;
    }
    if (way.length > terms.most || (way.length > 1 && together.isHub(here))) return;
    for (const other of together.everybody) if (!way.includes(other) && together.tied(here, other)) go([...way, other]);
  };
  go([from]);
  return best;
}

/** Worth of a way, less being better; undefined where it cannot be gone. */
function worthOf(way: readonly string[], together: Together, terms: PathTerms): number | undefined {
  let worth = terms.way === 'in-order-of-time' ? START : 0;
  for (const [at, to] of way.entries()) {
    if (at === 0) continue;
    const from = way[at - 1]!;
    if ((at > 1 && together.isHub(from)) || !together.tied(from, to)) return undefined;
    const after = worthAfter(worth, together.between(from, to), terms);
    if (after === undefined) return undefined;
    worth = after;
  }
  return worth;
}

function worthAfter(worth: number, said: readonly Line[], { way }: PathTerms): number | undefined {
  if (way === 'fewest-steps') return worth + 1;
  if (way === 'best-graded') return worth + Math.min(...said.map(costOf));
  const moments = said
    .filter(({ begins, ends }) => begins !== undefined || ends !== undefined)
    .filter(({ ends }) => ends === undefined || ends > worth)
    .map(({ begins }) => Math.max(worth, begins ?? START));
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** 1 for the best of its scheme to 3 for the worst and for what is not graded. */
function costOf({ grading }: Line): number {
  if (grading === undefined) return 3;
  const { source, information } = GRADING_SCHEMES[grading.scheme];
  const place = (codes: readonly string[], code: string): number => codes.indexOf(code) / (codes.length - 1);
  return 1 + place(source, grading.source) + place(information, grading.information);
}
