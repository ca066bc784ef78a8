import type { EventDraft, Refusal } from '#events';
import type { Viewer } from '#access';
import { decideTogether, type Wanted } from '../assertions/decide-together.js';
import { demotion, identity, type DemotionGiven, type IdentityGiven } from './identity.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a001';
const viewer: Viewer = {
  organisation: COASTAL,
  kind: 'agency',
  subject: 'analyst-1',
  roles: ['analyst'],
  groups: [],
  compartments: [],
};
const terms = {
  grading: { scheme: '3x5x2', source: '2', information: 'B' },
  marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] },
  statementKind: { kind: 'assessment', assessor: 'analyst 12' },
  time: { at: '2026-03-09' },
  purpose: 'operation-tern',
  reason: 'Both answer to the same number.',
} as const satisfies Partial<IdentityGiven>;

const account = (value: string) => ({ kind: 'account', platform: 'telegram', value }) as const;
const one = account('100012345');

const made = (wanted: Wanted): EventDraft =>
  decideTogether([wanted], {
    by: { viewer, role: 'analyst' },
    now: new Date('2026-03-10T12:00:00Z'),
    newId: () => '0193a1f2-7c00-7000-8000-000000000001',
    keyOf: () => 'key',
    restsOn: new Map(),
  })[0]!;

function refused(wanted: Wanted): string[] {
  try {
    made(wanted);
  } catch (error) {
    return ((error as Refusal).faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
}

const deciding = (changes: Partial<IdentityGiven>): Wanted =>
  identity({ ...terms, act: 'same', subject: one, others: [account('100012346')], ...changes });
const demoting = (changes: Partial<DemotionGiven>): Wanted => demotion({ ...terms, subject: one, ...changes });

describe('who is whom', () => {
  it.each([
    ['same', 'SAME_AS'],
    ['merge', 'SAME_AS'],
    ['not-same', 'NOT_SAME_AS'],
    ['split', 'NOT_SAME_AS'],
  ] as const)(
    '%s: each of the others is joined with the subject by %s, with who decided it and why',
    (act, relation) => {
      const others = [account('100012346'), account('100012347')];
      expect(made(deciding({ act, others, confidence: 70 }))).toMatchObject({
        actor: { organisation: COASTAL, user: 'analyst-1' },
        marking: { originator: COASTAL, tlp: 'AMBER' },
        body: {
          data: {
            subject: { key: 'telegram:100012345' },
            statements: others.map(({ value }) => ({ relation, object: { key: `telegram:${value}` }, confidence: 70 })),
            decision: { act, reason: terms.reason },
          },
        },
      });
    },
  );

  it('is never said of a thing and itself, nor of things of two kinds, and each fault has its place in the request', () => {
    expect(refused(deciding({ others: [account('100012346'), one] }))).toEqual(['/others/1 statement.self-link']);
    const number = { kind: 'phone-number', value: '+447400123456' } as const;
    expect(refused(deciding({ others: [number] }))).toEqual(['/others/0/kind statement.kinds']);
    expect(refused(deciding({ others: [account('@skipper')] }))).toEqual([
      '/others/0/value identifier.not-a-platform-id',
    ]);
    expect(refused(deciding({ subject: account('') }))).toContain('/subject/value identifier.empty');
  });

  it('is graded, marked and dated by the rules of every assertion', () => {
    expect(
      refused(
        deciding({
          grading: { scheme: '3x5x2', source: '9', information: 'B' },
          marking: { gsc: 'OFFICIAL', tlp: 'AMBER', compartment: 'saltmarsh' },
          basis: ['0193a1f2-7c00-7000-8000-00000000000b'],
          time: { at: '2026-02-30' },
        }),
      ).map((fault) => fault.split(' ')[0]),
    ).toEqual(['/marking/compartment', '/grading', '/basis/0', '/time']);
  });
});

describe('a demotion', () => {
  it('states that the entity binds nobody, as long as it says', () => {
    expect(made(demoting({ from: '2026-03', to: '2026-06' }))).toMatchObject({
      body: {
        data: {
          subject: { key: 'telegram:100012345' },
          statements: [{ relation: 'STATED', property: 'demoted', value: true, from: '2026-03', to: '2026-06' }],
          decision: { act: 'demote', reason: terms.reason },
        },
      },
    });
    expect(refused(demoting({ from: '2026-06', to: '2026-03' }))).toEqual(['/to statement.dates-reversed']);
  });
});
