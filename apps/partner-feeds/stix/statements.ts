import { spanOf, type AssertionMade, type EntityRef, type Statement, type StatementEnds } from '#events';
import type { PartnerEvent } from '../payload/partner-event.js';
import { nodeOf, organisationNode } from './nodes.js';
import { revoked } from './revoked.js';
import type { StixDelivery, StixObject, VersionedObject } from './stix-object.js';
import { present } from './stix-object.js';
import { saidObject, type SaidBy } from './terms.js';

/** What was made of an assertion, as far as it stands: a regrade repeats the ends of its statements only. */
export interface Standing {
  made: PartnerEvent;
  /** Places of the statements that nobody has taken back. */
  places: readonly number[];
}

/** An assertion: a relationship for each link, a note for each literal, an opinion where it contradicts. */
export function assertionMade(by: SaidBy, name?: string): StixDelivery {
  const { subject, statements } = by.event.data as unknown as AssertionMade;
  return delivery(
    by,
    subject,
    statements.map((statement, index) => ({ statement, index })),
    name,
  );
}

/** The same statements under other terms: versions of their own, with the marking and, where it says one, the grading of the regrade. */
export function assertionRegraded(by: SaidBy, standing: Standing | undefined, name?: string): StixDelivery {
  if (standing === undefined) {
    const { subject, statements } = by.event.data as unknown as { subject: EntityRef; statements: StatementEnds[] };
    // Without what was said there is still who is joined to whom; what a literal said cannot be told.
    const links = statements.flatMap(({ index, relation, object }) =>
      object === undefined || relation === 'STATED' ? [] : [{ statement: { relation, object } as Statement, index }],
    );
    return delivery(by, subject, links, name);
  }
  const { data } = standing.made;
  const { subject, statements } = data as unknown as AssertionMade;
  const { grading = data.terms.grading, marking } = by.event.data.terms;
  const terms = { ...data.terms, marking, ...(grading === undefined ? {} : { grading }) };
  return delivery(
    { ...by, event: { ...standing.made, data: { ...data, terms } } },
    subject,
    statements.flatMap((statement, index) => (standing.places.includes(index) ? [{ statement, index }] : [])),
    name,
  );
}

/** Statements taken back: versions that are revoked, and after which there is none. */
export function assertionWithdrawn(by: SaidBy): StixDelivery {
  const { subject, statements } = by.event.data as unknown as { subject: EntityRef; statements: StatementEnds[] };
  const ends = statements.map(({ index, relation, object }) => ({
    index,
    statement: (relation === 'STATED' || object === undefined
      ? { relation: 'STATED', property: '', value: '' }
      : { relation, object }) as Statement,
  }));
  return { nodes: [], said: delivery(by, subject, ends).said.map((object) => revoked(object, object.modified)) };
}

interface Placed {
  statement: Statement;
  index: number;
}

function delivery(by: SaidBy, subject: EntityRef, placed: readonly Placed[], name?: string): StixDelivery {
  const from = nodeOf(subject);
  const objects = placed.map(({ statement }) => ('object' in statement ? nodeOf(statement.object) : from));
  const nodes = new Map(
    [organisationNode(by.event.source, name), from, ...objects].map((node) => [node.id, node] as const),
  );
  const said = placed.map(({ statement, index }, i) =>
    saidOf(by, { subject, from }, statement, objects[i] ?? from, index),
  );
  return { nodes: [...nodes.values()], said };
}

interface Subject {
  subject: EntityRef;
  from: StixObject;
}

function saidOf(
  by: SaidBy,
  { subject, from }: Subject,
  statement: Statement,
  to: StixObject,
  index: number,
): VersionedObject {
  const { decision } = by.event.data as unknown as AssertionMade;
  const beside = {
    valid_from: statement.from,
    valid_to: statement.to,
    count: statement.count,
    source_as_given: subject.raw,
    decision: decision?.act,
    decision_reason: decision?.reason,
  };
  const place = String(index);
  if (statement.relation === 'STATED') {
    const { property, value, unit } = statement;
    const content = `${property}: ${String(value)}${unit === undefined ? '' : ` ${unit}`}`;
    const note = present({ content, object_refs: [from.id], confidence: statement.confidence });
    return saidObject(by, 'note', place, note, {
      ...beside,
      stated_property: property,
      stated_value: value,
      stated_unit: unit,
    });
  }
  const { relation, object, category, role, confidence } = statement;
  const ends = { ...beside, target_as_given: object.raw, category, role };
  if (relation === 'NOT_SAME_AS') {
    const opinion = by.event.statementkind === 'fact' ? 'strongly-disagree' : 'disagree';
    const explanation = 'The two are not the same.';
    const refs = from.id === to.id ? [from.id] : [from.id, to.id];
    return saidObject(by, 'opinion', place, present({ opinion, explanation, object_refs: refs, confidence }), ends);
  }
  return saidObject(
    by,
    'relationship',
    place,
    present({
      relationship_type: relation.toLowerCase().replaceAll('_', '-'),
      source_ref: from.id,
      target_ref: to.id,
      confidence,
      ...timesOf(statement.from, statement.to),
    }),
    ends,
  );
}

const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** As far as the claims are dates: the first instant of the one, and the first after the other, which has to be later. */
function timesOf(from: string | undefined, to: string | undefined): { start_time?: string; stop_time?: string } {
  const first = from === undefined ? undefined : spanOf(from)?.first;
  const last = to === undefined ? undefined : spanOf(to)?.last;
  const stop = last === undefined ? undefined : Math.min(last + 1, LAST_TIME);
  const orderly = stop !== undefined && (first === undefined || stop > first);
  return {
    ...(first === undefined || first < YEAR_ZERO ? {} : { start_time: new Date(first).toISOString() }),
    ...(orderly && stop >= YEAR_ZERO ? { stop_time: new Date(stop).toISOString() } : {}),
  };
}

/** Before it, times are written with a sign. */
const YEAR_ZERO = Date.parse('0000-01-01T00:00:00.000Z');
