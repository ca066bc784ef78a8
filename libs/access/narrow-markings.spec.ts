import * as fc from 'fast-check';
import { canonicalMarking, type Marking } from '#events';
import { maySee } from './may-see.js';
import { isAtMostAsWide, narrowedBy } from './narrow-markings.js';
import type { Viewer } from './viewer.js';

const ORGANISATIONS = ['coastal', 'border', 'partner', 'lumen'] as const;
const NAMES = [...ORGANISATIONS, 'task-force', 'northern'];

const markings: fc.Arbitrary<Marking> = fc.record({
  gsc: fc.constantFrom('OFFICIAL', 'OFFICIAL-SENSITIVE'),
  tlp: fc.constantFrom('CLEAR', 'GREEN', 'GREEN', 'AMBER', 'AMBER', 'AMBER+STRICT', 'RED', 'EX'),
  handling: fc.subarray(
    ['P', 'C', 'H2', 'ORCON', 'AGENCIES-ONLY', 'RECIPIENTS-ONLY', 'ORGANISATIONAL-USE-ONLY', 'HMG-USE-ONLY'],
    {
      maxLength: 2,
    },
  ),
  conditions: fc.subarray(['A1', 'A3', 'S1', 'S2'], { maxLength: 2 }),
  releasableTo: fc.oneof(fc.constant<string[]>([]), fc.subarray(NAMES, { minLength: 1, maxLength: 4 })),
  originator: fc.constantFrom(...ORGANISATIONS),
  compartment: fc.constantFrom(null, null, null, 'saltmarsh', 'dune'),
});
const viewers: fc.Arbitrary<Viewer> = fc.record({
  organisation: fc.constantFrom(...ORGANISATIONS),
  kind: fc.constantFrom('agency', 'unit', 'platform'),
  subject: fc.constant('somebody'),
  roles: fc.constant(['analyst'] as const),
  groups: fc.subarray(['task-force', 'northern']),
  compartments: fc.subarray(['saltmarsh', 'dune']),
});

/** Whether somebody other than its originator may do with the one what the other forbids them. */
const allowsMore = (one: Marking, other: Marking, viewer: Viewer): boolean => {
  const [may, limit] = [maySee(viewer, one), maySee(viewer, other)];
  return (
    viewer.organisation !== one.originator &&
    ((may.see && !limit.see) || (may.act && !limit.act) || (may.disclose && !limit.disclose))
  );
};

describe('R4: a marking that is at most as wide as another', () => {
  it('lets nobody but its own originator see, act or pass on where the other does not', () => {
    let wider = 0;
    fc.assert(
      fc.property(markings, markings, fc.array(viewers, { minLength: 6, maxLength: 6 }), (one, other, all) => {
        // Two random markings are seldom comparable; what was narrowed always is.
        for (const marking of [one, narrowedBy(one, other)])
          if (isAtMostAsWide(marking, other))
            for (const viewer of all) expect(allowsMore(marking, other, viewer)).toBe(false);
          else wider += 1;
      }),
      { numRuns: 600 },
    );
    expect(wider).toBeGreaterThan(150);
  });
});

describe('R4: what is narrowed because of what it rests on', () => {
  it('is at most as wide as both, keeps its originator, and is not narrowed further by the same', () => {
    fc.assert(
      fc.property(markings, markings, fc.array(viewers, { minLength: 6, maxLength: 6 }), (derived, basis, all) => {
        const narrowed = narrowedBy(derived, basis);
        expect(narrowed.originator).toBe(derived.originator);
        expect(isAtMostAsWide(narrowed, basis)).toBe(true);
        expect(canonicalMarking(narrowedBy(narrowed, basis))).toBe(canonicalMarking(narrowed));
        for (const viewer of all)
          for (const input of [derived, basis]) expect(allowsMore(narrowed, input, viewer)).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it('names nobody whom it did not name before: its readers may not know to whom the other is released', () => {
    fc.assert(
      fc.property(markings, markings, (derived, basis) => {
        const known = [...derived.releasableTo, derived.originator];
        expect(known).toEqual(expect.arrayContaining(narrowedBy(derived, basis).releasableTo));
      }),
      { numRuns: 600 },
    );
  });

  it('stays as it is where it already carries every restriction', () => {
    const basis: Marking = {
      gsc: 'OFFICIAL',
      tlp: 'GREEN',
      handling: [],
      conditions: [],
      releasableTo: [],
      originator: 'coastal',
      compartment: null,
    };
    const handling = ['AGENCIES-ONLY'];
    const derived: Marking = { ...basis, tlp: 'AMBER', handling, releasableTo: ['partner'], originator: 'border' };
    expect(narrowedBy(derived, basis)).toBe(derived);
    const forOne: Marking = { ...basis, tlp: 'AMBER', releasableTo: ['partner'] };
    expect(narrowedBy({ ...basis, originator: 'border' }, forOne)).toMatchObject({
      tlp: 'AMBER',
      releasableTo: ['border'],
      originator: 'border',
    });
  });
});
