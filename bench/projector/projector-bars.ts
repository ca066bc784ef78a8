/** What the projector has to reach, from the medians of the rounds' own ratios. */
import { bar, type Bar } from '../harness/figures.js';
import { ratioOf } from '../harness/rounds.js';
import type { Comparison } from './comparison.js';

const OF_RAW = 0.75;
const OF_PER_ROW = 1.25;
/** Where both ends are hubs a merged relationship walks thousands of others. */
const OF_PER_ROW_BETWEEN_HUBS = 4;
const OF_TEXTBOOK = 30;

export function barsOf({ workload, projector, best, perRow, textbook }: Comparison): Bar[] {
  const of = (name: string, other: typeof best, atLeast: number): Bar =>
    bar(`${workload}: projector / ${name}`, ratioOf(projector, other).median, atLeast);
  return [
    of('best raw', best, OF_RAW),
    of('per-row', perRow, workload === 'hubs' ? OF_PER_ROW_BETWEEN_HUBS : OF_PER_ROW),
    of('textbook', textbook, OF_TEXTBOOK),
  ];
}
