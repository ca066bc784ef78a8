import type { PartnerEvent, PartnerTerms } from '../payload/partner-event.js';
import { DEFINED_AT, EXTENSION } from './extensions.js';
import { markingRefs } from './markings.js';
import { organisationId } from './nodes.js';
import { stixId } from './stix-ids.js';
import { present, type VersionedObject } from './stix-object.js';

/** A delivery's event, with the terms that count where they are not its own. */
export interface SaidBy {
  event: PartnerEvent;
  /** When this version was made (ISO 8601, UTC, at least milliseconds): later for each version of an object. */
  modified: string;
}

/** What an object says beside its own properties. */
export interface Beside {
  [property: string]: unknown;
}

/**
 * An object that somebody says: its name is that of the record and of the place in it, which stay while the record is corrected,
 * regraded and withdrawn, so that each of these is a version of it.
 */
export function saidObject(
  { event, modified }: SaidBy,
  type: string,
  place: string,
  properties: Readonly<Record<string, unknown>>,
  beside: Beside = {},
): VersionedObject {
  const { terms } = event.data;
  const { extensions, ...rest } = properties as { extensions?: Record<string, object> };
  return {
    type,
    spec_version: '2.1',
    id: stixId(type, `${event.subject}#${place}`),
    created_by_ref: organisationId(event.source),
    ...datesOf(event.subject, modified),
    object_marking_refs: markingRefs(terms.marking),
    ...rest,
    extensions: { ...extensions, [EXTENSION.terms]: termsOf(event, terms, beside) },
  };
}

function termsOf(event: PartnerEvent, terms: PartnerTerms, beside: Beside): object {
  const { marking, grading, statementKind, time } = terms;
  return present({
    extension_type: 'property-extension',
    originator: marking.originator,
    releasable_to: [...marking.releasableTo].sort(),
    record: event.subject,
    statement_kind: statementKind.kind,
    assessor: statementKind.kind === 'assessment' ? statementKind.assessor : undefined,
    grading_scheme: grading?.scheme,
    grading_source: grading?.source,
    grading_information: grading?.information,
    claimed_time: time.at,
    claimed_precision: time.precision,
    report: event.origin,
    ...beside,
  });
}

const ID_OF_STREAM = /-([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A UUIDv7 can say a time that no timestamp can. */
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * All versions share one time of making. It is the one in the record's own id, which every recipient has: the time of the first
 * version would tell those who may see a later one only that there was an earlier one.
 */
function datesOf(record: string, modified: string): { created: string; modified: string } {
  const [, high, low] = ID_OF_STREAM.exec(record) ?? [];
  const born = high === undefined || low === undefined ? Number.NaN : Number(`0x${high}${low}`);
  const created = born <= LAST_TIME ? modifiedOf(new Date(born).toISOString()) : modifiedOf(DEFINED_AT);
  return { created, modified: modified < created ? created : modified };
}

/**
 * When a version was made: when it was recorded, with digits left for telling apart what was recorded within a millisecond. The
 * version of the record in them would tell how much happened to it in between that a recipient may not know.
 */
export function modifiedOf(recorded: string): string {
  return `${new Date(recorded).toISOString().slice(0, -1)}000Z`;
}
