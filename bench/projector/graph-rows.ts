/**
 * The relationships of a workload with their ends, ready to write: what a hand-written writer starts from. They are made by the
 * project's own projection, so every writer is asked for exactly the graph that the projector makes.
 */
import type { KeyObject } from 'node:crypto';
import type { StatementWrite } from '#graph';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { project } from '../../apps/graph-projector/projections/project.js';
import { reportsOf, withPart, type WorkloadPart } from '../workload/reports.js';

export type GraphRow = StatementWrite;

/** Properties of a relationship that the workloads use; all are integers in the graph. */
export const INTEGERS = ['pos', 'ref', 'aud', 'org', 'how', 'src', 'from', 'to', 'n'] as const;
/** Of a literal besides. */
export const LITERALS = ['prop', 'val'] as const;

/** The rows of part 0, in order; the first has position 1. */
export function graphRows(workload: Omit<WorkloadPart, 'part'>, secret: KeyObject): GraphRow[] {
  const idOf = entityIds(secret);
  const rows: GraphRow[] = [];
  for (const report of reportsOf({ ...workload, part: 0 })) {
    const projected = project(rows.length + 1, report, idOf);
    const [row, ...more] = 'change' in projected ? projected.change.statements : [];
    if (row === undefined || more.length > 0) throw new Error('A report of the workloads makes one statement.');
    const unknown = Object.keys(row).filter((name) => !KNOWN.has(name));
    if (unknown.length > 0)
      throw new Error(
        `The projection sets ${unknown.join(', ')}, which the writers of this benchmark do not write: add it.`,
      );
    rows.push(row);
  }
  return rows;
}
const KNOWN = new Set<string>(['relation', 'subject', 'object', ...INTEGERS, ...LITERALS]);

/**
 * The rows of another part: other entities, all else equal. Ids are made from those of part 0 by turning bits of their first
 * 32 over, which keeps them spread over the whole index, as hashes are, for a fraction of what hashing would cost.
 */
export function rowsOfPart(rows: readonly GraphRow[], part: number): GraphRow[] {
  const mask = Math.imul(part, 0x9e3779b1);
  const nodes = new Map<string, GraphRow['subject']>();
  const moved = (node: GraphRow['subject']): GraphRow['subject'] => {
    const known = nodes.get(node.id);
    if (known !== undefined) return known;
    const first = (Number.parseInt(node.id.slice(0, 8), 16) ^ mask) >>> 0;
    const other = {
      kind: node.kind,
      id: first.toString(16).padStart(8, '0') + node.id.slice(8),
      key: withPart(node.key, part),
    };
    nodes.set(node.id, other);
    return other;
  };
  return rows.map((row) => ({ ...row, subject: moved(row.subject), object: moved(row.object) }));
}

/** What decides a statement's text: labels and type cannot be parameters in Cypher. */
export function shapeOf(row: GraphRow): string {
  return `${row.relation} ${row.subject.kind} ${row.object.kind}`;
}

/** A literal goes from the entity to itself. */
export const isLiteral = (row: GraphRow): boolean => row.relation === 'STATED';

/** Rows of one shape share one statement. */
export function byShape(rows: readonly GraphRow[]): GraphRow[][] {
  const groups = new Map<string, GraphRow[]>();
  for (const row of rows) {
    const shape = shapeOf(row);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
