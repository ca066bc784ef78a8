import {
  periodOf,
  isPersonLink,
  type AssertionMade,
  type AssertionRegraded,
  type AssertionWithdrawn,
  type EntityRef,
  type RecordedEvent,
  type Statement,
  type StatementEnds,
} from '#events';
import { packCategory, packHow, packLaterHow, packRole, type EntityNode, type StatementWrite } from '#graph';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type GraphChange, type ProjectionFault } from './projected.js';
import { audience, nodeOf, provenance, streamRef, type Provenance } from './provenance.js';

/**
 * An assertion in the graph: each statement one relationship; a withdrawal ends it and takes nothing away, a regrade gives it
 * another audience and adds a grading to the first one.
 */
export function assertionMade(
  position: number,
  event: RecordedEvent,
  { subject, statements }: AssertionMade,
  idOf: IdOf,
): Ended {
  const from = nodeOf(subject, idOf);
  const said = provenance(position, event);
  const writes: StatementWrite[] = [];
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index] as Statement;
    const object = statement.relation === 'STATED' ? from : nodeOf(statement.object, idOf);
    const write = statementOf(statement, said, from, object);
    if (write === undefined) {
      const dates = [statement.from, statement.to].filter(Boolean).join(' to ');
      return { fault: { code: 'time.invalid', reason: `statement ${index} is dated ${dates}, which is no date` } };
    }
    if (index > 0) write.i = index;
    writes.push(write);
  }
  return { change: { ...NO_CHANGE, statements: writes } };
}

type Ended = { change: GraphChange } | { fault: ProjectionFault };

export function assertionWithdrawn(
  position: number,
  event: RecordedEvent,
  { subject, statements }: AssertionWithdrawn,
  idOf: IdOf,
): Ended {
  const ends = endsOf(event, subject, statements, idOf);
  if ('fault' in ends) return ends;
  return { change: { ...NO_CHANGE, withdrawals: ends.statements.map((end) => ({ ...end, pos: position })) } };
}

export function assertionRegraded(
  position: number,
  event: RecordedEvent,
  { subject, statements }: AssertionRegraded,
  idOf: IdOf,
): Ended {
  const ends = endsOf(event, subject, statements, idOf);
  if ('fault' in ends) return ends;
  const { grading, statementKind, marking } = event;
  const anew = {
    aud: audience(marking),
    ...(grading !== undefined && { how: packLaterHow(position, packHow(statementKind.kind, grading)) }),
  };
  return { change: { ...NO_CHANGE, regrades: ends.statements.map((end) => ({ ...end, ...anew })) } };
}

type Ends = Pick<StatementWrite, 'relation' | 'subject' | 'object' | 'ref'> & { i: number };

/** The statements that an event acts on, as the graph finds them again. */
function endsOf(
  { stream }: RecordedEvent,
  subject: EntityRef,
  statements: readonly StatementEnds[],
  idOf: IdOf,
): { statements: Ends[] } | { fault: ProjectionFault } {
  const from = nodeOf(subject, idOf);
  const ref = streamRef(stream);
  const ends: Ends[] = [];
  for (const { index, relation, object } of statements) {
    if (relation !== 'STATED' && object === undefined)
      return { fault: { code: 'statement.no-object', reason: `the ${relation} (${index}) acted on names no object` } };
    ends.push({ relation, subject: from, object: object === undefined ? from : nodeOf(object, idOf), ref, i: index });
  }
  return { statements: ends };
}

/** Every link between a person and a case has one; nobody is a suspect because nothing was said (R10). */
function categoryOf({ kind }: EntityNode, statement: Statement): number | undefined {
  if (statement.relation === 'STATED' || !isPersonLink(statement.relation, kind, statement.object.kind))
    return undefined;
  return packCategory(statement.category ?? 'uncategorised');
}

/**
 * One statement; undefined when it is dated by no date. Field by field and not by spreading: this runs for every event of a
 * rebuild, and spreads cost more here than all the rest.
 */
function statementOf(
  statement: Statement,
  { pos, ref, aud, org, how, src }: Provenance,
  subject: EntityNode,
  object: EntityNode,
): StatementWrite | undefined {
  const write: StatementWrite = { relation: statement.relation, subject, object, pos, ref, aud, org };
  if (how > 0) write.how = how;
  if (src !== undefined) write.src = src;
  if (statement.from !== undefined) {
    const period = periodOf(statement.from);
    if (period === undefined) return undefined;
    write.from = period.from;
  }
  if (statement.to !== undefined) {
    const period = periodOf(statement.to);
    if (period === undefined) return undefined;
    write.to = period.to;
  }
  if (statement.confidence !== undefined) write.conf = statement.confidence;
  if (statement.count !== undefined) write.n = statement.count;
  if (statement.relation === 'STATED') {
    write.prop = statement.property;
    write.val = statement.value;
    if (statement.unit !== undefined) write.unit = statement.unit;
  }
  const cat = categoryOf(subject, statement);
  if (cat !== undefined) write.cat = cat;
  if (statement.relation !== 'STATED' && statement.role !== undefined) write.role = packRole(statement.role);
  return write;
}
