import { mayActOn, type ActDecision, type Viewer } from '#access';
import { bodyOf, dataFault, type EventDraft, type KnownEvent, type Marking, type Refusal } from '#events';
import { deciding } from '../work-list/decider.js';
import { MAX_ANCESTORS, ancestryOf } from './ancestry.js';
import { decide, permissionFrom, type Ask, type End, type Grant } from './permission.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const LUMEN = 'a86d90e5-0a05-4054-8e97-00000000a005';
const NOW = new Date('2026-11-22T12:00:00Z');
const id = (n: number): string => `0193a1f2-7c00-7000-8000-${String(n).padStart(12, '0')}`;

function member(organisation: string, changes: Partial<Viewer> = {}): Viewer {
  return {
    organisation,
    kind: 'agency',
    subject: 'ana',
    roles: ['authoriser'],
    groups: [],
    compartments: [],
    ...changes,
  };
}
const coastal = member(COASTAL);
const border = member(BORDER, { subject: 'bea' });

function marked(originator: string, changes: Partial<Marking> = {}): Marking {
  return {
    gsc: 'OFFICIAL',
    tlp: 'AMBER',
    handling: [],
    conditions: [],
    releasableTo: [COASTAL, BORDER],
    originator,
    compartment: null,
    ...changes,
  };
}

interface Said {
  n: number;
  by: string;
  marking?: Partial<Marking>;
  basis?: number[];
  /** Later words in the same stream. */
  then?: { type: 'assertion.withdrawn' | 'assertion.regraded'; marking?: Partial<Marking> }[];
}

/** A log of assertions, held in memory. */
function logOf(all: readonly Said[]): Parameters<typeof ancestryOf>[0] {
  const streams = new Map<string, KnownEvent[]>();
  const streamOf = new Map<string, string>();
  for (const { n, by, marking = {}, basis = [], then = [] } of all) {
    const stream = `assertion-${id(n)}`;
    const first = event(stream, 1, id(n), by, marked(by, marking), basis.map(id));
    const later = then.map((one, place) =>
      event(stream, place + 2, id(n * 1000 + place), by, marked(by, { ...marking, ...one.marking }), [id(n)], one.type),
    );
    streams.set(stream, [first, ...later]);
    for (const one of [first, ...later]) streamOf.set(one.id, stream);
  }
  return {
    query: <Row>(_: string, [ids]: readonly unknown[]) =>
      Promise.resolve(
        (ids as string[]).flatMap((one) => {
          const stream = streamOf.get(one);
          return stream === undefined ? [] : [{ id: one, stream } as Row];
        }),
      ),
    readStreams: (names) => Promise.resolve(new Map([...streams].filter(([stream]) => names.includes(stream)))),
  };
}

function event(
  stream: string,
  streamVersion: number,
  eventId: string,
  source: string,
  marking: Marking,
  basis: string[],
  type: 'assertion.made' | 'assertion.withdrawn' | 'assertion.regraded' = 'assertion.made',
): KnownEvent {
  const subject = { kind: 'account', key: 'telegram:1' } as const;
  const body =
    type === 'assertion.made'
      ? bodyOf(type, { subject, statements: [] })
      : bodyOf(type, { subject, statements: [], reason: 'wrong' });
  return {
    id: eventId,
    body,
    source,
    stream,
    streamVersion,
    time: { at: '2026', precision: 'year' },
    recordedTime: NOW.toISOString(),
    actor: { organisation: source, user: 'ana', role: 'analyst' },
    purpose: 'spec',
    basis,
    statementKind: { kind: 'fact' },
    ...(type === 'assertion.withdrawn'
      ? {}
      : { grading: { scheme: '3x5x2', source: type === 'assertion.made' ? '1' : '2', information: 'A' } }),
    marking,
    correlationId: 'c',
  } as KnownEvent;
}

describe('the ancestry of an event', () => {
  const namesOf = async (said: readonly Said[], of: number, by = border): Promise<(string | undefined)[]> =>
    (await ancestryOf(logOf(said), [id(of)], by)).ancestors.map(({ event }) => event);

  it('is all that it rests on, however far, each once', async () => {
    const said: Said[] = [
      { n: 1, by: BORDER, basis: [2, 3] },
      { n: 2, by: BORDER, basis: [4] },
      { n: 3, by: COASTAL, basis: [4] },
      { n: 4, by: COASTAL },
    ];
    expect(await namesOf(said, 1)).toEqual([1, 2, 3, 4].map(id));
  });

  it('ends where it goes round in a circle', async () => {
    const said: Said[] = [
      { n: 1, by: BORDER, basis: [2] },
      { n: 2, by: BORDER, basis: [1] },
    ];
    expect(await namesOf(said, 1)).toEqual([1, 2].map(id));
  });

  it('carries the marking in force, which is that of the last regrade, and whether it was withdrawn', async () => {
    const said: Said[] = [
      {
        n: 1,
        by: BORDER,
        then: [{ type: 'assertion.regraded', marking: { tlp: 'RED' } }, { type: 'assertion.withdrawn' }],
      },
    ];
    expect((await ancestryOf(logOf(said), [id(1)], border)).items).toMatchObject([
      { event: id(1), marking: { tlp: 'RED' }, withdrawn: true, grading: { source: '2' } },
    ]);
    expect((await ancestryOf(logOf(said), [id(1000)], border)).items).toMatchObject([{ event: id(1) }]);
  });

  it('keeps behind one’s own word what one may not see any more, so that it bars the act', async () => {
    const said: Said[] = [
      { n: 1, by: BORDER, basis: [2] },
      { n: 2, by: COASTAL, marking: { tlp: 'AMBER+STRICT' } },
    ];
    const { ancestors } = await ancestryOf(logOf(said), [id(1)], border);
    const recipient = { organisation: LUMEN, kind: 'platform', groups: [] } as const;
    const decision = mayActOn({ action: 'act', by: border, recipient, ancestry: ancestors, permissions: [], now: NOW });
    expect(decision.barred).toEqual(['basis.not-visible']);
  });

  it('ends at what one may not see behind the word of another, who answers for it', async () => {
    const said: Said[] = [
      { n: 1, by: COASTAL, basis: [2] },
      { n: 2, by: COASTAL, marking: { tlp: 'AMBER+STRICT' } },
    ];
    expect(await namesOf(said, 1)).toEqual([id(1)]);
    expect(await namesOf(said, 1, coastal)).toEqual([1, 2].map(id));
  });

  it('says the same of an event that one may not see and of none', async () => {
    const log = logOf([{ n: 2, by: COASTAL, marking: { tlp: 'AMBER+STRICT' } }]);
    expect(await ancestryOf(log, [id(2)], border)).toEqual({ items: [], ancestors: [], unknown: [id(2)] });
    expect(await ancestryOf(log, [id(3)], border)).toEqual({ items: [], ancestors: [], unknown: [id(3)] });
  });

  it(`of more than ${MAX_ANCESTORS} events is refused with what to do`, async () => {
    const many = Array.from({ length: MAX_ANCESTORS + 1 }, (_, place) => place + 10);
    const said: Said[] = [{ n: 1, by: BORDER, basis: many }, ...many.map((n) => ({ n, by: COASTAL }))];
    await expect(namesOf(said, 1)).rejects.toMatchObject({ code: 'ancestry.too-large', kind: 'RuleRefused' });
  });
});

const item = {
  event: id(1),
  marking: marked(COASTAL, { handling: ['C'], conditions: ['A1', 'S1'] }),
  statementKind: { kind: 'fact' },
} as const;

function asking(changes: Partial<Ask> = {}): Ask {
  return {
    type: 'ask',
    id: id(50),
    permission: id(51),
    now: NOW,
    purpose: 'operation-tern',
    by: border,
    role: 'authoriser',
    given: { of: [id(1)], action: 'act', recipient: LUMEN, terms: 'Without its source.' },
    items: [item],
    unknown: [],
    recipientIsKnown: true,
    hours: 48,
    ...changes,
  };
}

const ALLOWED: ActDecision = { allowed: true, reasons: [], needs: [], barred: [] };
const granting = (changes: Partial<Grant> = {}): Grant => ({
  type: 'grant',
  id: id(52),
  now: NOW,
  purpose: 'operation-tern',
  decider: { viewer: coastal },
  given: {},
  items: [item],
  ownDecision: ALLOWED,
  ...changes,
});
const ending = (type: End['type'], changes: Partial<End> = {}): End => ({
  type,
  id: id(53),
  now: NOW,
  purpose: 'operation-tern',
  decider: { viewer: coastal },
  reason: 'It would show who told us.',
  ...changes,
});

/** Drafts as the log would give them back. */
function given(...drafts: EventDraft[]) {
  return permissionFrom(
    drafts.map((draft, place) => {
      expect(dataFault(draft.body.type, draft.body.data)).toBeUndefined();
      const log = { source: draft.actor.organisation, stream: `permission-${id(51)}`, streamVersion: place + 1 };
      return { ...draft, ...log, recordedTime: NOW.toISOString(), correlationId: 'c' } as unknown as KnownEvent;
    }),
  );
}

const absent = { status: 'absent' } as const;

function refusal(act: () => unknown): Partial<Refusal> {
  try {
    act();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('nothing was refused');
}

describe('asking for a permission', () => {
  it('names the originator from the marking in force, and by when an answer is needed', () => {
    const draft = decide(absent, asking());
    expect(draft.body.data).toEqual({
      permission: id(51),
      of: [id(1)],
      originator: COASTAL,
      action: 'act',
      recipient: LUMEN,
      terms: 'Without its source.',
      dueAt: '2026-11-24T12:00:00.000Z',
    });
    expect(draft.marking).toMatchObject({
      originator: BORDER,
      releasableTo: [COASTAL],
      tlp: 'AMBER',
      compartment: null,
    });
  });

  it('stays within the compartments of what it is about', () => {
    const secret = { ...item, marking: { ...item.marking, compartment: 'saltmarsh' } };
    expect(decide(absent, asking({ items: [secret] })).marking.compartment).toBe('saltmarsh');
  });

  it.each<[string, Partial<Ask>]>([
    ['/of/0 permission.unknown-event', { items: [], unknown: [id(1)] }],
    [
      '/of permission.several-originators',
      {
        items: [item, { ...item, event: id(2), marking: marked(LUMEN) }],
        given: { ...asking().given, of: [id(1), id(2)] },
      },
    ],
    ['/recipient recipient.unknown', { recipientIsKnown: false }],
    ['/dueAt permission.due-in-the-past', { given: { ...asking().given, dueAt: '2026-11-22T12:00:00Z' } }],
  ])('is refused by its place: %s', (fault, changes) => {
    const { faults = [] } = refusal(() => decide(absent, asking(changes)));
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([fault]);
  });
});

describe('answering', () => {
  const asked = decide(absent, asking());

  it('belongs to the originator alone, and an answer is given once', () => {
    const mine = { viewer: border };
    for (const command of [granting({ decider: mine }), ending('refuse', { decider: mine })])
      expect(refusal(() => decide(given(asked), command)).code).toBe('permission.not-yours');
    const granted = decide(given(asked), granting());
    for (const command of [granting(), ending('refuse')])
      expect(refusal(() => decide(given(asked, granted), command)).code).toBe('permission.answered');
    expect(refusal(() => decide(absent, granting())).kind).toBe('NotFound');
  });

  it('with yes holds for the markings of that day, until it ends or is revoked', () => {
    const granted = decide(given(asked), granting({ given: { until: '2026-12-01T00:00:00Z' } }));
    expect(granted.body).toMatchObject({ data: { terms: 'Without its source.', until: '2026-12-01T00:00:00Z' } });
    expect((granted.body.data as { under: number[] }).under).toHaveLength(1);
    expect(granted.marking).toMatchObject({ originator: COASTAL, releasableTo: [BORDER] });
    const state = given(asked, granted);
    expect(state.status).toBe('granted');
    expect(given(asked, granted, decide(state, ending('revoke'))).status).toBe('revoked');
    expect(refusal(() => decide(given(asked), ending('revoke'))).code).toBe('permission.not-granted');
  });

  it('that was yes can be stopped for a while, and goes on by itself or when it is resumed', () => {
    const granted = decide(given(asked), granting());
    const holding = (until: string) =>
      decide(given(asked, granted), { ...ending('revoke'), type: 'hold', until } as const);
    const held = holding('2026-11-23T12:00:00Z');
    expect(given(asked, granted, held)).toMatchObject({ status: 'granted', heldUntil: '2026-11-23T12:00:00Z' });
    const resumed = decide(given(asked, granted, held), ending('resume'));
    expect(given(asked, granted, held, resumed)).not.toHaveProperty('heldUntil');
    expect(refusal(() => decide(given(asked, granted), ending('resume'))).code).toBe('permission.not-held');
    for (const until of ['2026-11-22T12:00:00Z', '2027-11-22T12:00:00Z'])
      expect(refusal(() => holding(until)).code).toBe('permission.hold-until');
    expect(
      refusal(() => decide(given(asked), { ...ending('revoke'), type: 'hold', until: '2026-11-23T12:00:00Z' })).code,
    ).toBe('permission.not-granted');
  });

  it('with an end in the past is refused', () => {
    expect(refusal(() => decide(given(asked), granting({ given: { until: '2026-11-22T12:00:00Z' } }))).code).toBe(
      'permission.until-in-the-past',
    );
  });

  it('R5: for what rests on others’ intelligence needs those others’ consent first', () => {
    const ownDecision: ActDecision = { ...ALLOWED, allowed: false, reasons: [`R5.a1-permission:${id(9)}`] };
    expect(refusal(() => decide(given(asked), granting({ ownDecision })))).toMatchObject({
      code: 'permission.needs-others',
      message: expect.stringContaining(id(9)) as string,
    });
  });

  it('is for authorisers and for those who stand in for one, who are named', () => {
    const analyst = member(COASTAL, { subject: 'col', roles: ['analyst'] });
    expect(refusal(() => deciding(analyst, [])).kind).toBe('Forbidden');
    const decider = deciding(analyst, ['ana']);
    expect(decide(given(asked), granting({ decider })).body.data).toMatchObject({ insteadOf: 'ana' });
    expect(deciding(coastal, ['bea'])).toEqual({ viewer: coastal });
  });
});
