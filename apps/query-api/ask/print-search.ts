import type { Asked } from '../reading/asking.js';
import type { Carrier, Search } from '../questions/search.js';
import { aligned, cut, shown } from './display-text.js';
import { heading } from './print-card.js';
import { counted, entityText, keyText, periodWords } from './words.js';

/** Who may be meant by a text, the likeliest first. Each line has the name by which somebody was found. */

export function searchLines(answer: Asked & Search, { columns }: { columns: number }): string[] {
  const { named = [], carriers = [], truncated } = answer;
  if (named.length + carriers.length === 0) return [];
  const rows = [...named.map(({ entity, match }) => [match, entityText(entity), '', '', '']), ...carriers.map(cells)];
  return [
    heading('Who may be meant', counted(rows.length, 'hit') + (truncated ? ' shown, there are more' : '')),
    ...aligned(rows).map((line) => cut(`    ${line}`, columns)),
    '',
    '  Ask for one of them by its key, with --kind, for the card and the network around it.',
  ];
}

function cells({ entity, through, match, similarity, said, ...period }: Carrier): string[] {
  const how = match === 'exact' ? 'exact' : `${Math.round(similarity * 100)} % alike`;
  return [how, entityText(entity), keyText(through), periodWords(period), said.map(shown).join(', ')];
}
