import { combineMarkings, maySee, printMarking, type Viewer } from '#access';
import { stillFilling } from '../reading/complete-position.js';
import type { ShownMarking } from '../reading/statement-view.js';

/**
 * Marking, in its displayed form, of a file or of a row of it that holds statements with these (R4).
 * @throws {@link QuestionRefused} `graph.filling` where one was narrowed between the drawing and now: whoever asks again gets what is left
 */
export function fileMarking(shown: readonly ShownMarking[], viewer: Viewer): string {
  const markings = [...new Set(shown)].map(({ marking }) => marking);
  if (!markings.every((marking) => maySee(viewer, marking).see)) throw stillFilling();
  return printMarking(combineMarkings(markings, viewer));
}
