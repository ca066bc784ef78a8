import { printMarking } from '#access';
import {
  CATALOGUE,
  isForPartners,
  spanOf,
  type ClaimedTime,
  type Grading,
  type KnownEvent,
  type Marking,
  type PartnerType,
  type StatementKind,
} from '#events';
import { PARTNER_DATA } from './partner-data.js';

/** Terms on which a statement may be used, for programs; the attributes of the same names say them in one text each. */
export interface PartnerTerms {
  /** The marking in force when it was delivered. */
  marking: Marking;
  /** As its author gave it, never converted (R1). */
  grading?: Grading;
  statementKind: StatementKind;
  /** When it happened, as far as its author knew. */
  time: ClaimedTime;
}

/** What a partner gets of an event: CloudEvents 1.0, structured JSON. Attributes are scalars, as CloudEvents wants them. */
export interface PartnerEvent {
  specversion: '1.0';
  /** The event's own id: the same in each feed, channel and repetition. */
  id: string;
  type: PartnerType;
  /** Organisation that says it (UUID). */
  source: string;
  /** The record that it belongs to: `assertion-uuid`. */
  subject: string;
  /** First instant of the claimed time (ISO 8601, UTC); absent where the claim is no date. */
  time?: string;
  timeprecision: ClaimedTime['precision'];
  /** When it was recorded here (ISO 8601, UTC). */
  recordedtime: string;
  datacontenttype: 'application/json';
  /** Type and version of `data`. */
  dataschema: string;
  /** The marking in force, in the form in which it is displayed. */
  marking: string;
  grading?: string;
  statementkind: StatementKind['kind'];
  /** The report or source that it goes back to. */
  origin?: string;
  data: { terms: PartnerTerms } & Readonly<Record<string, unknown>>;
}

/** Name of the schema of a payload. A change that a reader could trip over is another version (see the app's README). */
export function payloadSchema(type: PartnerType): string {
  return `urn:breakwater:partner:${type}:${CATALOGUE[type].version}`;
}

/**
 * What a partner gets of an event under the marking in force. Who may have it is decided before; here nothing is.
 * @throws for a type of which partners get nothing: to have come here with it is a mistake
 */
export function partnerEvent(event: KnownEvent, marking: Marking): PartnerEvent {
  const { body, grading, origin, statementKind } = event;
  const { type } = body;
  if (!isForPartners(type)) throw new Error(`partners get nothing of ${type}`);
  const time = spanOf(event.time.at);
  return {
    specversion: '1.0',
    id: event.id,
    type,
    source: event.source,
    subject: event.stream,
    ...(time === undefined ? {} : { time: new Date(time.first).toISOString() }),
    timeprecision: event.time.precision,
    recordedtime: event.recordedTime,
    datacontenttype: 'application/json',
    dataschema: payloadSchema(type),
    marking: printMarking(marking),
    ...(grading === undefined ? {} : { grading: printGrading(grading) }),
    statementkind: statementKind.kind,
    ...(origin === undefined ? {} : { origin }),
    data: {
      ...(PARTNER_DATA[type] as (data: unknown) => object)(body.data),
      terms: {
        marking,
        ...(grading === undefined ? {} : { grading }),
        statementKind,
        time: event.time,
      },
    },
  };
}

/** With its scheme: `B2` is three different things in three schemes (R1). */
function printGrading({ scheme, source, information }: Grading): string {
  return `${scheme} ${source}${information}`;
}
