/** Decisions about identity and networks as specs send them: valid ones, of which a spec changes only what matters to it. */
import { assertionBody, type AssertionBody } from './assertions.js';

/** The terms that every decision needs, with a reason. */
export function decisionBody(changes: AssertionBody = {}): AssertionBody {
  const { subject: _, statements: __, origin: ___, ...terms } = assertionBody();
  const statementKind = { kind: 'assessment', assessor: 'analyst 12' };
  return { ...terms, statementKind, reason: 'One crew sells and runs these crossings.', ...changes };
}

export function networkBody(changes: AssertionBody = {}): AssertionBody {
  return decisionBody({ name: 'Tern', threat: 'high', status: 'active', ...changes });
}

export function person(n: number): AssertionBody {
  return { kind: 'person', platform: 'pole', value: `p${n}` };
}
