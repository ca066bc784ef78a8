import fc from 'fast-check';
import type { EventDraft, KnownEvent, Marking, Refusal } from '#events';
import { dataFault } from '#events';
import { isAtMostAsWide, type Viewer } from '#access';
import { assertionBody } from '../../../test/support/assertions.js';
import { decide, type AssertionCommand } from './assertion.js';
import { assertionFrom, type AssertionState, type KnownAssertion } from './assertion-state.js';
import type { AssertionGiven } from './given.js';
import { narrowedByRule, type Regrade } from './regrade.js';
import { narrowingsOf, type Edge } from './rests-on.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const PARTNER = '913fa6d4-0a04-4f43-9d86-00000000a004';
const ID = '0193a1f2-7c00-7000-8000-000000000001';
const ORIGINAL = '0193a1f2-7c00-7000-8000-00000000000f';
const NOW = new Date('2026-11-22T12:00:00Z');

const member = (changes: Partial<Viewer> = {}): Viewer => ({
  organisation: COASTAL,
  kind: 'agency',
  subject: 'analyst-1',
  roles: ['analyst'],
  groups: [],
  compartments: [],
  ...changes,
});
const analyst = member();
const authoriser = member({ roles: ['authoriser'], subject: 'authoriser-1' });

const amberFor = (...releasableTo: string[]) => ({
  gsc: 'OFFICIAL-SENSITIVE',
  tlp: 'AMBER',
  handling: ['P'],
  releasableTo,
});
const marking = (changes: Partial<Marking> = {}): Marking => ({
  gsc: 'OFFICIAL-SENSITIVE',
  tlp: 'AMBER',
  handling: ['P'],
  conditions: [],
  releasableTo: [BORDER, PARTNER],
  originator: COASTAL,
  compartment: null,
  ...changes,
});
const GRADING = { scheme: '3x5x2', source: '3', information: 'E' } as const;

function recorded(draft: EventDraft, streamVersion: number): KnownEvent {
  return {
    ...draft,
    source: draft.actor.organisation,
    stream: `assertion-${ID}`,
    streamVersion,
    recordedTime: NOW.toISOString(),
    correlationId: 'c',
  } as unknown as KnownEvent;
}

function made(changes: object = {}, viewer = analyst, restsOn: Marking[] = []): KnownEvent {
  const given = assertionBody({ marking: amberFor(BORDER, PARTNER), ...changes }) as unknown as AssertionGiven;
  const command: AssertionCommand = {
    type: 'make',
    id: ID,
    given,
    by: { viewer, role: 'analyst' },
    now: NOW,
    keyOf: () => 'key',
    categoriseWithinDays: 28,
    restsOn: new Map(restsOn.map((each) => [ORIGINAL, each])),
  };
  return recorded(decide({ status: 'absent' }, command), 1);
}

const regrading = (viewer: Viewer, changes: Partial<Regrade> = {}): Regrade => ({
  type: 'regrade',
  id: '0193a1f2-7c00-7000-8000-000000000002',
  reason: 'Assessed anew.',
  purpose: 'operation-tern',
  by: { viewer, role: viewer.roles[0]! },
  now: NOW,
  restsOn: new Map(),
  ...changes,
});

const withdrawing = (viewer: Viewer): AssertionCommand => ({
  type: 'withdraw',
  id: '0193a1f2-7c00-7000-8000-000000000003',
  reason: 'It was a relative.',
  purpose: 'operation-tern',
  by: { viewer, role: 'analyst' },
  now: NOW,
});

function outcome(state: AssertionState, command: AssertionCommand): EventDraft | string {
  try {
    return decide(state, command);
  } catch (error) {
    return (error as Refusal).code;
  }
}

describe('R1: a regrade', () => {
  const first = made();

  it('is a record of its own with grader, time and reason; the first grading stays where it is', () => {
    const draft = decide(assertionFrom([first]), regrading(analyst, { grading: GRADING }));
    expect(draft).toMatchObject({
      body: {
        type: 'assertion.regraded',
        data: { reason: 'Assessed anew.', statements: [{ index: 0, relation: 'USES_NUMBER' }] },
      },
      actor: { organisation: COASTAL, user: 'analyst-1', role: 'analyst' },
      time: { at: '2026-11-22T12:00:00Z' },
      grading: GRADING,
      marking: marking(),
      basis: [ID],
      statementKind: { kind: 'fact' },
    });
    expect(dataFault('assertion.regraded', draft.body.data)).toBeUndefined();
    const state = assertionFrom([first, recorded(draft, 2)]) as KnownAssertion;
    expect(state.grading).toEqual(GRADING);
    expect(state.made.grading).toMatchObject({ source: '2', information: 'B' });
  });

  it('of the marking alone says nothing about the grading', () => {
    const draft = decide(assertionFrom([first]), regrading(analyst, { marking: amberFor(BORDER) }));
    expect(draft).not.toHaveProperty('grading');
    expect(assertionFrom([first, recorded(draft, 2)])).toMatchObject({ grading: { source: '2' } });
  });

  it('needs the scheme of its grading, something new, and something at all', () => {
    const state = assertionFrom([first]);
    const grading = { source: '1', information: 'A' } as never;
    expect(outcome(state, regrading(analyst, { grading }))).toBe('grading.scheme');
    expect(outcome(state, regrading(analyst))).toBe('regrade.empty');
    const same = { scheme: '3x5x2', source: '2', information: 'B' } as const;
    expect(outcome(state, regrading(analyst, { marking: amberFor(PARTNER, BORDER), grading: same }))).toBe(
      'regrade.nothing-new',
    );
  });
});

describe('a regrade of the marking', () => {
  const first = made();
  const state = assertionFrom([first]);

  it('that narrows is for whoever may say it; one that lets anybody see more is for an authoriser', () => {
    for (const viewer of [analyst, authoriser, member({ roles: ['referrer'] })])
      expect(outcome(state, regrading(viewer, { marking: amberFor(BORDER) }))).toMatchObject({
        actor: { role: viewer.roles[0] },
        marking: { releasableTo: [BORDER] },
      });
    for (const wider of [{ ...amberFor(BORDER, PARTNER), tlp: 'GREEN' }, amberFor(BORDER, 'northern')]) {
      expect(outcome(state, regrading(analyst, { marking: wider }))).toBe('regrade.widens');
      expect(outcome(state, regrading(authoriser, { marking: wider }))).toMatchObject({
        actor: { role: 'authoriser' },
      });
    }
    const both = member({ roles: ['analyst', 'authoriser'] });
    expect(outcome(state, regrading(both, { marking: amberFor() }))).toMatchObject({ actor: { role: 'analyst' } });
    expect(outcome(state, regrading(both, { marking: amberFor('northern') }))).toMatchObject({
      actor: { role: 'authoriser' },
    });
  });

  it('R7: above what may be held is told alone', () => {
    const secret = { ...amberFor('NOT A NAME'), gsc: 'SECRET' };
    expect(outcome(state, regrading(authoriser, { marking: secret }))).toBe('marking.above-official');
  });

  it('of nothing, of what the caller may not see, and of what another organisation said is refused', () => {
    expect(outcome({ status: 'absent' }, regrading(analyst, { grading: GRADING }))).toBe('assertion.unknown');
    const border = member({ organisation: BORDER });
    expect(outcome(state, regrading(border, { grading: GRADING }))).toBe('assertion.not-yours');
    const hidden = assertionFrom([made({ marking: amberFor() })]);
    expect(outcome(hidden, regrading(border, { grading: GRADING }))).toBe('assertion.not-releasable');
  });

  it('decides from then on who sees, withdraws and regrades, also after a withdrawal', () => {
    const narrowed = recorded(decide(state, regrading(analyst, { marking: amberFor() })), 2);
    const after = assertionFrom([first, narrowed]);
    const border = member({ organisation: BORDER });
    expect(outcome(after, regrading(border, { grading: GRADING }))).toBe('assertion.not-releasable');
    const withdrawal = decide(after, withdrawing(analyst));
    expect(withdrawal.marking).toEqual(marking({ releasableTo: [] }));
    const gone = assertionFrom([first, narrowed, recorded(withdrawal, 3)]);
    const again = decide(gone, regrading(authoriser, { marking: amberFor(BORDER) }));
    expect(again.marking.releasableTo).toEqual([BORDER]);
    expect(assertionFrom([first, narrowed, recorded(withdrawal, 3), recorded(again, 4)])).toMatchObject({
      status: 'withdrawn',
      version: 4,
      marking: { releasableTo: [BORDER] },
    });
  });

  it('R4: does not make it wider than what it rests on, and says nothing of what was taken away meanwhile', () => {
    const basis = marking({ originator: PARTNER, releasableTo: [COASTAL, BORDER] });
    const derived = assertionFrom([made({ basis: [ORIGINAL], marking: amberFor(BORDER) }, analyst, [basis])]);
    const wider = { marking: amberFor(BORDER, 'northern') };
    const on = (each: Marking) => ({ ...wider, restsOn: new Map([[ORIGINAL, each]]) });
    expect(outcome(derived, regrading(authoriser, on(basis)))).toBe('marking.wider-than-basis');
    const narrowed = marking({ originator: PARTNER, releasableTo: [BORDER] });
    for (const known of [on(narrowed), wider]) {
      let refusal: Refusal | undefined;
      try {
        decide(derived, regrading(authoriser, known));
      } catch (error) {
        refusal = error as Refusal;
      }
      expect(refusal).toMatchObject({ code: 'marking.wider-than-basis' });
      expect(JSON.stringify(refusal?.faults)).not.toContain(PARTNER);
    }
    expect(outcome(derived, regrading(analyst, { marking: amberFor(), restsOn: new Map() }))).toMatchObject({
      marking: { releasableTo: [] },
    });
  });
});

describe('R4: what rests on something that was narrowed', () => {
  const stream = (n: number): string => `assertion-${n}`;
  const knownAs = (each: Marking, source = each.originator): KnownAssertion => ({
    ...(assertionFrom([{ ...made(), source } as KnownEvent]) as KnownAssertion),
    marking: each,
  });
  const green = (originator: string): Marking =>
    marking({ tlp: 'GREEN', handling: [], releasableTo: [], originator, gsc: 'OFFICIAL' });

  it('is narrowed with it across organisations, as is what rests on that; what carries it all already stays', () => {
    const edges: Edge[] = [
      { basis: stream(0), derived: stream(1) },
      { basis: stream(1), derived: stream(2) },
      { basis: stream(0), derived: stream(3) },
      { basis: stream(3), derived: stream(4) },
    ];
    const states = new Map([
      [stream(1), knownAs(green(BORDER))],
      [stream(2), knownAs(green(COASTAL))],
      [stream(3), knownAs(marking({ releasableTo: [], tlp: 'AMBER+STRICT', originator: PARTNER }))],
      [stream(4), knownAs(marking({ releasableTo: [], tlp: 'AMBER+STRICT', originator: PARTNER }))],
    ]);
    const found = narrowingsOf(stream(0), marking({ releasableTo: [PARTNER], conditions: ['A1'] }), edges, states).sort(
      (one, other) => (one.stream < other.stream ? -1 : 1),
    );
    expect(found.map(({ stream, marking }) => [stream, marking.originator, marking.releasableTo])).toEqual([
      [stream(1), BORDER, [BORDER]],
      [stream(2), COASTAL, [COASTAL]],
      // It has to forbid what is forbidden now, though nobody sees less.
      [stream(3), PARTNER, [PARTNER]],
      [stream(4), PARTNER, [PARTNER]],
    ]);
    for (const { marking } of found) expect(marking.conditions).toContain('A1');
    const wide = marking({ releasableTo: [], tlp: 'AMBER' });
    expect(narrowingsOf(stream(3), { ...wide, tlp: 'GREEN' }, edges, states)).toEqual([]);
  });

  it('ends, whatever rests on what, with nothing wider than what it rests on', () => {
    const names = [COASTAL, BORDER, PARTNER];
    const any = fc.record({
      gsc: fc.constantFrom('OFFICIAL', 'OFFICIAL-SENSITIVE'),
      tlp: fc.constantFrom('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'),
      handling: fc.subarray(['P', 'ORCON'], { maxLength: 1 }),
      conditions: fc.constant<string[]>([]),
      releasableTo: fc.subarray(names),
      originator: fc.constantFrom(...names),
      compartment: fc.constantFrom(null, null, 'saltmarsh'),
    });
    const graph = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(any, fc.array(any, { minLength: 6, maxLength: 6 }), graph, (root, markings, bases) => {
        // Each rests on some that were there before it, the root among them.
        const edges = bases.flatMap((of, at) =>
          [...new Set(of.map((each) => each % (at + 1)))].map((b) => ({ basis: stream(b), derived: stream(at + 1) })),
        );
        const states = new Map(bases.map((_, at) => [stream(at + 1), knownAs(markings[at]!)]));
        const after = new Map(narrowingsOf(stream(0), root, edges, states).map((each) => [each.stream, each.marking]));
        const changed = new Set([stream(0), ...after.keys()]);
        const now = (name: string): Marking =>
          name === stream(0) ? root : (after.get(name) ?? states.get(name)!.marking);
        for (const { basis, derived } of edges)
          if (changed.has(basis)) expect(isAtMostAsWide(now(derived), now(basis))).toBe(true);
        for (const name of after.keys()) expect(isAtMostAsWide(now(name), states.get(name)!.marking)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is narrowed by a rule, in its own name: nothing tells who did what to what it rests on', () => {
    const known = knownAs(green(BORDER));
    const draft = narrowedByRule(known, marking({ originator: BORDER, releasableTo: [BORDER] }), { id: ID, now: NOW });
    expect(draft).toMatchObject({
      body: { data: { reason: 'narrowed because what it rests on was narrowed' } },
      actor: { organisation: BORDER, user: 'rule:R4', role: 'rule' },
      purpose: 'marking-follows-basis',
      basis: [known.made.id],
    });
    expect(draft).not.toHaveProperty('grading');
    expect(dataFault('assertion.regraded', draft.body.data)).toBeUndefined();
  });
});
