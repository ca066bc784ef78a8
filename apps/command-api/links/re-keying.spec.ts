import { dataFault, type EntityRef, type KnownEvent } from '#events';
import type { Viewer } from '#access';
import { MARKING, ORGANISATION, someDraft } from '../../../test/support/log-events.js';
import { assertionFrom, type KnownAssertion } from '../assertions/assertion-state.js';
import { reKeyingDraft, reKeyingsOf, stillToSay } from './re-keying.js';

const account: EntityRef = { kind: 'account', key: 'telegram:100012345' };
const written = (key: string): EntityRef => ({ kind: 'handle', key, raw: '@Tern' });
const viewer: Viewer = {
  organisation: ORGANISATION,
  kind: 'agency',
  subject: 'analyst-1',
  roles: ['analyst'],
  groups: [],
  compartments: [],
};

/** An assertion as the log gives it back, regraded since. */
function said(data: object): KnownAssertion {
  const draft = someDraft();
  const made = { ...draft, source: ORGANISATION, streamVersion: 1, body: { ...draft.body, data } };
  const regraded = {
    ...{ ...made, streamVersion: 2, body: { type: 'assertion.regraded', version: 1, data: {} } },
    ...{ marking: { ...MARKING, tlp: 'RED' }, grading: { scheme: '3x5x2', source: '1', information: 'A' } },
  };
  return assertionFrom([made, regraded] as unknown as KnownEvent[]) as KnownAssertion;
}

const hasHandle = (object: EntityRef): object => ({
  subject: account,
  statements: [{ relation: 'HAS_HANDLE', object }],
});

describe('re-keying', () => {
  it('R30: says of each entity that has another key now that the two are one, as it is marked and graded now', () => {
    const assertion = said({
      subject: written('telegram:@tern'),
      statements: [
        { relation: 'MENTIONS', object: written('telegram:@tern') },
        { relation: 'MENTIONS', object: account },
        { relation: 'STATED', property: 'language', value: 'vi' },
      ],
    });
    const [reKeying, ...more] = reKeyingsOf(assertion);
    expect(more).toEqual([]);
    const draft = reKeyingDraft(reKeying!, {
      ...{ id: '0193a1f2-7c00-7000-8000-000000000009', by: { viewer, role: 'analyst' }, purpose: 'identifiers' },
      ...{ now: new Date('2026-11-23T12:00:00Z'), keyOf: (kind, key) => `key of ${kind} ${key}` },
    });
    expect(draft).toMatchObject({
      body: {
        data: {
          subject: written('telegram:@tern'),
          statements: [{ relation: 'SAME_AS', object: written('telegram:tern') }],
          decision: { act: 're-key' },
        },
      },
      time: { at: '2026-11-23', precision: 'day' },
      basis: [assertion.made.id],
      marking: { tlp: 'RED' },
      grading: { source: '1', information: 'A' },
      statementKind: { kind: 'assessment' },
      keyId: 'key of handle telegram:@tern',
    });
    expect(dataFault(draft.body.type, draft.body.data)).toBeUndefined();
  });

  it('leaves alone what has the key of now, and what is a re-keying itself', () => {
    expect(reKeyingsOf(said(hasHandle(written('telegram:tern'))))).toEqual([]);
    const decision = { act: 're-key', reason: 'x' };
    expect(reKeyingsOf(said({ ...hasHandle(written('telegram:@tern')), decision }))).toEqual([]);
  });

  it('names nobody whom a withdrawal of a part has left out', () => {
    const assertion = said(hasHandle(written('telegram:@tern')));
    expect(reKeyingsOf({ ...assertion, standing: [] })).toEqual([]);
  });

  it('says of thousands of mentions once that their keys are one, for each marking, and not again after it was said', () => {
    const one = said(hasHandle(written('telegram:@tern')));
    const other = said(hasHandle(written('telegram:@tern')));
    const wider = { ...said(hasHandle(written('telegram:@tern'))), marking: MARKING };
    const found = [one, other, wider].flatMap(reKeyingsOf);
    expect(new Set(found.map(({ reference }) => reference)).size).toBe(3);
    expect(stillToSay(found, new Set())).toEqual([found[0], found[2]]);
    expect(stillToSay(found, new Set([found[1]!.reference]))).toEqual([found[2]]);
  });
});
