/** What somebody learns who aims a command at something that they may not see: decided and refused by the rules of production. */
import type { Viewer } from '#access';
import { problemDocument } from '#runtime';
import { decide } from '../../apps/command-api/assertions/assertion.js';
import { assertionFrom, NO_ASSERTION } from '../../apps/command-api/assertions/assertion-state.js';
import { PURPOSE } from './cast.js';
import { markingsInForce, type History } from './history.js';
import type { Asked } from './requests.js';

const ID = '019a1f2c-7c00-7000-8000-00000000000a';
const WIDE = { gsc: 'OFFICIAL', tlp: 'GREEN', handling: ['P'] };
const now = new Date('2026-06-01T00:00:00Z');

export function commanded(
  history: History,
  viewer: Viewer,
  { command, event }: Extract<Asked, { command: string }>,
): string {
  const by = { viewer, role: 'analyst' };
  const common = { id: ID, by, now, purpose: PURPOSE };
  try {
    const restsOn = markingsInForce(history);
    if (command !== 'rest-on') {
      const { stream } = history.find(({ id }) => id === event) ?? {};
      const state = assertionFrom(history.filter((each) => each.stream === stream));
      const reason = 'said in error';
      const wanted = command === 'withdraw' ? { type: command } : { type: command, restsOn, marking: WIDE };
      return JSON.stringify(decide(state, { ...wanted, reason, ...common }));
    }
    const given = {
      subject: { kind: 'account', platform: 'facebook', value: '100000000000001' },
      statements: [{ relation: 'STATED', property: 'colour', value: 'red' }],
      grading: { scheme: '3x5x2', source: '1', information: 'A' },
      marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT', handling: ['C'], conditions: ['A1', 'S2'] },
      statementKind: { kind: 'fact' },
      time: { at: '2026-04-20' },
      basis: [event],
      purpose: PURPOSE,
    } as const;
    return JSON.stringify(
      decide(NO_ASSERTION, { type: 'make', given: given as never, keyOf: () => 'key', restsOn, ...common }),
    );
  } catch (refusal) {
    const problem = problemDocument(refusal, 'request');
    if (problem.status === 500) throw refusal;
    return JSON.stringify(problem);
  }
}
