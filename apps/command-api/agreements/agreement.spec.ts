import fc from 'fast-check';
import { dataFault, type AgreementMade, type EventDraft, type KnownEvent, type Refusal } from '#events';
import type { Viewer } from '#access';
import { agreementFrom, decide, streamOf, type AgreementCommand } from './agreement.js';

const [COASTAL, BORDER, LUMEN, PARTNER] = ['a002', 'a003', 'a005', 'a004'].map(
  (end) => `5b0c77a2-0a02-4c21-9b64-00000000${end}`,
) as [string, string, string, string];
const ID = '0193a1f2-7c00-7000-8000-0000deadbeef';
const NOW = new Date('2026-11-22T12:00:00Z');

const authoriser = (organisation: string, changes: Partial<Viewer> = {}): Viewer => ({
  organisation,
  kind: 'agency',
  subject: 'authoriser-1',
  roles: ['authoriser'],
  groups: [],
  compartments: [],
  ...changes,
});
const operator = authoriser('5b0c77a2-0a02-4c21-9b64-00000000a001', {
  groups: ['operators'],
  roles: ['administrator'],
});

const make = (changes: Partial<AgreementMade> = {}): AgreementCommand => ({
  type: 'make',
  agreement: ID,
  group: 'channel-watch',
  title: 'Exchange on small boats',
  parties: [COASTAL, BORDER, LUMEN],
  from: '2026-11-01',
  until: '2026-12-31',
  ...changes,
});
const join: AgreementCommand = { type: 'join', agreement: ID };
const leave: AgreementCommand = { type: 'leave', agreement: ID, reason: 'The operation is over.' };
const end: AgreementCommand = { type: 'end', agreement: ID, reason: 'The operation is over.' };

function recorded(draft: EventDraft, streamVersion: number): KnownEvent {
  const { organisation } = draft.actor;
  const log = {
    source: organisation,
    stream: streamOf(ID),
    streamVersion,
    recordedTime: NOW.toISOString(),
    correlationId: 'c',
  };
  return { ...draft, ...log } as unknown as KnownEvent;
}

type Step = [by: Viewer, command: AgreementCommand, now?: Date];

function given(...steps: Step[]) {
  const history: KnownEvent[] = [];
  for (const [by, command, now = NOW] of steps) {
    const draft = decide(agreementFrom(history), command, { by, id: 'e', now, purpose: 'spec' });
    if (draft !== undefined) history.push(recorded(draft, history.length + 1));
  }
  return {
    state: agreementFrom(history),
    when: (by: Viewer, command: AgreementCommand, now = NOW) => {
      const run = (): EventDraft | undefined =>
        decide(agreementFrom(history), command, { by, id: 'e', now, purpose: 'spec' });
      return {
        then: (expected: object) => {
          const draft = run();
          expect(draft).toMatchObject(expected);
          expect(dataFault(draft?.body.type ?? '', draft?.body.data)).toBeUndefined();
        },
        thenNothing: () => expect(run()).toBeUndefined(),
        thenRefused: (code: string) => {
          let refusal: Refusal | undefined;
          try {
            run();
          } catch (error) {
            refusal = error as Refusal;
          }
          expect(refusal?.code).toBe(code);
        },
      };
    },
  };
}

const made: Step = [authoriser(COASTAL), make()];

describe('an agreement', () => {
  it('is made by a party, which has agreed by it; the others are asked, and only parties know of it', () => {
    given()
      .when(authoriser(COASTAL), make())
      .then({
        body: { type: 'agreement.made', data: { title: 'Exchange on small boats', from: '2026-11-01' } },
        marking: { tlp: 'AMBER', originator: COASTAL, releasableTo: [BORDER, LUMEN] },
        actor: { organisation: COASTAL, role: 'authoriser' },
      });
    expect([...given(made).state.parties]).toEqual([
      [COASTAL, 'agreed'],
      [BORDER, 'asked'],
      [LUMEN, 'asked'],
    ]);
  });

  it('bears a group that nothing can have been released to before, unless an operator names it', () => {
    given()
      .when(authoriser(COASTAL), make())
      .then({ body: { data: { group: 'channel-watch-deadbeef' } } });
    given()
      .when(operator, make())
      .then({ body: { data: { group: 'channel-watch' } } });
    given()
      .when(operator, make({ group: 'operators' }))
      .thenRefused('agreement.group-reserved');
    given()
      .when(authoriser(COASTAL), make({ group: 'x'.repeat(100) }))
      .then({ body: { data: { group: `${'x'.repeat(91)}-deadbeef` } } });
  });

  it('is not made by somebody who is no party, nor for a time that is over or runs backwards', () => {
    given().when(authoriser(PARTNER), make()).thenRefused('agreement.not-a-party');
    given()
      .when(authoriser(COASTAL), make({ from: '2027-01-01' }))
      .thenRefused('agreement.dates-reversed');
    given()
      .when(authoriser(COASTAL), make({ until: '2026-11-21' }))
      .thenRefused('agreement.over');
    given()
      .when(authoriser(COASTAL), make({ from: '2026-11-22', until: '2026-11-22' }))
      .then({ body: { type: 'agreement.made' } });
  });

  it('is joined by an organisation for itself and for nobody else, once', () => {
    given(made)
      .when(authoriser(BORDER), join)
      .then({
        body: { type: 'agreement.party-joined', data: { organisation: BORDER } },
        marking: { originator: COASTAL },
      });
    given(made, [authoriser(BORDER), join])
      .when(authoriser(BORDER), join)
      .thenNothing();
    given(made).when(authoriser(COASTAL), join).thenNothing();
  });

  it('made by an operator waits for every party: an operator agrees for nobody', () => {
    const byOperator: Step = [operator, make()];
    expect([...given(byOperator).state.parties.values()]).toEqual(['asked', 'asked', 'asked']);
    given(byOperator).when(operator, join).thenRefused('agreement.unknown');
  });

  it('does not exist for whoever is no party', () => {
    for (const command of [join, leave, end]) {
      given(made).when(authoriser(PARTNER), command).thenRefused('agreement.unknown');
      given().when(authoriser(PARTNER), command).thenRefused('agreement.unknown');
    }
  });

  it('is left, or declined, at any time, and joined again while it lasts', () => {
    given(made, [authoriser(BORDER), join])
      .when(authoriser(BORDER), leave)
      .then({ body: { type: 'agreement.party-left', data: { organisation: BORDER } } });
    given(made)
      .when(authoriser(LUMEN), leave)
      .then({ body: { type: 'agreement.party-left' } });
    given(made, [authoriser(BORDER), leave])
      .when(authoriser(BORDER), join)
      .then({ body: { type: 'agreement.party-joined' } });
    given(made, [authoriser(BORDER), leave])
      .when(authoriser(BORDER), leave)
      .thenNothing();
  });

  it('is ended for all by the organisation that made it or by an operator, and then nobody joins any more', () => {
    given(made, [authoriser(BORDER), join])
      .when(authoriser(BORDER), end)
      .thenRefused('agreement.not-yours');
    for (const by of [authoriser(COASTAL), operator])
      given(made)
        .when(by, end)
        .then({ body: { type: 'agreement.ended' } });
    given(made, [operator, end]).when(authoriser(COASTAL), end).thenNothing();
    given(made, [operator, end]).when(authoriser(BORDER), join).thenRefused('agreement.over');
    given(made).when(authoriser(BORDER), join, new Date('2027-01-01T00:00:00Z')).thenRefused('agreement.over');
    given(made)
      .when(authoriser(BORDER), join, new Date('2026-12-31T23:59:59Z'))
      .then({ body: { type: 'agreement.party-joined' } });
  });

  it('never has agreed for an organisation what that organisation did not do last', () => {
    const organisations = [COASTAL, BORDER, LUMEN, PARTNER];
    const acts = fc.array(
      fc.record({ by: fc.constantFrom(...organisations), command: fc.constantFrom(join, leave, end) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(acts, (steps) => {
        const history: KnownEvent[] = [];
        const last = new Map<string, string>([[COASTAL, 'join']]);
        for (const { by, command } of [{ by: COASTAL, command: make() }, ...steps]) {
          try {
            const draft = decide(agreementFrom(history), command, {
              by: authoriser(by),
              id: 'e',
              now: NOW,
              purpose: 's',
            });
            if (draft !== undefined) history.push(recorded(draft, history.length + 1));
            if (command.type === 'join' || command.type === 'leave') last.set(by, command.type);
          } catch {
            // Refused: what was before stands.
          }
        }
        for (const [party, state] of agreementFrom(history).parties)
          if (state === 'agreed') expect(last.get(party)).toBe('join');
      }),
    );
  });
});
