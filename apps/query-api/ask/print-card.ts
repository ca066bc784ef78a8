import type { Asked } from '../reading/asking.js';
import type { StatementView } from '../reading/statement-view.js';
import type { Claim, EntityCard } from '../questions/entity-card.js';
import { aligned, cut, shown } from './display-text.js';
import { counted, entityText, gradingWords, keyText, kindText, periodWords, phrase, support } from './words.js';

/** The card in a terminal: what is claimed, grouped by relation, each claim with who says so. */

export interface PrintOptions {
  columns: number;
  /** Every statement of every claim, not only the newest ones. */
  full: boolean;
}

const STATEMENTS_OF_A_CLAIM = 3;
const INDENT = '    ';

export function cardLines(card: Asked & EntityCard, options: PrintOptions): string[] {
  const { entity, alsoFound = [], claims = [] } = card;
  if (entity === undefined) return [];
  return [
    `${keyText(entity)}   ${kindText(entity.kind)}`,
    ...alsoFound.map((other) => `also found: ${entityText(other)}`),
    '',
    heading(`What is said of it`, totalWords(card)),
    ...byRelation(claims).flatMap(([title, group]) => [
      '',
      `  ${title}`,
      ...group.flatMap((claim) => claimLines(claim, options)),
    ]),
    ...(card.truncated
      ? [
          '',
          '  There are more statements than are shown. Narrow with --relation or --valid-at, or take all with --full.',
        ]
      : []),
  ];
}

export function heading(title: string, note: string): string {
  return note === '' ? title.toUpperCase() : `${title.toUpperCase()}   ${note}`;
}

function totalWords({ totals = [], moreThan }: EntityCard): string {
  if (moreThan !== undefined) return `more than ${counted(moreThan, 'statement')}`;
  const statements = totals.reduce((sum, total) => sum + total.statements, 0);
  return counted(statements, 'statement');
}

function byRelation(claims: readonly Claim[]): [string, Claim[]][] {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const title = claim.relation === 'STATED' ? 'details' : phrase(claim.relation, claim.direction);
    groups.set(title, [...(groups.get(title) ?? []), claim]);
  }
  return [...groups];
}

function claimLines(claim: Claim, { columns, full }: PrintOptions): string[] {
  const title = claim.other === undefined ? literal(claim) : entityText(claim.other);
  const statements = full ? claim.statements : claim.statements.slice(0, STATEMENTS_OF_A_CLAIM);
  const left = claim.corroboration.statements - statements.length;
  const note = claim.corroboration.statements > 1 ? `   (${support(claim.corroboration)})` : '';
  return [
    `${INDENT}${cut(title, Math.max(20, columns - INDENT.length - note.length))}${note}`,
    ...aligned(statements.map(statementCells)).map((line) => `${INDENT}  ${line}`),
    ...(left > 0 ? [`${INDENT}  … and ${counted(left, 'older statement')}`] : []),
  ];
}

function literal({ property = '', value = '', unit }: Claim): string {
  return `${shown(property)}: ${shown(String(value))}${unit === undefined ? '' : ` ${shown(unit)}`}`;
}

export function statementCells(statement: StatementView): string[] {
  const { organisation, recorded, confidence, count, category = '', role = '' } = statement;
  const sure = confidence === undefined ? '' : `${confidence} %`;
  const seen = count === undefined ? '' : `${count} times`;
  return [
    periodWords(statement),
    gradingWords(statement),
    sure,
    seen,
    category,
    role.replaceAll('-', ' '),
    shown(organisation),
    `recorded ${recorded.slice(0, 10)}`,
  ];
}
