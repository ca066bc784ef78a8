import type { Grading } from './grading.js';
import type { Marking } from './marking.js';

/**
 * The envelope of every event (DESIGN 3). Names follow CloudEvents 1.0. An author fills {@link EventDraft}; the log adds
 * the rest. Nothing here may hold personal data except `data`, whose personal fields the catalogue names.
 */

/** A claimed time with the precision of the claim: an ISO 8601 text cut where knowledge ends (`2026-03` is "in March"). */
export interface ClaimedTime {
  at: string;
  precision: 'year' | 'month' | 'day' | 'minute' | 'second';
}

export interface Actor {
  /** Organisation id (UUID). */
  organisation: string;
  /** Stable subject id of the user or machine, never an e-mail address. */
  user: string;
  role: string;
  /** Organisation on whose behalf the actor acts, where it is another. */
  onBehalfOf?: string;
}

/** Fact or assessment (R11); an assessment names its assessor. */
export type StatementKind = { kind: 'fact' } | { kind: 'assessment'; assessor: string };

export interface EventBody<Type extends string = string, Data = unknown> {
  type: Type;
  version: number;
  data: Data;
}

/** What an author says. */
export interface EventDraft<Body extends EventBody = EventBody> {
  /** UUIDv7. */
  id: string;
  body: Body;
  /** When it happened, as claimed. */
  time: ClaimedTime;
  actor: Actor;
  /** Operation or reason code that the act is bound to. */
  purpose: string;
  /** The report or source that it goes back to; without it independent corroboration cannot be counted. */
  origin?: string;
  /** Ids of the events that it rests on (R4, R5, R22). */
  basis: string[];
  statementKind: StatementKind;
  grading?: Grading;
  marking: Marking;
  /** Keys of the data subjects whose personal fields it carries. */
  keyId?: string;
  correlationId?: string;
  causationId?: string;
  traceparent?: string;
}

/** An event as the log keeps it. */
export interface RecordedEvent<Body extends EventBody = EventBody> extends EventDraft<Body> {
  /** Organisation that said it. */
  source: string;
  /** Aggregate, `kind-uuid`. */
  stream: string;
  /** From 1, without holes. */
  streamVersion: number;
  /** When it was appended, by the server's clock (ISO 8601, UTC). */
  recordedTime: string;
  correlationId: string;
}

/** A recorded event at its place in the log. */
export interface LoggedEvent<Body extends EventBody = EventBody> {
  /** Dense log position: 1, 2, 3, ..., given once. */
  position: number;
  /** Counter of the log's histories; another one means that a copy was put back. */
  incarnation: number;
  event: RecordedEvent<Body>;
}
