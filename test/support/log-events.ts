/** Events as specs of the log append them: valid ones, of which a spec changes only what matters to it. */
import { v7 as uuid } from 'uuid';
import { bodyOf, type EventDraft, type Marking } from '#events';
import type { StreamWrite } from '#event-log';

export const ORGANISATION = '00000000-0000-7000-8000-00000000a001';

export const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: ['P'],
  conditions: [],
  releasableTo: [],
  originator: ORGANISATION,
  compartment: null,
};

/** An assertion about an account; numbers are reserved for fiction. */
export function someDraft(changes: Partial<EventDraft> = {}): EventDraft {
  return {
    id: uuid(),
    body: bodyOf('assertion.made', {
      subject: { kind: 'account', key: 'telegram:100012345' },
      statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' }, confidence: 80 }],
    }),
    time: { at: '2026-03-09', precision: 'day' },
    actor: { organisation: ORGANISATION, user: 'user-1', role: 'analyst' },
    purpose: 'operation-tern',
    basis: [],
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking: MARKING,
    ...changes,
  };
}

export function newStream(): string {
  return `assertion-${uuid()}`;
}

/** A write of so many events to a stream. */
export function writeTo(stream: string, expectedVersion = 0, events = 1): StreamWrite {
  return {
    stream,
    expectedVersion,
    source: ORGANISATION,
    events: Array.from({ length: events }, () => someDraft()),
  };
}
