import fc from 'fast-check';
import type { EventDraft, KnownEvent, Marking, Refusal } from '#events';
import { dataFault } from '#events';
import type { Viewer } from '#access';
import { assertionBody } from '../../../test/support/assertions.js';
import { decide, type AssertionCommand, type Make } from './assertion.js';
import { assertionFrom } from './assertion-state.js';
import type { AssertionGiven, StatementGiven } from './given.js';

const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const BORDER = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const ID = '0193a1f2-7c00-7000-8000-000000000001';
const NOW = new Date('2026-11-22T12:00:00Z');

function member(organisation: string, changes: Partial<Viewer> = {}): Viewer {
  return {
    organisation,
    kind: 'agency',
    subject: 'analyst-1',
    roles: ['analyst'],
    groups: [],
    compartments: [],
    ...changes,
  };
}

const given = (changes: object = {}): AssertionGiven => assertionBody({ ...changes }) as unknown as AssertionGiven;

function making(changes: object = {}, more: Partial<Make> = {}): Make {
  return {
    type: 'make',
    id: ID,
    given: given(changes),
    by: { viewer: member(COASTAL), role: 'analyst' },
    now: NOW,
    keyOf: (kind, key) => `key of ${kind} ${key}`,
    restsOn: new Map(),
    ...more,
  };
}

function withdrawing(changes: Partial<Extract<AssertionCommand, { type: 'withdraw' }>> = {}): AssertionCommand {
  return {
    type: 'withdraw',
    id: '0193a1f2-7c00-7000-8000-000000000002',
    reason: 'It was a relative.',
    purpose: 'operation-tern',
    by: { viewer: member(COASTAL), role: 'analyst' },
    now: NOW,
    ...changes,
  };
}

/** A draft as the log would give it back. */
function recorded(draft: EventDraft, streamVersion: number): KnownEvent {
  const { organisation } = draft.actor;
  const log = {
    source: organisation,
    stream: `assertion-${ID}`,
    streamVersion,
    recordedTime: NOW.toISOString(),
    correlationId: 'c',
  };
  return { ...draft, ...log } as unknown as KnownEvent;
}

const madeBy = (organisation: string, changes: object = {}): KnownEvent =>
  recorded(decide({ status: 'absent' }, making(changes, { by: { viewer: member(organisation), role: 'analyst' } })), 1);

function givenEvents(...events: KnownEvent[]) {
  const state = assertionFrom(events);
  return {
    when: (command: AssertionCommand) => {
      const run = (): EventDraft => decide(state, command);
      return {
        then: (expected: object) => expect(run()).toMatchObject(expected),
        thenRefused: (...codes: string[]) => {
          let refusal: Refusal | undefined;
          try {
            run();
          } catch (error) {
            refusal = error as Refusal;
          }
          expect(refusal?.faults?.map(({ pointer, code }) => `${pointer} ${code}`) ?? [refusal?.code]).toEqual(codes);
        },
      };
    },
  };
}

const saying = (...statements: Partial<StatementGiven>[]): { statements: object[] } => ({
  statements: statements.map((statement) => ({
    relation: 'USES_NUMBER',
    object: { kind: 'phone-number', value: '+447400123456' },
    ...statement,
  })),
});
const ASSESSED = { statementKind: { kind: 'assessment', assessor: 'analyst 12' } } as const;
const literal = (changes: object): Partial<StatementGiven> => ({ relation: 'STATED', object: undefined, ...changes });

describe('an assertion', () => {
  it('is made with canonical keys, its time to the precision of the claim, and the marking of its originator', () => {
    givenEvents()
      .when(making())
      .then({
        id: ID,
        time: { at: '2026-03-09', precision: 'day' },
        marking: { originator: COASTAL, handling: ['P'], conditions: [], releasableTo: [], compartment: null },
        keyId: 'key of account telegram:100012345',
        body: { type: 'assertion.made', data: { subject: { key: 'telegram:100012345' } } },
      });
  });

  it('keeps in which region a national number was read, and how good a picture hash is', () => {
    const objectIs = (object: object): object => ({ body: { data: { statements: [{ object }] } } });
    const number = { kind: 'phone-number', value: '07400 123456', region: ' gb' } as const;
    givenEvents()
      .when(making({ ...saying({ object: number }), ...ASSESSED }))
      .then(objectIs({ key: '+447400123456', raw: '07400 123456', region: 'GB' }));
    const hash = { kind: 'media-hash', value: `pdq:${'0f'.repeat(32)},87` } as const;
    givenEvents()
      .when(making(saying({ relation: 'SHOWS_MEDIA', object: hash })))
      .then(objectIs({ key: `pdq:${'0f'.repeat(32)}`, raw: hash.value, quality: 87 }));
  });

  it('R32: is no fact where a number is read in an assumed region, whichever entity it names', () => {
    const number = { kind: 'phone-number', value: '07400 123456', region: 'GB' } as const;
    const account = { kind: 'account', value: '07400 123456', platform: 'whatsapp', region: 'GB' } as const;
    givenEvents()
      .when(making(saying({ object: number })))
      .thenRefused('/statements/0/object/region identifier.region-assumed');
    givenEvents()
      .when(making({ subject: account }))
      .thenRefused('/subject/region identifier.region-assumed');
    givenEvents()
      .when(making({ subject: account, ...ASSESSED }))
      .then({ statementKind: ASSESSED.statementKind, body: { data: { subject: { key: 'whatsapp:+447400123456' } } } });
  });

  it('assumes no region of a number that says itself what it is', () => {
    const { body } = decide(
      { status: 'absent' },
      making(saying({ object: { kind: 'phone-number', value: '+44 7400 123456', region: 'FR' } })),
    );
    expect(body.data).toMatchObject({ statements: [{ object: { key: '+447400123456', raw: '+44 7400 123456' } }] });
    expect(JSON.stringify(body.data)).not.toContain('region');
  });

  it('R11: of an assessment names the assessor, and of a fact does not', () => {
    givenEvents()
      .when(making({ statementKind: { kind: 'assessment' } }))
      .thenRefused('/statementKind/assessor statement-kind.assessor-missing');
    givenEvents()
      .when(making({ statementKind: { kind: 'fact', assessor: 'x' } }))
      .thenRefused('/statementKind/assessor statement-kind.assessor-of-fact');
    givenEvents()
      .when(making({ statementKind: { kind: 'assessment', assessor: 'analyst 12' } }))
      .then({ statementKind: { kind: 'assessment', assessor: 'analyst 12' } });
  });

  it('says what a member does of memberships of a network, and of nothing else', () => {
    const network = { kind: 'network', value: 'breakwater:network/0193a1f2-7c00-7000-8000-00000000000f' } as const;
    const role = 'transporter';
    givenEvents()
      .when(making(saying({ relation: 'MEMBER_OF', object: network, role })))
      .then({ body: { data: { statements: [{ relation: 'MEMBER_OF', object: { key: network.value }, role }] } } });
    const group = { kind: 'group', platform: 'telegram', value: '-10012345' } as const;
    for (const elsewhere of [
      { relation: 'MEMBER_OF', object: group },
      { relation: 'NOT_MEMBER_OF', object: network },
      literal({ property: 'colour', value: 'red' }),
    ] as const)
      givenEvents()
        .when(making(saying({ ...elsewhere, role })))
        .thenRefused('/statements/0/role statement.role-misplaced');
  });

  it('holds nobody apart as a hub: only a demotion does', () => {
    const demoted = saying(literal({ property: 'demoted', value: true }));
    givenEvents().when(making(demoted)).thenRefused('/statements/0/property statement.property-reserved');
    const decision = { act: 'demote', reason: 'A taxi rank.' } as const;
    givenEvents()
      .when(making(demoted, { decision }))
      .then({ body: { data: { statements: [{ property: 'demoted', value: true }], decision } } });
  });

  it('joins only what its relation may join, and never a thing with itself', () => {
    givenEvents()
      .when(making(saying({ relation: 'RELATED_TO' })))
      .thenRefused('/statements/0/relation statement.kinds');
    givenEvents()
      .when(making(saying({ relation: 'SAME_AS', object: { kind: 'account', value: 'tg:100012345' } })))
      .thenRefused('/statements/0/object statement.self-link');
  });

  it('says of a literal what, and how much, and leads nowhere', () => {
    givenEvents()
      .when(
        making(
          saying(
            literal({}),
            literal({ property: 'x', value: '  ' }),
            literal({ property: 'x', value: 1, object: { kind: 'name', value: 'a' } }),
          ),
        ),
      )
      .thenRefused(
        '/statements/0/property statement.property-missing',
        '/statements/0/value statement.value-missing',
        '/statements/1/value statement.value-bounds',
        '/statements/2/object statement.object-in-literal',
      );
    givenEvents()
      .when(making(saying({ property: 'colour' }, { object: undefined })))
      .thenRefused('/statements/0/property statement.literal-in-link', '/statements/1/object statement.object-missing');
  });

  it('keeps only numbers that come back as they were', () => {
    for (const value of [Infinity, 2 ** 53, -(2 ** 60)])
      givenEvents()
        .when(making(saying(literal({ property: 'x', value }))))
        .thenRefused('/statements/0/value statement.value-bounds');
    for (const value of [0, -1.5, 2 ** 53 - 1, false, 'text'])
      givenEvents()
        .when(making(saying(literal({ property: 'x', value }))))
        .then({ body: { data: { statements: [{ value }] } } });
  });

  it('is dated by dates that exist, in their order, and not in an absurd year', () => {
    const dated = (from?: string, to?: string): Make => making(saying({ from, to } as Partial<StatementGiven>));
    givenEvents().when(dated('2026-02-29')).thenRefused('/statements/0/from time.not-a-date');
    givenEvents().when(dated('2026-03-09', '2026-03-08')).thenRefused('/statements/0/to statement.dates-reversed');
    givenEvents().when(dated('1823')).thenRefused('/statements/0/from time.absurd');
    givenEvents().when(dated(undefined, '2126')).thenRefused('/statements/0/to time.absurd');
    givenEvents().when(dated('2026-03-09', '2026-03')).then({});
    givenEvents().when(dated('2026-03', '2026-03-01')).then({});
    givenEvents()
      .when(making({ time: { at: '2026-12' } }))
      .thenRefused('/time time.in-future');
    givenEvents()
      .when(making({ time: { at: '2026-03', precision: 'day' } }))
      .thenRefused('/time time.precision');
  });

  it('carries a grading of a known scheme', () => {
    givenEvents()
      .when(making({ grading: { scheme: '5x5x5', source: '2', information: 'B' } }))
      .thenRefused('/grading grading.codes');
    givenEvents()
      .when(making({ grading: { scheme: '9x9', source: '2', information: 'B' } }))
      .thenRefused('/grading/scheme grading.scheme');
  });

  it('is marked by its own organisation, with conditions only under C, and in a compartment of the caller', () => {
    const marked = (changes: object): Make => making({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...changes } });
    givenEvents()
      .when(marked({ originator: BORDER }))
      .thenRefused('/marking/originator marking.not-originator');
    givenEvents()
      .when(marked({ handling: ['P'], conditions: ['A1'] }))
      .thenRefused('/marking/conditions marking.conditions-without-c');
    givenEvents()
      .when(marked({ handling: ['C'] }))
      .thenRefused('/marking/conditions marking.c-needs-conditions');
    givenEvents()
      .when(marked({ compartment: 'saltmarsh' }))
      .thenRefused('/marking/compartment marking.not-your-compartment');
    const insider = { viewer: member(COASTAL, { compartments: ['saltmarsh'] }), role: 'analyst' };
    givenEvents()
      .when({ ...marked({ compartment: 'saltmarsh' }), by: insider })
      .then({ marking: { compartment: 'saltmarsh' } });
  });

  it('above OFFICIAL is told so and nothing else of it', () => {
    givenEvents()
      .when(making({ marking: { gsc: 'TOP SECRET', tlp: 'PURPLE' }, grading: { scheme: 'x' } }))
      .thenRefused('/marking/gsc marking.above-official');
  });

  it('rests only on what its author may see, and says every restriction of it', () => {
    const basis = ['0193a1f2-7c00-7000-8000-0000000000aa'];
    const marking = (changes: Partial<Marking>): Marking => ({
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: [],
      conditions: [],
      releasableTo: [COASTAL],
      originator: BORDER,
      compartment: null,
      ...changes,
    });
    const on = (input: Marking, own: object): Make =>
      making(
        { basis, marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...own } },
        { restsOn: new Map([[basis[0] as string, input]]) },
      );
    givenEvents().when(making({ basis })).thenRefused('/basis/0 basis.unknown');
    givenEvents()
      .when(on(marking({ releasableTo: [] }), {}))
      .thenRefused('/basis/0 basis.unknown');
    givenEvents()
      .when(on(marking({}), {}))
      .then({ basis });
    givenEvents()
      .when(on(marking({}), { tlp: 'GREEN' }))
      .thenRefused('/marking marking.wider-than-basis');
    givenEvents()
      .when(on(marking({ handling: ['H2'] }), {}))
      .thenRefused('/marking marking.wider-than-basis');
    givenEvents()
      .when(on(marking({}), { releasableTo: ['others'] }))
      .thenRefused('/marking marking.wider-than-basis');
    givenEvents()
      .when(on(marking({ handling: ['H2'] }), { handling: ['H2'] }))
      .then({ basis });
  });

  it('that is taken can always be written into the log', () => {
    const statement = fc.oneof(
      fc.record({
        relation: fc.constant('STATED'),
        property: fc.string({ minLength: 1, maxLength: 64 }),
        value: fc.oneof(fc.string(), fc.double(), fc.boolean()),
      }),
      fc.record({
        relation: fc.constantFrom('USES_NUMBER', 'HAS_NAME', 'ASSOCIATED_WITH', 'MEMBER_OF', 'SAME_AS'),
        object: fc.record({
          kind: fc.constantFrom('phone-number', 'name', 'group', 'account'),
          value: fc.string({ unit: 'binary', minLength: 1 }),
        }),
        from: fc.constantFrom('2026', '2026-03', '2026-02-30', undefined),
      }),
    );
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), (statements) => {
        let draft: EventDraft;
        try {
          draft = decide({ status: 'absent' }, making({ statements }));
        } catch (error) {
          expect((error as Refusal).faults?.length).toBeGreaterThan(0);
          return;
        }
        const data: unknown = JSON.parse(JSON.stringify(draft.body.data));
        expect(dataFault(draft.body.type, data)).toBeUndefined();
      }),
    );
  });
});

describe('R2: handling code C', () => {
  const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['C'], conditions: ['A1'] };

  it('needs an A and an S condition, unless the installation has switched that off', () => {
    givenEvents().when(making({ marking })).thenRefused('/marking/conditions marking.c-needs-conditions');
    givenEvents()
      .when(making({ marking }, { bothConditionsUnderC: false }))
      .then({ marking: { handling: ['C'], conditions: ['A1'] } });
  });
});

describe('R10: a link between a person and a case', () => {
  const person = { subject: { kind: 'person', value: 'pole:person/17' } };
  const part = (changes: object = {}): object => ({
    ...person,
    ...saying({ relation: 'INVOLVED_IN', object: { kind: 'incident', value: 'case-4' }, ...changes }),
  });
  const saysCategory = (terms: object): object => ({ body: { data: { statements: [terms] } } });

  it('says what the person is in it', () => {
    for (const category of ['suspect', 'convicted', 'victim', 'witness'])
      givenEvents()
        .when(making(part({ category })))
        .then(saysCategory({ relation: 'INVOLVED_IN', category }));
  });

  it('that says nothing is uncategorised and due in 28 days or as configured, and nobody is a suspect by default', () => {
    givenEvents()
      .when(making(part()))
      .then(saysCategory({ category: 'uncategorised', categoriseBy: '2026-12-20' }));
    givenEvents()
      .when(making(part({ category: 'uncategorised' }), { categoriseWithinDays: 3 }))
      .then(saysCategory({ category: 'uncategorised', categoriseBy: '2026-11-25' }));
  });

  it('is one in either direction, and to an incident, a network or a referral', () => {
    const names = { relation: 'ASSOCIATED_WITH', object: { kind: 'person', value: 'pole:person/17' } } as const;
    givenEvents()
      .when(making({ subject: { kind: 'referral', value: 'r-1' }, ...saying(names) }))
      .then(saysCategory({ category: 'uncategorised' }));
    givenEvents()
      .when(making(part({ relation: 'MEMBER_OF', object: { kind: 'network', value: 'n-1' } })))
      .then(saysCategory({ category: 'uncategorised' }));
  });

  it('is no link to the officer who investigates, nor any other: a category there is a mistake', () => {
    const officer = { relation: 'INVESTIGATED_BY', object: { kind: 'person', value: 'pole:officer/3' } } as const;
    const draft = decide(
      { status: 'absent' },
      making({ subject: { kind: 'incident', value: 'c' }, ...saying(officer) }),
    );
    expect(JSON.stringify(draft.body.data)).not.toContain('categor');
    givenEvents()
      .when(making(saying({ category: 'victim' })))
      .thenRefused('/statements/0/category statement.category-misplaced');
    givenEvents()
      .when(making(saying(literal({ property: 'colour', value: 'red', category: 'victim' }))))
      .thenRefused('/statements/0/category statement.category-misplaced');
  });
});

describe('a withdrawal', () => {
  it('names what falls, so that a projection needs no look-up', () => {
    givenEvents(madeBy(COASTAL, saying({}, literal({ property: 'bio', value: 'x' }))))
      .when(withdrawing())
      .then({
        marking: { originator: COASTAL, tlp: 'AMBER' },
        basis: [ID],
        body: {
          data: {
            subject: { key: 'telegram:100012345' },
            statements: [
              { index: 0, relation: 'USES_NUMBER', object: { key: '+447400123456' } },
              { index: 1, relation: 'STATED' },
            ],
            reason: 'It was a relative.',
          },
        },
      });
  });

  it('of nothing, of what the caller may not see, of another organisation, or a second time is refused', () => {
    givenEvents().when(withdrawing()).thenRefused('assertion.unknown');
    givenEvents(madeBy(BORDER)).when(withdrawing()).thenRefused('assertion.not-releasable');
    givenEvents(madeBy(BORDER, { marking: { gsc: 'OFFICIAL', tlp: 'GREEN' } }))
      .when(withdrawing())
      .thenRefused('assertion.not-yours');
    const made = madeBy(COASTAL);
    const withdrawn = recorded(decide(assertionFrom([made]), withdrawing()), 2);
    givenEvents(made, withdrawn).when(withdrawing()).thenRefused('assertion.withdrawn-already');
  });

  it('carries the marking of what it withdraws, neither a narrower one nor a wider', () => {
    const made = madeBy(COASTAL);
    for (const tlp of ['RED', 'GREEN'])
      givenEvents(made)
        .when(withdrawing({ marking: { gsc: 'OFFICIAL-SENSITIVE', tlp, handling: ['P'] } }))
        .thenRefused('/marking withdrawal.marking');
    givenEvents(made)
      .when(withdrawing({ marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER', handling: ['P'] } }))
      .then({});
  });
});
