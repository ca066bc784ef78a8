import * as fc from 'fast-check';
import { GRADING_SCHEMES, audienceOf, type Grading, type GradingScheme, type Marking } from '#events';
import { mayActOn, type Ancestor, type OutwardAct, type Permission, type Recipient } from './may-act-on.js';
import { maySee } from './may-see.js';
import { PROSECUTION, type Viewer } from './viewer.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const border: Viewer = {
  organisation: 'border',
  kind: 'unit',
  subject: 'bea',
  roles: ['authoriser'],
  groups: ['task-force'],
  compartments: [],
};
const partner: Recipient = { organisation: 'partner', kind: 'agency', groups: [] };
const lumen: Recipient = { organisation: 'lumen', kind: 'platform', groups: [] };

function ancestor(event: string, more: Partial<Marking> = {}, rest: Partial<Ancestor> = {}): Ancestor {
  return {
    event,
    marking: {
      gsc: 'OFFICIAL',
      tlp: 'GREEN',
      handling: [],
      conditions: [],
      releasableTo: [],
      originator: 'coastal',
      compartment: null,
      ...more,
    },
    grading: { scheme: '3x5x2', source: '1', information: 'A' },
    statementKind: { kind: 'fact' },
    ...rest,
  };
}

const under = (...conditions: string[]): Partial<Marking> => ({ handling: ['C'], conditions });
const plain = ancestor('report');

function decide(ancestry: readonly Ancestor[], more: Partial<OutwardAct> = {}) {
  return mayActOn({ action: 'act', by: border, recipient: lumen, ancestry, permissions: [], now: NOW, ...more });
}

function permission(of: readonly Ancestor[], more: Partial<Permission> = {}): Permission {
  return {
    permission: 'p-1',
    originator: 'coastal',
    holder: 'border',
    action: 'act',
    recipient: 'lumen',
    of: of.map(({ event, marking }) => ({ event, under: audienceOf(marking) })),
    ...more,
  };
}

describe('acting on intelligence towards the outside', () => {
  it('is allowed where nothing in the ancestry stands in the way', () => {
    expect(decide([plain, ancestor('source', { handling: ['P'] })])).toEqual({
      allowed: true,
      reasons: [],
      needs: [],
      barred: [],
    });
  });

  it('on nothing at all is not allowed', () => {
    expect(decide([]).allowed).toBe(false);
  });

  it('on what its author has withdrawn is not allowed, whoever consents', () => {
    const gone = { ...plain, withdrawn: true };
    expect(decide([gone], { permissions: [permission([gone])], ownConsent: true }).barred).toEqual([
      'withdrawn:report',
    ]);
  });
});

describe('R5: A1 anywhere in the ancestry', () => {
  const a1 = ancestor('deep', under('A1', 'S1'));
  const ancestry = [plain, ancestor('between', { originator: 'partner' }), a1];

  it('blocks the act and says whom to ask, about what, for whom', () => {
    expect(decide(ancestry)).toEqual({
      allowed: false,
      reasons: ['R5.a1-permission:deep'],
      needs: [{ originator: 'coastal', event: 'deep', action: 'act', recipient: 'lumen' }],
      barred: [],
    });
  });

  it('is lifted by the recorded permission of its originator, which the decision names', () => {
    expect(decide(ancestry, { permissions: [permission([a1])] })).toMatchObject({
      allowed: true,
      reasons: ['permission:p-1'],
    });
  });

  it.each<[string, Partial<Permission>]>([
    ['for another recipient', { recipient: 'chatter' }],
    ['for another act', { action: 'disclose' }],
    ['given to another organisation', { holder: 'partner' }],
    ['of somebody who is not the originator', { originator: 'partner' }],
    ['that has ended', { until: '2026-11-22T12:00:00Z' }],
    ['that its originator has stopped for a while', { heldUntil: '2026-11-22T12:00:01Z' }],
    ['about another event', { of: [{ event: 'report', under: audienceOf(a1.marking) }] }],
    ['under another marking than is in force', { of: [{ event: 'deep', under: 1 }] }],
  ])('is not lifted by a permission %s', (_, more) => {
    expect(decide(ancestry, { permissions: [permission([a1], more)] }).allowed).toBe(false);
  });

  it('stands in the way of telling a platform too, because a platform acts on what it is told', () => {
    const disclosed = (recipient: Recipient) =>
      decide([{ ...a1, marking: { ...a1.marking, releasableTo: ['lumen', 'partner', 'border'] } }], {
        action: 'disclose',
        recipient,
      });
    expect(disclosed(partner).allowed).toBe(true);
    expect(disclosed(lumen).needs).toEqual([
      { originator: 'coastal', event: 'deep', action: 'act', recipient: 'lumen' },
    ]);
  });

  it('of one’s own needs the consent of one’s own authoriser, which does not stand for that of others', () => {
    const own = ancestor('own', { ...under('A1', 'S1'), originator: 'border' });
    expect(decide([own]).needs).toEqual([{ originator: 'border', event: 'own', action: 'act', recipient: 'lumen' }]);
    expect(decide([own], { ownConsent: true })).toMatchObject({ allowed: true, reasons: ['consent.own'] });
    expect(decide([own, a1], { ownConsent: true }).allowed).toBe(false);
  });

  it('A2 allows covert acts only, so nobody’s consent lets it out', () => {
    const a2 = ancestor('covert', under('A2', 'S1'));
    expect(decide([a2], { permissions: [permission([a2])], ownConsent: true }).barred).toEqual([
      'A2.covert-only:covert',
    ]);
  });
});

describe('R6: passing on', () => {
  const disclose = { action: 'disclose', recipient: partner } as const;

  it.each([
    ['R6.s2-consult', under('A3', 'S2')],
    ['R6.h2-consent', { handling: ['H2'] }],
    ['R6.orcon-consent', { handling: ['ORCON'] }],
    ['H3.restrictions', { handling: ['H3'] }],
  ])('asks the originator first under %s', (code, marking) => {
    const one = ancestor('source', marking);
    expect(decide([plain, one], disclose)).toMatchObject({ allowed: false, reasons: [`${code}:source`] });
    expect(
      decide([plain, one], {
        ...disclose,
        permissions: [permission([one], { action: 'disclose', recipient: 'partner' })],
      }).allowed,
    ).toBe(true);
  });

  it('S1 lets a sanitised copy go to whom the original does not reach, and nothing else', () => {
    const named = { releasableTo: ['border'] };
    const toPartner = (marking: Partial<Marking>, sanitised: boolean): boolean =>
      decide([ancestor('source', marking)], { ...disclose, sanitised }).allowed;
    expect(toPartner({ ...under('A3', 'S1'), ...named }, true)).toBe(true);
    expect(toPartner({ ...under('A3', 'S1'), ...named }, false)).toBe(false);
    expect(toPartner({ ...under('A3', 'S1', 'S2'), ...named }, true)).toBe(false);
    expect(toPartner(named, true)).toBe(false);
    expect(toPartner({ ...under('A3', 'S1'), ...named, tlp: 'RED' }, true)).toBe(false);
  });

  it('H1 keeps it out of a bundle for judicial proceedings, and of nothing else', () => {
    const h1 = ancestor('source', { handling: ['H1'] });
    expect(decide([h1], disclose).allowed).toBe(true);
    expect(decide([h1], { ...disclose, by: { ...border, asks: PROSECUTION } }).barred).toEqual([
      'R6.h1-proceedings:source',
    ]);
  });

  it('to whom the original does not reach asks each originator, and one’s own authoriser for one’s own', () => {
    const own = ancestor('own', { originator: 'border', tlp: 'AMBER' });
    const named = ancestor('source', { releasableTo: ['border'] });
    expect(decide([own, named], disclose).needs.map(({ originator }) => originator)).toEqual(['border', 'coastal']);
    expect(decide([own], { ...disclose, ownConsent: true }).allowed).toBe(true);
  });
});

describe('R3: by itself, with no person deciding', () => {
  it.each<[GradingScheme, string, string]>([
    ['3x5x2', '3', 'A'],
    ['3x5x2', '1', 'E'],
    ['5x5x5', 'D', '1'],
    ['5x5x5', 'A', '5'],
    ['4x4', 'C', '1'],
    ['admiralty', 'E', '1'],
    ['admiralty', 'G', '1'],
    ['admiralty', 'A', '5'],
  ])('nothing is triggered by %s %s%s anywhere in the ancestry', (scheme, source, information) => {
    const doubtful = ancestor('source', {}, { grading: { scheme, source, information } });
    expect(decide([plain, doubtful], { automatic: true, permissions: [permission([doubtful])] }).allowed).toBe(false);
    expect(decide([plain, doubtful]).allowed).toBe(true);
  });

  it('every scheme has grades that may trigger and grades that may not, and what is not graded may not', () => {
    for (const scheme of Object.keys(GRADING_SCHEMES) as GradingScheme[]) {
      const codes = GRADING_SCHEMES[scheme];
      const outcomes = codes.source.map(
        (source) =>
          decide([ancestor('one', {}, { grading: { scheme, source, information: codes.information[0] } })], {
            automatic: true,
          }).allowed,
      );
      expect([scheme, new Set(outcomes).size]).toEqual([scheme, 2]);
    }
    expect(decide([ancestor('one', {}, { grading: undefined })], { automatic: true }).barred).toEqual([
      'R3.ungraded:one',
    ]);
  });
});

describe('R8 and R9', () => {
  it('R8: what carries an unknown code goes nowhere, whoever consents', () => {
    const odd = ancestor('odd', { originator: 'border', handling: ['NF'] });
    for (const action of ['act', 'disclose'] as const)
      expect(decide([plain, odd], { action, ownConsent: true, permissions: [permission([odd])] }).barred).toContain(
        'R8.unknown-code:odd',
      );
  });

  it('R9: AMBER+STRICT is never passed on; only its own organisation sanitises it, into a record of its own', () => {
    const terms = { action: 'disclose', recipient: partner, ownConsent: true } as const;
    for (const [code, marking] of [
      ['R9.amber-strict', { tlp: 'AMBER+STRICT' }],
      ['gsc.organisational-use-only', { handling: ['ORGANISATIONAL-USE-ONLY'] }],
    ] as const) {
      const strict = ancestor('strict', {
        originator: 'border',
        ...marking,
        handling: [...('handling' in marking ? marking.handling : [])],
      });
      expect(decide([strict], terms).barred).toEqual([`${code}:strict`]);
      expect(decide([strict], { ...terms, sanitised: true }).allowed).toBe(true);
    }
  });

  it('R9: RED goes into no machine feed, whoever consents', () => {
    const red = ancestor('red', { originator: 'border', tlp: 'RED', releasableTo: ['partner'] });
    const terms = { action: 'disclose', ownConsent: true } as const;
    expect(decide([red], { ...terms, recipient: partner }).allowed).toBe(true);
    expect(decide([red], { ...terms, recipient: { ...partner, feed: true } }).barred).toEqual(['R9.red-in-feed:red']);
  });

  it('what rests on something that the caller may not see goes nowhere, and the answer does not name it', () => {
    const hidden = ancestor('hidden', { tlp: 'AMBER+STRICT' });
    expect(decide([plain, hidden])).toEqual({
      allowed: false,
      reasons: ['basis.not-visible'],
      needs: [],
      barred: ['basis.not-visible'],
    });
  });
});

describe('whatever the ancestry', () => {
  const codes = (...all: string[]) => fc.subarray(all);
  const markings: fc.Arbitrary<Marking> = fc.record({
    gsc: fc.constantFrom('OFFICIAL', 'OFFICIAL-SENSITIVE'),
    tlp: fc.constantFrom('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'),
    handling: codes('P', 'C', 'H1', 'H2', 'H3', 'ORCON', 'AGENCIES-ONLY', 'RECIPIENTS-ONLY', 'HMG-USE-ONLY', 'NF'),
    conditions: codes('A1', 'A2', 'A3', 'S1', 'S2'),
    releasableTo: codes('border', 'partner', 'lumen', 'task-force'),
    originator: fc.constantFrom('coastal', 'border', 'partner'),
    compartment: fc.constantFrom(null, 'saltmarsh'),
  });
  const gradings: fc.Arbitrary<Grading> = fc.record({
    scheme: fc.constant('3x5x2' as const),
    source: fc.constantFrom('1', '2', '3'),
    information: fc.constantFrom('A', 'E'),
  });
  const ancestries = fc
    .array(fc.record({ marking: markings, grading: gradings }), { minLength: 1, maxLength: 6 })
    .map((list) => list.map(({ marking, grading }, place) => ancestor(`e-${place}`, marking, { grading })));
  const acts = fc.record({
    action: fc.constantFrom('act' as const, 'disclose' as const),
    recipient: fc.constantFrom<Recipient>(partner, lumen, { ...partner, feed: true }),
    sanitised: fc.boolean(),
    automatic: fc.boolean(),
    ownConsent: fc.boolean(),
    compartments: fc.constantFrom<string[]>([], ['saltmarsh']),
  });
  it('another ancestor never allows more, and every consent that is missing is named', () => {
    fc.assert(
      fc.property(ancestries, acts, fc.nat(), (ancestry, { compartments, ...terms }, seed) => {
        const by = { ...border, compartments };
        const permissions = ancestry
          .filter((_, place) => ((seed >> place) & 1) === 1)
          .map((one) =>
            permission([one], {
              originator: one.marking.originator,
              action: terms.action,
              recipient: terms.recipient.organisation,
            }),
          );
        const whole = decide(ancestry, { ...terms, by, permissions });
        for (let length = 1; length < ancestry.length; length += 1) {
          const part = decide(ancestry.slice(0, length), { ...terms, by, permissions });
          if (whole.allowed) expect(part.allowed).toBe(true);
          expect(whole.needs).toEqual(expect.arrayContaining(part.needs));
        }
        expect(whole.allowed).toBe(whole.needs.length === 0 && whole.barred.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  it('it never allows what the policy of seeing forbids, unless somebody has consented', () => {
    fc.assert(
      fc.property(ancestries, acts, (ancestry, { compartments, ownConsent: _, sanitised: __, ...terms }) => {
        const by = { ...border, compartments };
        const { allowed } = decide(ancestry, { ...terms, by });
        if (!allowed) return;
        for (const { marking } of ancestry) {
          const seen = maySee(by, marking);
          expect(seen.see && (terms.action === 'act' ? seen.act : seen.disclose)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('when each originator it names consents, nothing but what is barred stands in the way', () => {
    fc.assert(
      fc.property(ancestries, acts, (ancestry, { compartments, ...terms }) => {
        const by = { ...border, compartments };
        const first = decide(ancestry, { ...terms, by });
        const permissions = first.needs.map(({ originator, event, action, recipient }) => {
          const asked = ancestry.filter((one) => one.event === event);
          return permission(asked, { originator, action, recipient });
        });
        const second = decide(ancestry, { ...terms, by, permissions });
        expect(second.needs).toEqual([]);
        expect(second.barred).toEqual(first.barred);
      }),
      { numRuns: 500 },
    );
  });
});
