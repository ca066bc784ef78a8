import { combineMarkings, maySee, printMarking, type Viewer } from '#access';
import { stillFilling } from '../reading/complete-position.js';
import type { ShownMarking } from '../reading/statement-view.js';

/**
 * Markings, in their displayed forms, of a file and of rows of it that hold statements with these (R4). Thousands of rows have a
 * few combinations, so each is worked out once.
 * @throws {@link QuestionRefused} `graph.filling` where one was narrowed between the drawing and now: whoever asks again gets what is left
 */
export function fileMarkings(viewer: Viewer): (shown: readonly ShownMarking[]) => string {
  const numbers = new Map<ShownMarking, number>();
  const known = new Map<string, string>();
  const numberOf = (one: ShownMarking): number => {
    const number = numbers.get(one) ?? numbers.size;
    numbers.set(one, number);
    return number;
  };
  return (shown) => {
    const distinct = [...new Set(shown)];
    const key = distinct
      .map(numberOf)
      .sort((one, other) => one - other)
      .join();
    const text = known.get(key) ?? combined(distinct, viewer);
    known.set(key, text);
    return text;
  };
}

function combined(shown: readonly ShownMarking[], viewer: Viewer): string {
  const markings = shown.map(({ marking }) => marking);
  if (!markings.every((marking) => maySee(viewer, marking).see)) throw stillFilling();
  return printMarking(combineMarkings(markings, viewer));
}
