import fc from 'fast-check';
import { maySee, type Ancestor, type Permission, type Viewer } from '#access';
import {
  audienceOf,
  bodyOf,
  dataFault,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type ReleaseRule,
  type Refusal,
} from '#events';
import { copiedStatements, copyDraft, copyFaults, copyMarking, chosen, type CopyTerms, type Original } from './copy.js';
import { explain } from './explanation.js';
import { decideRelease, type ReleaseDecision } from './outward.js';
import type { KnownRecipient } from './recipients.js';
import { decide, propose, type ReleaseCommand } from './release.js';
import { releaseFrom, type KnownRelease } from './release-state.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const PARTNER = '913fa6d4-0a04-4f43-9d86-00000000a004';
const LUMEN = 'a86d90e5-0a05-4054-8e97-00000000a005';
const NOW = new Date('2026-11-22T12:00:00Z');
const id = (n: number): string => `0193a1f2-7c00-7000-8000-${String(n).padStart(12, '0')}`;

const member = (subject: string, more: Partial<Viewer> = {}): Viewer => ({
  organisation: BORDER,
  kind: 'unit',
  subject,
  roles: ['authoriser'],
  groups: ['task-force'],
  compartments: [],
  ...more,
});
const ana = member('ana');
const bea = member('bea');
const partner: KnownRecipient = { organisation: PARTNER, name: 'Partner Agency', kind: 'agency', groups: [] };
const lumen: KnownRecipient = { organisation: LUMEN, name: 'Lumen Video', kind: 'platform', groups: [] };

function ancestor(n: number, marking: Partial<Marking> = {}): Ancestor {
  return {
    event: id(n),
    marking: {
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: [],
      conditions: [],
      releasableTo: [BORDER],
      originator: COASTAL,
      compartment: null,
      ...marking,
    },
    grading: { scheme: '3x5x2', source: '1', information: 'A' },
    statementKind: { kind: 'fact' },
  };
}
const own = ancestor(1, { originator: BORDER, releasableTo: [] });

const original = {
  ...({} as Original),
  id: id(1),
  origin: 'report 17',
  time: { at: '2026-03-09', precision: 'day' },
  body: bodyOf('assertion.made', {
    subject: { kind: 'account', key: 'telegram:1', raw: 'seen by our man in the group' },
    statements: [
      {
        relation: 'USES_NUMBER',
        object: { kind: 'phone-number', key: '+447700900123', raw: '07700 900123 (from H.)' },
      },
      { relation: 'STATED', property: 'text', value: 'H. told us that he drives.' },
    ],
  }),
} as Original;

describe('a copy', () => {
  const sanitised: CopyTerms = {
    form: 'sanitised',
    statements: [{ index: 1, value: 'He drives.' }],
    words: 'An account.',
  };
  const content = (terms: CopyTerms) => ({
    item: id(1),
    form: terms.form,
    statements: chosen(terms, original),
    ...(terms.words === undefined ? {} : { words: terms.words }),
    recipients: [{ organisation: PARTNER, via: 'named' }],
    marking: copyMarking(terms, [own], BORDER, [PARTNER]),
  });

  it('that is plain says what the original says, and goes back to the same report', () => {
    const terms: CopyTerms = { form: 'plain' };
    expect(copiedStatements(content(terms), original)).toEqual(original.body.data.statements);
    const draft = copyDraft(content(terms), original, own, { id: id(9), actor: actor('ana'), purpose: 'x' });
    expect(draft).toMatchObject({ basis: [id(1)], origin: 'report 17', grading: { source: '1' } });
    expect(dataFault(draft.body.type, draft.body.data)).toBeUndefined();
  });

  it('that is sanitised says what was chosen in the words agreed, and nothing of how it was first written down', () => {
    const draft = copyDraft(content(sanitised), original, own, { id: id(9), actor: actor('ana'), purpose: 'x' });
    expect(draft.body.data).toEqual({
      subject: { kind: 'account', key: 'telegram:1' },
      statements: [
        { relation: 'STATED', property: 'text', value: 'He drives.' },
        { relation: 'STATED', property: 'form-of-words', value: 'An account.' },
      ],
    });
    expect(draft.origin).toBeUndefined();
    const link = copiedStatements(content({ form: 'sanitised', statements: [{ index: 0 }] }), original);
    expect(JSON.stringify([draft, link])).not.toMatch(/H\.|our man|report/);
  });

  it('says nothing that was taken back since, whether all is chosen or that very statement', () => {
    const partly: Original = { ...original, ended: [0] };
    expect(chosen({ form: 'plain' }, partly)).toEqual([{ index: 1 }]);
    const faults = copyFaults({ form: 'plain', statements: [{ index: 0 }] }, partly, [own]);
    expect(faults.map(({ code }) => code)).toEqual(['release.no-such-statement']);
  });

  it.each<[string, CopyTerms]>([
    ['/statements/0/index release.no-such-statement', { form: 'plain', statements: [{ index: 2 }] }],
    ['/statements/1/index release.statement-twice', { form: 'plain', statements: [{ index: 1 }, { index: 1 }] }],
    ['/statements/0/value release.link-reworded', { form: 'sanitised', statements: [{ index: 0, value: 'x' }] }],
    ['/statements/0/value release.plain-reworded', { form: 'plain', statements: [{ index: 1, value: 'x' }] }],
    ['/words release.plain-reworded', { form: 'plain', statements: [{ index: 1 }], words: 'x' }],
    ['/statements release.nothing', { form: 'sanitised', statements: [] }],
    ['/tlp release.plain-lowered', { form: 'plain', tlp: 'GREEN' }],
    ['/tlp marking.unknown-code', { form: 'sanitised', tlp: 'AMBER+STRICT' }],
  ])('is refused by its place: %s', (fault, terms) => {
    expect(copyFaults(terms, original, [own]).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([fault]);
  });

  it('R4: keeps every code of what it rests on, and is for exactly those who are named', () => {
    const codes = (...all: string[]) => fc.subarray(all);
    const markings = fc.record({
      tlp: fc.constantFrom('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'),
      handling: codes('P', 'C', 'H1', 'H2', 'H3', 'ORCON', 'AGENCIES-ONLY', 'RECIPIENTS-ONLY', 'HMG-USE-ONLY'),
      conditions: codes('A1', 'A2', 'A3', 'S1', 'S2'),
      releasableTo: codes(BORDER, PARTNER, LUMEN, 'task-force'),
    });
    fc.assert(
      fc.property(fc.array(markings, { minLength: 1, maxLength: 4 }), (inputs) => {
        const ancestry = inputs.map((marking, place) => ancestor(place, marking));
        const marking = copyMarking({ form: 'plain' }, ancestry, BORDER, [PARTNER]);
        for (const input of inputs) {
          expect(marking.conditions).toEqual(expect.arrayContaining(input.conditions));
          expect([...marking.handling, 'P']).toEqual(expect.arrayContaining(input.handling));
        }
        const { name: _, ...to } = partner;
        expect(maySee({ ...to, subject: '', roles: [], compartments: [] }, marking).see).toBe(true);
        for (const other of [
          lumen,
          { ...lumen, organisation: COASTAL, kind: 'agency' as const, groups: ['task-force'] },
        ])
          expect(maySee({ ...other, subject: '', roles: [], compartments: [] }, marking).see).toBe(false);
      }),
    );
  });
});

function actor(user: string): EventDraft['actor'] {
  return { organisation: BORDER, user, role: 'analyst' };
}

function weighed(ancestry: readonly Ancestor[], more: Partial<Parameters<typeof decideRelease>[0]> = {}) {
  const recipients = more.recipients ?? [{ to: partner, via: 'group:northern' }];
  const form = more.form ?? 'plain';
  const ids = recipients.map(({ to }) => to.organisation);
  const marking = copyMarking({ form }, ancestry, BORDER, ids);
  return decideRelease({ by: ana, form, ancestry, permissions: [], recipients, marking, now: NOW, ...more });
}

describe('what stands in the way of a release', () => {
  const s2 = ancestor(2, { handling: ['C'], conditions: ['A3', 'S2'], releasableTo: [BORDER, PARTNER] });

  it('R6: under S2 is the consent of the originator for each recipient, which counts when it is there', () => {
    const decision = weighed([own, s2]);
    expect(decision.needs).toEqual([{ originator: COASTAL, event: id(2), action: 'disclose', recipient: PARTNER }]);
    const permission: Permission = {
      permission: id(70),
      originator: COASTAL,
      holder: BORDER,
      action: 'disclose',
      recipient: PARTNER,
      of: [{ event: id(2), under: audienceOf(s2.marking) }],
    };
    const consented = weighed([own, s2], { permissions: [permission] });
    expect(consented.needs).toEqual([]);
    expect(consented.basis).toMatchObject({ permissions: [id(70)], needs: [] });
    expect(consented.basis.reasons).toContain(`recipient.group:northern -> ${PARTNER}`);
  });

  it('is told for each recipient: what is open to an agency is not to a platform', () => {
    const agencies = ancestor(2, { originator: BORDER, handling: ['AGENCIES-ONLY'] });
    const recipients = [partner, lumen].map((to) => ({ to, via: 'named' }));
    const { recipients: decided, barred } = weighed([own, agencies], { recipients });
    expect(decided.map(({ decision }) => decision.allowed)).toEqual([true, false]);
    expect(barred).toEqual([`agencies-only:${id(2)} -> ${LUMEN}`, `copy.agencies-only -> ${LUMEN}`]);
  });
});

const FREE = weighed([own]);

function proposal(rule: ReleaseRule, decision: ReleaseDecision = FREE): EventDraft {
  return propose({
    id: id(50),
    release: id(51),
    now: NOW,
    purpose: 'operation-tern',
    by: ana,
    role: 'analyst',
    content: {
      item: id(1),
      form: 'plain',
      statements: [{ index: 0 }],
      recipients: [{ organisation: PARTNER, via: 'named' }],
      marking: copyMarking({ form: 'plain' }, [own], BORDER, [PARTNER]),
    },
    rule,
    hours: 24,
    decision,
    compartment: 'saltmarsh',
  });
}

function given(...drafts: EventDraft[]): KnownRelease {
  return releaseFrom(recorded(drafts)) as KnownRelease;
}

function recorded(drafts: readonly EventDraft[]): KnownEvent[] {
  return drafts.map((draft, place) => {
    expect(dataFault(draft.body.type, draft.body.data)).toBeUndefined();
    const log = { source: BORDER, stream: `release-${id(51)}`, streamVersion: place + 1, correlationId: 'c' };
    return { ...draft, ...log, recordedTime: NOW.toISOString() } as unknown as KnownEvent;
  });
}

const act = { id: id(60), now: NOW, purpose: 'operation-tern' };
const approving = (viewer: Viewer): ReleaseCommand => ({
  ...act,
  type: 'approve',
  decider: { viewer },
  decision: FREE,
  sameRecipients: true,
});
const carrying = (more: Partial<Extract<ReleaseCommand, { type: 'carry-out' }>> = {}): ReleaseCommand => ({
  ...act,
  type: 'carry-out',
  by: ana,
  role: 'analyst',
  copy: id(61),
  decision: FREE,
  sameRecipients: true,
  ...more,
});
const holding = (by: Viewer, until: string): ReleaseCommand => ({
  ...act,
  type: 'hold',
  by,
  role: 'analyst',
  reason: 'An arrest is planned.',
  until,
});
const resuming = (by: Viewer, override = false): ReleaseCommand => ({
  ...act,
  type: 'resume',
  by,
  role: 'analyst',
  reason: 'It is over.',
  ...(override ? { decider: { viewer: by } } : {}),
});

function refusal(run: () => unknown): Partial<Refusal> {
  try {
    run();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('nothing was refused');
}

/** Decides each command in turn and gives all events. */
function after(rule: ReleaseRule, ...commands: ReleaseCommand[]): EventDraft[] {
  return commands.reduce<EventDraft[]>(
    (drafts, command) => [...drafts, decide(given(...drafts), command)],
    [proposal(rule)],
  );
}

describe('a release', () => {
  it('is a matter of the organisation and of the circle of what it rests on', () => {
    expect(proposal('one-person').marking).toMatchObject({
      tlp: 'AMBER+STRICT',
      releasableTo: [],
      originator: BORDER,
      compartment: 'saltmarsh',
    });
  });

  it('that no consent can make possible is not even proposed', () => {
    const barred = weighed([own, ancestor(2, { tlp: 'AMBER+STRICT' })]);
    expect(refusal(() => proposal('one-person', barred))).toMatchObject({ code: 'release.barred' });
  });

  it.each<[ReleaseRule, Viewer[], string[]]>([
    ['one-person', [ana], ['approved']],
    ['two-persons', [ana, bea], ['release.two-persons', 'approved']],
    [
      'two-approvers',
      [ana, bea, bea, member('cid')],
      ['release.two-persons', 'proposed', 'release.two-persons', 'approved'],
    ],
  ])('under the rule %s is approved by whom the rule asks for', (rule, approvers, outcomes) => {
    let drafts = [proposal(rule)];
    const got = approvers.map((approver) => {
      try {
        drafts = [...drafts, decide(given(...drafts), approving(approver))];
        return given(...drafts).status;
      } catch (error) {
        return (error as Refusal).code;
      }
    });
    expect(got).toEqual(outcomes);
  });

  it('goes out only when it is approved, not held, permitted, and still what was approved', () => {
    expect(refusal(() => decide(given(...after('one-person')), carrying())).code).toBe('release.not-approved');
    const approved = after('one-person', approving(ana));
    const needs = [{ originator: COASTAL, event: id(2), action: 'disclose' as const, recipient: PARTNER }];
    const refused = (more: Parameters<typeof carrying>[0]) => refusal(() => decide(given(...approved), carrying(more)));
    expect(refused({ decision: { ...FREE, needs, basis: { ...FREE.basis, needs } } })).toMatchObject({
      code: 'release.permission-missing',
      message: expect.stringContaining(COASTAL) as string,
    });
    expect(refused({ sameRecipients: false }).code).toBe('release.recipients-changed');
    expect(refused({ decision: { ...FREE, barred: ['withdrawn'] } }).code).toBe('release.barred');
    const done = [...approved, decide(given(...approved), carrying())];
    expect(given(...done)).toMatchObject({ status: 'carried-out', copy: id(61) });
    expect(refusal(() => decide(given(...done), carrying())).code).toBe('release.ended');
  });

  it('that is held waits until the hold ends, is lifted by who set it, or is overridden by an authoriser', () => {
    const held = after('one-person', approving(ana), holding(bea, '2026-11-23T00:00:00Z'));
    const state = given(...held);
    expect(refusal(() => decide(state, carrying())).code).toBe('release.held');
    expect(decide(state, carrying({ now: new Date('2026-11-23T00:00:00Z') })).body.type).toBe('release.carried-out');
    expect(decide(state, resuming(bea)).body.data).toMatchObject({ override: false });
    expect(refusal(() => decide(state, resuming(ana))).code).toBe('release.held-by-another');
    expect(decide(state, resuming(ana, true)).body.data).toMatchObject({ override: true });
    expect(refusal(() => decide(state, holding(ana, '2026-11-24T00:00:00Z'))).code).toBe('release.held');
    for (const until of ['2026-11-22T12:00:00Z', '2027-11-22T12:00:00Z'])
      expect(refusal(() => decide(given(...after('one-person')), holding(ana, until))).code).toBe('release.hold-until');
  });

  it('whose hold was overridden is noted by another authoriser, once', () => {
    const overridden = after('one-person', holding(bea, '2026-11-23T00:00:00Z'), resuming(ana, true));
    const note = (viewer: Viewer): ReleaseCommand => ({ ...act, type: 'note', decider: { viewer } });
    expect(refusal(() => decide(given(...overridden), note(ana))).code).toBe('release.two-persons');
    const noted = [...overridden, decide(given(...overridden), note(bea))];
    expect(refusal(() => decide(given(...noted), note(bea))).code).toBe('release.not-overridden');
  });

  it('can be explained later in words: by which rule, policy and consent, and what was known', () => {
    const steps = explain(recorded(after('two-persons', approving(bea), carrying())));
    expect(steps.map(({ step, by }) => [step, by])).toEqual([
      ['release.proposed', 'ana'],
      ['release.approved', 'bea'],
      ['release.carried-out', 'ana'],
    ]);
    expect(steps[0]).toMatchObject({
      words: 'Proposed a plain copy for 1 organisation(s); rule of approval: two-persons.',
      basis: {
        knownAt: NOW.toISOString(),
        because: [
          { words: `the recipient belongs to the named group (northern), for ${PARTNER}` },
          { words: `it is the organisation’s own, and its authoriser decides, for ${PARTNER}` },
        ],
      },
    });
  });
});
