import type { RelationType } from '#events';
import type { WorldEntity, WorldStatement } from './fetch.js';

/** One visible statement as Cypher returns it, seen from the entity `here` that was asked about. */
export interface StatementRow {
  relation: RelationType;
  here: string;
  /** Whether `here` is the subject. */
  outgoing: boolean;
  other: string;
  otherKey: string;
  otherLabels: string[];
  pos: number;
  i: number;
  org: number;
  how: number | null;
  src: number | null;
  from: number | null;
  to: number | null;
  conf: number | null;
  n: number | null;
  cat: number | null;
  role: number | null;
  prop: string | null;
  val: string | number | boolean | null;
  unit: string | null;
}

/** The row that a statement gives when it is looked at from one of its ends. */
export function rowOf(statement: WorldStatement, here: string): StatementRow {
  const outgoing = statement.subject.id === here;
  const other = outgoing ? statement.object : statement.subject;
  return {
    relation: statement.relation,
    here,
    outgoing,
    other: other.id,
    otherKey: other.key,
    otherLabels: labelsOf(other),
    pos: statement.pos,
    i: statement.i ?? 0,
    org: statement.org,
    how: statement.how ?? null,
    src: statement.src ?? null,
    from: statement.from ?? null,
    to: statement.to ?? null,
    conf: statement.conf ?? null,
    n: statement.n ?? null,
    cat: statement.cat ?? null,
    role: statement.role ?? null,
    prop: statement.prop ?? null,
    val: statement.val ?? null,
    unit: statement.unit ?? null,
  };
}

/** What a row says beside whom it is said of. */
export type SaidRow = Pick<
  StatementRow,
  'relation' | 'outgoing' | 'pos' | 'i' | 'org' | 'src' | 'how' | 'from' | 'to' | 'conf' | 'n' | 'cat' | 'role'
>;

/** The same as Cypher collects it where many are said of one pair: a record of its own for each takes twice as long to read. */
export type Said = readonly [
  relation: RelationType,
  outgoing: boolean,
  pos: number,
  i: number,
  org: number,
  src: number | null,
  how: number | null,
  from: number | null,
  to: number | null,
  conf: number | null,
  n: number | null,
  cat: number | null,
  role: number | null,
];

export function saidRow(said: Said): SaidRow {
  const [relation, outgoing, pos, i, org, src, how, from, to, conf, n, cat, role] = said;
  return { relation, outgoing, pos, i, org, src, how, from, to, conf, n, cat, role };
}

export function saidOf(row: SaidRow): Said {
  const { relation, outgoing, pos, i, org, src, how, from, to, conf, n, cat, role } = row;
  return [relation, outgoing, pos, i, org, src, how, from, to, conf, n, cat, role];
}

export function labelsOf(entity: WorldEntity): string[] {
  return ['Entity', entity.label];
}

export function touches(statement: WorldStatement, id: string): boolean {
  return statement.subject.id === id || statement.object.id === id;
}

/** Newest first, then by place in the assertion: an order that only what is seen decides. */
export function newestFirst(
  one: { pos: number; i?: number | null },
  other: { pos: number; i?: number | null },
): number {
  return other.pos - one.pos || (one.i ?? 0) - (other.i ?? 0);
}

/** Order of ids as Cypher compares strings that hold only ASCII. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
