import type { Ancestor, Viewer } from '#access';
import { dataFault, type EventDraft, type KnownEvent, type Marking, type Refusal } from '#events';
import { copyMarking } from '../releases/copy.js';
import { decideRelease } from '../releases/outward.js';
import type { KnownRecipient } from '../releases/recipients.js';
import { alarmed, disclose, disclosureFrom, review, type Disclose, type Review } from './disclosure.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const PARTNER = '913fa6d4-0a04-4f43-9d86-00000000a004';
const NOW = new Date('2026-11-22T12:00:00Z');
const id = (n: number): string => `0193a1f2-7c00-7000-8000-${String(n).padStart(12, '0')}`;

const ana: Viewer = {
  organisation: BORDER,
  kind: 'unit',
  subject: 'ana',
  roles: ['analyst'],
  groups: [],
  compartments: ['saltmarsh'],
};
const bea: Viewer = { ...ana, subject: 'bea', roles: ['authoriser'] };
const partner: KnownRecipient = { organisation: PARTNER, name: 'Partner Agency', kind: 'agency', groups: [] };

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
    statementKind: { kind: 'fact' },
  };
}

function disclosing(ancestry: Ancestor[], to = partner): Disclose {
  const marking = copyMarking({ form: 'plain' }, ancestry, BORDER, [to.organisation]);
  const recipients = [{ to, via: 'named' }];
  return {
    id: id(50),
    disclosure: id(51),
    copy: id(52),
    now: NOW,
    purpose: 'threat-to-life',
    by: ana,
    role: 'analyst',
    content: {
      item: id(1),
      form: 'plain',
      statements: [{ index: 0 }],
      recipients: [{ organisation: to.organisation, via: 'named' }],
      marking,
    },
    decision: decideRelease({ by: ana, form: 'plain', ancestry, permissions: [], recipients, marking, now: NOW }),
    ancestry,
    compartment: 'saltmarsh',
    reason: 'Forty people in a sinking boat.',
    reviewHours: 24,
  };
}

function refusal(run: () => unknown): Partial<Refusal> {
  try {
    run();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('nothing was refused');
}

function given(...drafts: EventDraft[]) {
  return disclosureFrom(
    drafts.map((draft, place) => {
      expect(dataFault(draft.body.type, draft.body.data)).toBeUndefined();
      const log = { source: BORDER, stream: `disclosure-${id(51)}`, streamVersion: place + 1, correlationId: 'c' };
      return { ...draft, ...log, recordedTime: NOW.toISOString() } as unknown as KnownEvent;
    }),
  );
}

const own = ancestor(1, { originator: BORDER, tlp: 'AMBER+STRICT', compartment: 'saltmarsh' });

describe('an emergency disclosure', () => {
  it('goes past consents, compartments, A1, A2, H3 and AMBER+STRICT, and says past what it went', () => {
    const theirs = ancestor(2, { handling: ['C', 'H3'], conditions: ['A1', 'A2', 'S2'] });
    const draft = disclose(disclosing([own, theirs]));
    expect(draft.body.data).toMatchObject({ originators: [COASTAL, BORDER], reviewBy: '2026-11-23T12:00:00.000Z' });
    const { decision } = draft.body.data as { decision: { reasons: string[] } };
    for (const code of ['R9.amber-strict', 'R6.s2-consult', 'H3.restrictions'])
      expect(decision.reasons.join(' ')).toContain(code);
    expect(draft.marking).toMatchObject({ tlp: 'AMBER+STRICT', compartment: 'saltmarsh', originator: BORDER });
  });

  it.each<[string, Disclose]>([
    ['R8.unknown-code', disclosing([own, ancestor(2, { originator: BORDER, handling: ['NF'] })])],
    ['withdrawn', disclosing([{ ...own, withdrawn: true }])],
    [
      'copy.agencies-only',
      disclosing([own, ancestor(2, { handling: ['AGENCIES-ONLY'] })], { ...partner, kind: 'platform' }),
    ],
  ])('does not go past what nobody can vouch for: %s', (code, command) => {
    expect(refusal(() => disclose(command))).toMatchObject({
      code: 'disclosure.barred',
      message: expect.stringContaining(code) as string,
    });
  });

  it('tells each originator of its own events only, and the own authorisers of the whole', () => {
    const command = disclosing([own, ancestor(2), ancestor(3, { originator: PARTNER })]);
    const notices = alarmed(disclose(command), command);
    expect(notices.map(({ organisation, roles }) => [organisation, roles])).toEqual([
      [BORDER, ['authoriser', 'administrator']],
      [COASTAL, ['authoriser']],
      [PARTNER, ['authoriser']],
    ]);
    expect(notices[1]?.details).toMatchObject({ by: BORDER, recipients: [PARTNER], events: [id(2)] });
    expect(JSON.stringify(notices[1])).not.toContain(id(1));
  });

  it('is reviewed once, by another authoriser of the organisation who may know of it', () => {
    const made = disclose(disclosing([own]));
    const reviewing = (viewer: Viewer): Review => ({
      id: id(60),
      now: NOW,
      purpose: 'threat-to-life',
      decider: { viewer },
      outcome: 'justified',
      reason: 'They were saved.',
    });
    expect(refusal(() => review(given(made), reviewing({ ...ana, roles: ['authoriser'] }))).code).toBe(
      'disclosure.own',
    );
    for (const stranger of [
      { ...bea, organisation: COASTAL },
      { ...bea, compartments: [] },
    ])
      expect(refusal(() => review(given(made), reviewing(stranger))).kind).toBe('NotFound');
    const judged = review(given(made), reviewing(bea));
    expect(judged.body.data).toMatchObject({ outcome: 'justified' });
    expect(refusal(() => review(given(made, judged), reviewing(bea))).code).toBe('disclosure.reviewed');
  });
});
