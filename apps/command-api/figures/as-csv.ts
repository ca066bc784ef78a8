import { stringify } from 'csv-stringify/sync';
import { BECAME, DIMENSIONS, type Dimension, type Figure } from '#casework';
import type { DifferingCase, FiguresAnswer } from './answers.js';

/** Answers as spreadsheets read them (RFC 4180). A text that would run as a formula there is made a text. */

function csv(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return stringify([columns, ...rows] as unknown[][], { record_delimiter: '\r\n', escape_formulas: true });
}

const DEADLINES = ['of', 'met', 'breached', 'running', 'abandoned'] as const;
const TIMES = ['of', 'median', 'p90', 'before'] as const;

/** A row for each figure, the total last; every effect and every reason that occurs has a column of its own. */
export function figuresCsv({ measuredAt, figures, total }: FiguresAnswer, by: readonly Dimension[]): string {
  const all = by.length === 0 ? [total] : [...figures, total];
  const names = (pick: (figure: Figure) => Record<string, number>): string[] =>
    [...new Set(all.flatMap((figure) => Object.keys(pick(figure))))].sort();
  const effects = names((figure) => figure.effects);
  const reasons = names((figure) => figure.reasons);
  const dimensions = DIMENSIONS.filter((dimension) => by.includes(dimension));
  const columns = [
    'measured at',
    ...dimensions,
    'items',
    ...BECAME,
    ...effects.map((effect) => `effect: ${effect}`),
    ...reasons.map((reason) => `reason: ${reason}`),
    ...TIMES.map((time) => `seconds to acknowledgement: ${time}`),
    ...TIMES.map((time) => `seconds to effect: ${time}`),
    ...DEADLINES.map((deadline) => `deadlines: ${deadline}`),
  ];
  const rows = all.map((figure) => [
    measuredAt,
    ...dimensions.map((dimension) => (figure === total ? 'total' : figure.of[dimension])),
    figure.items,
    ...BECAME.map((became) => figure.outcomes[became]),
    ...effects.map((effect) => figure.effects[effect] ?? 0),
    ...reasons.map((reason) => figure.reasons[reason] ?? 0),
    ...TIMES.map((time) => figure.timeToAcknowledgement[time]),
    ...TIMES.map((time) => figure.timeToEffect[time]),
    ...DEADLINES.map((deadline) => figure.deadlines[deadline]),
  ]);
  return csv(columns, rows);
}

/** A row for each difference of each case. */
export function differencesCsv(measuredAt: string, cases: readonly DifferingCase[]): string {
  const columns = [
    'measured at',
    'referral',
    'item',
    'organisation',
    'platform',
    'difference',
    'agency says',
    'platform says',
  ];
  const rows = cases.flatMap(({ referral, item, organisation, platform, differences }) =>
    differences.map(({ what, agency, platform: said }) => [
      ...[measuredAt, referral, item, organisation, platform, what, agency, said],
    ]),
  );
  return csv(columns, rows);
}
