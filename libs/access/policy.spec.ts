import * as fc from 'fast-check';
import type { Marking } from '#events';
import { combineMarkings } from './combine-markings.js';
import { HANDLING } from './marking-codes.js';
import { maySee } from './may-see.js';
import { AccessRefusal } from './refusal.js';
import { FEED, PROSECUTION, rightsOf, type Viewer } from './viewer.js';

/** Five organisations as the log may know them: two agencies and a unit, and two platforms, one of them in a group. */
const WORLD: readonly Pick<Viewer, 'organisation' | 'kind' | 'groups'>[] = [
  { organisation: 'coastal', kind: 'agency', groups: ['task-force'] },
  { organisation: 'border', kind: 'unit', groups: ['task-force', 'northern'] },
  { organisation: 'partner', kind: 'agency', groups: [] },
  { organisation: 'lumen', kind: 'platform', groups: ['northern'] },
  { organisation: 'chatter', kind: 'platform', groups: [] },
];

function viewer(organisation: string, more: Partial<Viewer> = {}): Viewer {
  const known = WORLD.find((each) => each.organisation === organisation);
  if (known === undefined) throw new Error(`no organisation ${organisation}`);
  return { ...known, subject: 'somebody', roles: ['analyst'], compartments: [], ...more };
}

const coastal = viewer('coastal');
const border = viewer('border');
const partner = viewer('partner');
const lumen = viewer('lumen');

function marking(more: Partial<Marking> = {}): Marking {
  return {
    gsc: 'OFFICIAL',
    tlp: 'GREEN',
    handling: [],
    conditions: [],
    releasableTo: [],
    originator: 'coastal',
    compartment: null,
    ...more,
  };
}

const sees = (who: Viewer, more: Partial<Marking>): boolean => maySee(who, marking(more)).see;

describe('seeing', () => {
  it.each(['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'])('is never refused to the originator: %s', (tlp) => {
    expect(sees(coastal, { tlp })).toBe(true);
  });

  it.each([
    ['CLEAR', [true, true, true]],
    ['GREEN', [true, true, false]],
    ['AMBER', [false, false, false]],
    ['AMBER+STRICT', [false, false, false]],
    ['RED', [false, false, false]],
  ])('of TLP:%s without named recipients: agencies and units as the community, a platform never', (tlp, expected) => {
    expect([border, partner, lumen].map((who) => sees(who, { tlp }))).toEqual(expected);
  });

  it('of OFFICIAL-SENSITIVE needs a platform to be named', () => {
    const terms = { gsc: 'OFFICIAL-SENSITIVE', tlp: 'CLEAR' };
    expect(sees(lumen, terms)).toBe(false);
    expect(sees(partner, terms)).toBe(true);
    expect(sees(lumen, { ...terms, releasableTo: ['lumen'] })).toBe(true);
  });

  it.each(['CLEAR', 'GREEN', 'AMBER'])('of TLP:%s with named recipients is for them and for nobody else', (tlp) => {
    const terms = { tlp, releasableTo: ['partner', 'northern'] };
    expect(sees(partner, terms)).toBe(true);
    expect(sees(border, terms)).toBe(true);
    expect(sees(lumen, terms)).toBe(true);
    expect(sees(viewer('chatter'), terms)).toBe(false);
  });

  it('under a handling instruction of the GSC is for those whom it means', () => {
    const named = { gsc: 'OFFICIAL-SENSITIVE', tlp: 'GREEN', releasableTo: ['border', 'northern', 'lumen'] };
    const seen = (handling: string, more: object = {}) =>
      [border, lumen, partner].map((who) => sees(who, { ...named, handling: [handling], ...more }));
    expect(seen('RECIPIENTS-ONLY')).toEqual([true, true, false]);
    expect(seen('RECIPIENTS-ONLY', { releasableTo: ['northern', 'task-force'] })).toEqual([false, false, false]);
    expect(seen('RECIPIENTS-ONLY', { releasableTo: [] })).toEqual([false, false, false]);
    expect(seen('HMG-USE-ONLY')).toEqual([true, false, false]);
    expect(seen('ORGANISATIONAL-USE-ONLY')).toEqual([false, false, false]);
    expect(sees(coastal, { ...named, handling: ['ORGANISATIONAL-USE-ONLY'] })).toBe(true);
  });

  it('R8: of an unknown code is for the originator only, and not to act on or pass on', () => {
    for (const terms of [
      { gsc: 'PROTECT' },
      { tlp: 'PURPLE' },
      { handling: ['NF'] },
      { handling: ['C'], conditions: ['A9'] },
    ]) {
      const unknown = { tlp: 'CLEAR', releasableTo: ['border'], ...terms };
      expect(maySee(border, marking(unknown))).toEqual({
        see: false,
        act: false,
        disclose: false,
        reasons: ['R8.unknown-code'],
      });
      expect(maySee(coastal, marking(unknown))).toMatchObject({ see: true, act: false, disclose: false });
    }
  });

  it('R9: of AMBER+STRICT is never for a second organisation, even a named one', () => {
    expect(sees(border, { tlp: 'AMBER+STRICT', releasableTo: ['border', 'task-force'] })).toBe(false);
  });

  it('R9: of RED is for organisations that are named themselves, not for their groups', () => {
    expect(sees(border, { tlp: 'RED', releasableTo: ['border'] })).toBe(true);
    expect(sees(border, { tlp: 'RED', releasableTo: ['task-force'] })).toBe(false);
  });

  it('R9: of RED is never for a machine feed, not even the own one', () => {
    expect(sees({ ...border, asks: FEED }, { tlp: 'RED', releasableTo: ['border'] })).toBe(false);
    expect(sees({ ...coastal, asks: FEED }, { tlp: 'RED' })).toBe(false);
    expect(sees({ ...border, asks: FEED }, { tlp: 'AMBER', releasableTo: ['border'] })).toBe(true);
  });

  it('inside a compartment is for those who are in it, also at the originator', () => {
    const terms = { compartment: 'saltmarsh', releasableTo: ['border'] };
    expect(sees(coastal, terms)).toBe(false);
    expect(sees(border, terms)).toBe(false);
    expect(sees({ ...coastal, compartments: ['saltmarsh'] }, terms)).toBe(true);
    expect(sees({ ...border, compartments: ['saltmarsh'] }, terms)).toBe(true);
    expect(sees({ ...partner, compartments: ['saltmarsh'] }, terms)).toBe(false);
    expect(sees({ ...coastal, compartments: ['saltmarsh'] }, { compartment: 'dune+saltmarsh' })).toBe(false);
  });

  it('says on which ground, for the audit', () => {
    expect(maySee(coastal, marking()).reasons).toEqual(['ground.own']);
    expect(maySee(border, marking()).reasons).toEqual(['ground.community']);
    expect(maySee(border, marking({ releasableTo: ['border'] })).reasons).toEqual(['ground.named']);
    expect(maySee(border, marking({ releasableTo: ['task-force'] })).reasons).toEqual(['ground.group']);
    expect(maySee(lumen, marking({ tlp: 'CLEAR' })).reasons).toEqual(['ground.everybody']);
  });

  it('by a group names the agreement that gives it, unless the organisation is in such a group by itself', () => {
    const agreements = [{ group: 'watch', agreement: 'a-1' }];
    const party = viewer('partner', { groups: ['watch'], agreements });
    expect(maySee(party, marking({ releasableTo: ['watch'] })).reasons).toEqual(['ground.agreement:a-1']);
    const both = viewer('border', { groups: ['task-force', 'watch'], agreements });
    expect(maySee(both, marking({ releasableTo: ['task-force', 'watch'] })).reasons).toEqual(['ground.group']);
    expect(sees(party, { releasableTo: ['watch'], tlp: 'RED' })).toBe(false);
    expect(rightsOf(party)).not.toBe(rightsOf(viewer('partner', { groups: ['watch'] })));
  });
});

describe('acting and passing on', () => {
  const under = (conditions: string[], handling = ['C']) => maySee(border, marking({ handling, conditions }));

  it('are free under P', () => {
    expect(under([], ['P'])).toEqual({ see: true, act: true, disclose: true, reasons: ['ground.community'] });
  });

  it('R5: A1 forbids acting until the originator permits it', () => {
    expect(under(['A1', 'S1'])).toMatchObject({ see: true, act: false, disclose: true });
    expect(maySee(coastal, marking({ handling: ['C'], conditions: ['A1', 'S1'] })).act).toBe(false);
  });

  it('A2 forbids overt acts, A3 allows them', () => {
    expect(under(['A2', 'S1']).act).toBe(false);
    expect(under(['A3', 'S1'])).toMatchObject({ act: true, disclose: true });
  });

  it('R6: S2, H2 and ORCON forbid passing on without consent', () => {
    expect(under(['A3', 'S2'])).toMatchObject({ act: true, disclose: false });
    for (const code of ['H2', 'ORCON']) expect(under([], [code])).toMatchObject({ act: true, disclose: false });
  });

  it('R6: H1 keeps out of judicial proceedings and nothing else', () => {
    const h1 = marking({ handling: ['H1'] });
    expect(maySee(border, h1).disclose).toBe(true);
    expect(maySee({ ...border, asks: PROSECUTION }, h1).disclose).toBe(false);
  });

  it('H3 carries restrictions in words, which no rule may read over', () => {
    expect(under([], ['H3'])).toMatchObject({ see: true, act: false, disclose: false });
  });
});

const some = (codes: readonly string[], max = 3): fc.Arbitrary<string[]> =>
  fc.subarray([...codes], { maxLength: Math.min(max, codes.length) });

const markings: fc.Arbitrary<Marking> = fc.record({
  gsc: fc.constantFrom('OFFICIAL', 'OFFICIAL-SENSITIVE', 'OFFICIAL', 'LEGACY'),
  tlp: fc.constantFrom('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED', 'CLEAR', 'GREEN', 'EX'),
  handling: some([...HANDLING, 'NF'], 2),
  conditions: some(['A1', 'A2', 'A3', 'S1', 'S2'], 2),
  releasableTo: fc.oneof(
    fc.constant<string[]>([]),
    some([...WORLD.map((each) => each.organisation), 'task-force', 'northern'], 4),
  ),
  originator: fc.constantFrom(...WORLD.map((each) => each.organisation)),
  compartment: fc.constantFrom(null, null, null, 'saltmarsh', 'dune'),
});

const viewers: fc.Arbitrary<Viewer> = fc
  .record({
    known: fc.constantFrom(...WORLD),
    compartments: some(['saltmarsh', 'dune']),
    asks: fc.constantFrom(undefined, FEED, PROSECUTION, 'OP-1'),
  })
  .map(({ known, compartments, asks }) => ({
    ...known,
    subject: 'somebody',
    roles: ['analyst'],
    compartments,
    ...(asks === undefined ? {} : { asks }),
  }));

/** Inputs that the deriver may see, so that most runs combine something; refusing the others is a case of its own. */
const derivations = fc
  .record({ deriver: viewers, all: fc.array(markings, { minLength: 1, maxLength: 12 }) })
  .map(({ deriver, all }) => ({ deriver, inputs: all.filter((each) => maySee(deriver, each).see).slice(0, 4) }))
  .filter(({ inputs }) => inputs.length > 0);

describe('R4: the marking of what is derived', () => {
  it('lets nobody see, act or pass on who may not do so with each input', () => {
    let seenByOthers = 0;
    fc.assert(
      fc.property(derivations, fc.array(viewers, { minLength: 8, maxLength: 8 }), ({ deriver, inputs }, others) => {
        const derived = combineMarkings(inputs, deriver);
        for (const other of others) {
          const result = maySee(other, derived);
          const each = inputs.map((input) => maySee(other, input));
          if (result.see) expect(each.every((decision) => decision.see)).toBe(true);
          if (result.act) expect(each.every((decision) => decision.act)).toBe(true);
          if (result.disclose) expect(each.every((decision) => decision.disclose)).toBe(true);
          if (result.see && other.organisation !== deriver.organisation) seenByOthers += 1;
        }
      }),
      { numRuns: 5000 },
    );
    // A rule that hides everything would pass the above.
    expect(seenByOthers).toBeGreaterThan(500);
  });

  it('stays visible to who derived it', () => {
    fc.assert(
      fc.property(derivations, ({ deriver, inputs }) => maySee(deriver, combineMarkings(inputs, deriver)).see),
      { numRuns: 2000 },
    );
  });

  it('does not depend on order or repetition, and combining again changes nothing', () => {
    fc.assert(
      fc.property(derivations, ({ deriver, inputs }) => {
        const derived = combineMarkings(inputs, deriver);
        expect(combineMarkings([...inputs].reverse(), deriver)).toEqual(derived);
        expect(combineMarkings([...inputs, ...inputs], deriver)).toEqual(derived);
        expect(combineMarkings([derived, ...inputs], deriver)).toEqual(derived);
      }),
      { numRuns: 2000 },
    );
  });

  it('cannot be made of what the deriver may not see, and the refusal looks like absence', () => {
    const refuse = (): Marking => combineMarkings([marking(), marking({ tlp: 'RED' })], border);
    expect(refuse).toThrow(AccessRefusal);
    expect(refuse).toThrow(expect.objectContaining({ kind: 'NotReleasable' }));
  });

  it('takes the strictest labels, all restrictions, and the recipients that all inputs name', () => {
    const given = [
      marking({ tlp: 'AMBER', handling: ['P'], releasableTo: ['border', 'partner'] }),
      marking({
        gsc: 'OFFICIAL-SENSITIVE',
        handling: ['C'],
        conditions: ['A1', 'S2'],
        releasableTo: ['border', 'lumen'],
      }),
    ];
    expect(combineMarkings(given, border)).toEqual({
      gsc: 'OFFICIAL-SENSITIVE',
      tlp: 'AMBER',
      handling: ['C'],
      conditions: ['A1', 'S2'],
      releasableTo: ['border', 'coastal'],
      originator: 'border',
      compartment: null,
    });
  });
});

describe('rights', () => {
  it('with one text allow the same, so that what is kept for one viewer may serve the other', () => {
    fc.assert(
      fc.property(viewers, viewers, markings, (one, other, each) => {
        if (rightsOf(one) === rightsOf(other)) expect(maySee(one, each)).toEqual(maySee(other, each));
      }),
      { numRuns: 20_000 },
    );
  });
});
