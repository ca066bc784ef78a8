/** Assertions as specs send them: valid ones, of which a spec changes only what matters to it. Numbers are reserved for fiction. */
import { randomUUID } from 'node:crypto';

export type AssertionBody = Record<string, unknown>;

export function assertionBody(changes: AssertionBody = {}): AssertionBody {
  return {
    subject: { kind: 'account', value: '100012345', platform: 'telegram' },
    statements: [
      { relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '+44 7700 900123' }, from: '2026-03' },
    ],
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER', handling: ['P'] },
    statementKind: { kind: 'fact' },
    time: { at: '2026-03-09' },
    origin: 'report 17',
    purpose: 'operation-tern',
    ...changes,
  };
}

/** A header for a command that has not been sent before. */
export function newKey(): Record<string, string> {
  return { 'idempotency-key': randomUUID() };
}
