import { createHash } from 'node:crypto';
import {
  audienceOf,
  first52Bits,
  isPersonLink,
  type AssertionMade,
  type AssertionRegraded,
  type AssertionWithdrawn,
  type EntityRef,
  type Marking,
  type RecordedEvent,
  type Statement,
  type StatementEnds,
} from '#events';
import { packCategory, packHow, packLaterHow, type EntityNode, type StatementFacts, type StatementWrite } from '#graph';
import { periodOf } from './claimed-time.js';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type GraphChange, type ProjectionFault } from './projected.js';

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
  for (const [index, statement] of statements.entries()) {
    const period = trueWithin(statement);
    if (period === undefined) {
      const reason = `statement ${index} is dated ${[statement.from, statement.to].filter(Boolean).join(' to ')}, which is no date`;
      return { fault: { code: 'time.invalid', reason } };
    }
    const facts = {
      ...said,
      ...period,
      ...termsOf(statement),
      ...categoryOf(subject, statement),
      ...(index > 0 && { i: index }),
    };
    const object = statement.relation === 'STATED' ? from : nodeOf(statement.object, idOf);
    writes.push({ ...facts, relation: statement.relation, subject: from, object });
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

function nodeOf({ kind, key }: EntityRef, idOf: IdOf): EntityNode {
  return { kind, id: idOf(kind, key), key };
}

/** What all statements of an assertion share. */
function provenance(
  position: number,
  event: RecordedEvent,
): Pick<StatementFacts, 'pos' | 'ref' | 'aud' | 'org' | 'how' | 'src'> {
  const how = packHow(event.statementKind.kind, event.grading);
  return {
    pos: position,
    ref: streamRef(event.stream),
    aud: audience(event.marking),
    org: organisationRef(event.source),
    ...(how > 0 && { how }),
    ...(event.origin !== undefined && { src: originRef(event.origin) }),
  };
}

function termsOf(statement: Statement): Pick<StatementFacts, 'conf' | 'n' | 'prop' | 'val' | 'unit'> {
  return {
    ...(statement.confidence !== undefined && { conf: statement.confidence }),
    ...(statement.count !== undefined && { n: statement.count }),
    ...(statement.relation === 'STATED' && {
      prop: statement.property,
      val: statement.value,
      ...(statement.unit !== undefined && { unit: statement.unit }),
    }),
  };
}

/** Every link between a person and a case has one; nobody is a suspect because nothing was said (R10). */
function categoryOf({ kind }: EntityRef, statement: Statement): Pick<StatementFacts, 'cat'> {
  if (statement.relation === 'STATED' || !isPersonLink(statement.relation, kind, statement.object.kind)) return {};
  return { cat: packCategory(statement.category ?? 'uncategorised') };
}

function trueWithin({ from, to }: Statement): Pick<StatementFacts, 'from' | 'to'> | undefined {
  const first = from === undefined ? undefined : periodOf(from);
  const last = to === undefined ? undefined : periodOf(to);
  if ((from !== undefined && first === undefined) || (to !== undefined && last === undefined)) return undefined;
  return { ...(first && { from: first.from }), ...(last && { to: last.to }) };
}

/** Low 52 bits of the UUID at the end of a stream's name: random in a UUIDv7, and exact as a number. */
export function streamRef(stream: string): number {
  return Number.parseInt(stream.slice(-14, -13) + stream.slice(-12), 16);
}

/** Low 32 bits of an organisation's UUID. */
export function organisationRef(organisation: string): number {
  return Number.parseInt(organisation.slice(-8), 16);
}

/** 52 bits of the hash of an origin: enough to count independent ones, and nobody reads a source's name out of the graph. */
export const originRef = remembered((origin) => first52Bits(createHash('sha256').update(origin).digest()));

const audience = ((): ((marking: Marking) => number) => {
  const ofText = remembered((text) => audienceOf(JSON.parse(text) as Marking));
  return (marking) => ofText(JSON.stringify(marking));
})();

/** Remembers a pure function's lately used results: markings and origins are few, hashing them for each event is not. */
function remembered(pure: (text: string) => number): (text: string) => number {
  const KEPT = 10_000;
  let results = new Map<string, number>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    if (results.size >= KEPT) results = new Map();
    const result = pure(text);
    results.set(text, result);
    return result;
  };
}
