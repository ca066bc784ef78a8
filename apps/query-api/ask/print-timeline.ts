import type { Entity } from '../reading/entity.js';
import type { Asked } from '../reading/asking.js';
import type { Timeline, TimelineEntry } from '../questions/timeline.js';
import { aligned, shown } from './display-text.js';
import { heading } from './print-card.js';
import { counted, entityText, gradingWords, keyText, kindText, periodWords, phrase } from './words.js';

/** What happened, in the order in which it was true. Undated statements stand on the card and not here. */

/** The latest ones are what an analyst needs first; --full shows all. */
const ENTRIES = 15;

export function timelineLines(timeline: Asked & Timeline, { full }: { full: boolean }): string[] {
  const dated = (timeline.entries ?? []).filter(
    ({ statement: { from, to } }) => from !== undefined || to !== undefined,
  );
  if (dated.length === 0) return [];
  const entries = full ? dated : dated.slice(-ENTRIES);
  const left = dated.length - entries.length;
  return [
    heading(
      'Timeline',
      `${counted(dated.length, 'dated statement')}${timeline.truncated ? ' shown, there are more' : ''}`,
    ),
    ...(left > 0 ? [`    … ${left} earlier (--full shows them)`] : []),
    ...aligned(entries.map(cells)).map((line) => `    ${line}`),
  ];
}

/** `uses number +44 ...` and not `uses number phone number +44 ...`. */
function joined(words: string, other: Entity): string {
  const isSaid = kindText(other.kind)
    .split(' ')
    .some((word) => words.split(' ').includes(word));
  return `${words} ${isSaid ? keyText(other) : entityText(other)}`;
}

function cells({ relation, direction, other, property = '', value = '', statement }: TimelineEntry): string[] {
  const what =
    other === undefined ? `${shown(property)}: ${shown(String(value))}` : joined(phrase(relation, direction), other);
  return [periodWords(statement), what, gradingWords(statement), shown(statement.organisation)];
}
