import type { Actor, ClaimedTime, EventBody, EventDraft } from './envelope.js';
import type { Marking } from './marking.js';

/** Who does something, when, and what for. The id comes in, so that rules stay pure. */
export interface Acting {
  /** UUIDv7 of the event. */
  id: string;
  now: Date;
  actor: Actor;
  /** Operation or reason code. */
  purpose: string;
}

/** What is done now, as a draft: a fact of the second in which it is done (R11). */
export function actDraft<Body extends EventBody>(
  { id, now, actor, purpose }: Acting,
  body: Body,
  marking: Marking,
  basis: readonly string[] = [],
): EventDraft<Body> {
  const statementKind = { kind: 'fact' } as const;
  return { id, body, time: secondOf(now), actor, purpose, basis: [...basis], statementKind, marking };
}

/** A moment as a claim to the second. */
export function secondOf(now: Date): ClaimedTime {
  return { at: `${now.toISOString().slice(0, 19)}Z`, precision: 'second' };
}

/** Marking of an organisation's own papers, without codes; AMBER keeps them at home unless recipients are named. */
export function ownMarking(
  originator: string,
  terms: Partial<Pick<Marking, 'gsc' | 'tlp' | 'releasableTo' | 'compartment'>> = {},
): Marking {
  const { gsc = 'OFFICIAL', tlp = 'AMBER', releasableTo = [], compartment = null } = terms;
  return { gsc, tlp, handling: [], conditions: [], releasableTo, originator, compartment };
}
