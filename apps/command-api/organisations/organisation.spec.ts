import * as fc from 'fast-check';
import { ROLES, type EventDraft, type KnownEvent, type Role } from '#events';
import type { Viewer } from '#access';
import { decide, organisationFrom, streamOf, type OrganisationCommand } from './organisation.js';

const coastal = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const border = '7e41d8c3-0a03-4e32-8c75-00000000a003';
const issuer = 'https://id.example.org';

function administrator(organisation: string, groups: string[] = []): Viewer {
  return { organisation, kind: 'agency', subject: 'admin', roles: ['administrator'], groups, compartments: [] };
}
const operator = administrator('0c9e5b1e-0a01-4d10-8a53-00000000a001', ['operators']);
const own = administrator(coastal);

const register: OrganisationCommand = {
  type: 'register',
  organisation: coastal,
  name: 'Coastal Agency',
  kind: 'agency',
  groups: ['task-force'],
};
const admit = (subject: string, roles: Role[] = ['analyst'], compartments: string[] = []): OrganisationCommand => ({
  type: 'admit',
  organisation: coastal,
  issuer,
  subject,
  roles,
  compartments,
});
const remove = (subject: string): OrganisationCommand => ({
  type: 'remove',
  organisation: coastal,
  issuer,
  subject,
  reason: 'left',
});

/** Takes commands as they come; each must be allowed. */
function after(...commands: OrganisationCommand[]): KnownEvent[] {
  return commands.reduce<KnownEvent[]>((history, command) => {
    const draft = asked(history, command, operator);
    return draft === undefined ? history : [...history, recorded(draft, history.length + 1)];
  }, []);
}

function recorded(draft: EventDraft, streamVersion: number): KnownEvent {
  const stream = streamOf(coastal);
  return {
    ...draft,
    source: coastal,
    stream,
    streamVersion,
    recordedTime: '2026-11-01T00:00:00.000Z',
    correlationId: 'c',
  } as KnownEvent;
}

function asked(history: readonly KnownEvent[], command: OrganisationCommand, by: Viewer = own): EventDraft | undefined {
  return decide(organisationFrom(history), command, {
    by,
    id: 'event-1',
    now: new Date('2026-11-01T10:20:30.456Z'),
    purpose: 'set-up',
  });
}

function refusalOf(history: readonly KnownEvent[], command: OrganisationCommand, by: Viewer = own): string | undefined {
  try {
    asked(history, command, by);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
}

describe('an organisation', () => {
  it('is registered by an operator, in an event that the community may see', () => {
    expect(asked([], register, operator)).toEqual({
      id: 'event-1',
      body: {
        type: 'organisation.registered',
        version: 1,
        data: { organisation: coastal, name: 'Coastal Agency', kind: 'agency', groups: ['task-force'] },
      },
      time: { at: '2026-11-01T10:20:30Z', precision: 'second' },
      actor: { organisation: operator.organisation, user: 'admin', role: 'administrator' },
      purpose: 'set-up',
      basis: [],
      statementKind: { kind: 'fact' },
      marking: {
        gsc: 'OFFICIAL',
        tlp: 'GREEN',
        handling: [],
        conditions: [],
        releasableTo: [],
        originator: coastal,
        compartment: null,
      },
    });
  });

  it('is registered by nobody else: who could do it could join any group', () => {
    expect(refusalOf([], register)).toBe('organisation.operators-only');
    expect(refusalOf([], register, administrator(border, ['operator', 'task-force']))).toBe(
      'organisation.operators-only',
    );
  });

  it('says which platforms it answers for, if it is one', () => {
    const platform = { ...register, kind: 'platform', platforms: ['lumen', 'youtube'] } as OrganisationCommand;
    expect(asked([], platform, operator)?.body.data).toMatchObject({ platforms: ['lumen', 'youtube'] });
    expect(asked(after(platform), platform, operator)).toBeUndefined();
    const others = { ...platform, platforms: ['lumen'] } as OrganisationCommand;
    expect(refusalOf(after(platform), others, operator)).toBe('organisation.registered-otherwise');
    const agency = { ...register, platforms: ['lumen'] } as OrganisationCommand;
    expect(refusalOf([], agency, operator)).toBe('organisation.platforms-of-an-agency');
  });

  it('is registered once: the same again changes nothing, something else is refused', () => {
    expect(
      asked(after(register), { ...register, groups: ['task-force'] } as OrganisationCommand, operator),
    ).toBeUndefined();
    expect(refusalOf(after(register), { ...register, name: 'Other' } as OrganisationCommand, operator)).toBe(
      'organisation.registered-otherwise',
    );
  });
});

describe('the groups of an organisation', () => {
  const regroup = (...groups: string[]): OrganisationCommand => ({ type: 'regroup', organisation: coastal, groups });

  it('are said anew by an operator, as a whole', () => {
    expect(asked(after(register), regroup('northern'), operator)).toMatchObject({
      body: { type: 'organisation.regrouped', data: { organisation: coastal, groups: ['northern'] } },
      marking: { tlp: 'GREEN', originator: coastal },
    });
    expect(asked(after(register, regroup('northern')), regroup('northern'), operator)).toBeUndefined();
    expect(refusalOf([], regroup('northern'), operator)).toBe('organisation.unknown');
  });

  it('are no affair of its own administrators: who could choose them could read what is released to any group', () => {
    expect(refusalOf(after(register), regroup('northern'))).toBe('organisation.operators-only');
  });

  it('of the operators themselves stay theirs, or nobody could register anybody any more', () => {
    const operators: OrganisationCommand = { ...register, groups: ['operators'] } as OrganisationCommand;
    const own = administrator(coastal, ['operators']);
    expect(refusalOf(after(operators), regroup('northern'), own)).toBe('organisation.last-operator');
  });
});

describe('a departure', () => {
  const depart: OrganisationCommand = { type: 'depart', organisation: coastal, reason: 'no longer a party' };
  const readmit: OrganisationCommand = { type: 'readmit', organisation: coastal };

  it('is said by an operator, once, and taken back; why is for the two of them', () => {
    expect(asked(after(register), depart, operator)).toMatchObject({
      body: { type: 'organisation.departed', data: { organisation: coastal, reason: 'no longer a party' } },
      marking: { tlp: 'AMBER', originator: coastal, releasableTo: [operator.organisation] },
    });
    expect(asked(after(register, depart), depart, operator)).toBeUndefined();
    expect(asked(after(register, depart), readmit, operator)?.body.type).toBe('organisation.readmitted');
    expect(asked(after(register, depart, readmit), readmit, operator)).toBeUndefined();
    expect(refusalOf([], depart, operator)).toBe('organisation.unknown');
  });

  it('is no affair of administrators, nor of operators for themselves', () => {
    expect(refusalOf(after(register), depart)).toBe('organisation.operators-only');
    expect(refusalOf(after(register, depart), readmit)).toBe('organisation.operators-only');
    expect(refusalOf(after(register), depart, administrator(coastal, ['operators']))).toBe(
      'organisation.last-operator',
    );
  });
});

describe('a member', () => {
  it('is admitted and removed by an administrator of its own organisation', () => {
    expect(asked(after(register), admit('ana'))?.body.type).toBe('member.admitted');
    expect(asked(after(register, admit('ana')), remove('ana'))?.body.type).toBe('member.removed');
  });

  it('is no affair of another organisation, which does not even learn whether there is such a member', () => {
    for (const history of [[], after(register), after(register, admit('ana'))])
      for (const command of [admit('ana'), remove('ana')])
        expect(refusalOf(history, command, administrator(border))).toBe('organisation.not-yours');
  });

  it('can be admitted by an operator, who then may read that event and nothing else of the organisation', () => {
    expect(asked(after(register), admit('ana'), operator)?.marking).toMatchObject({
      tlp: 'AMBER',
      originator: coastal,
      releasableTo: [operator.organisation],
    });
    expect(asked(after(register), admit('ana'))?.marking).toMatchObject({
      tlp: 'AMBER',
      originator: coastal,
      releasableTo: [],
    });
  });

  it('cannot be admitted to an organisation that is not registered', () => {
    expect(refusalOf([], admit('ana'), operator)).toBe('organisation.unknown');
  });

  it('is admitted again with other roles or compartments, and not again with the same', () => {
    const history = after(register, admit('ana', ['analyst', 'referrer']));
    expect(asked(history, admit('ana', ['referrer', 'analyst']))).toBeUndefined();
    expect(asked(history, admit('ana', ['auditor']))?.body.data).toMatchObject({ roles: ['auditor'] });
    expect(asked(history, admit('ana', ['analyst', 'referrer'], ['saltmarsh']))?.body.data).toMatchObject({
      compartments: ['saltmarsh'],
    });
  });

  it('who is none is removed by doing nothing', () => {
    expect(asked(after(register), remove('ana'))).toBeUndefined();
  });

  it('who is the last administrator neither leaves nor loses the role, except by the operators', () => {
    const history = after(register, admit('admin', ['administrator']), admit('ana'));
    expect(refusalOf(history, remove('admin'))).toBe('member.last-administrator');
    expect(refusalOf(history, admit('admin', ['analyst']))).toBe('member.last-administrator');
    expect(asked(history, remove('admin'), operator)?.body.type).toBe('member.removed');
    expect(
      refusalOf(after(register, admit('admin', ['administrator']), admit('ben', ['administrator'])), remove('admin')),
    ).toBeUndefined();
  });
});

describe('whatever its administrators do, an organisation', () => {
  const acts = fc.array(
    fc.record({
      subject: fc.constantFrom('a', 'b', 'c'),
      roles: fc.subarray([...ROLES], { minLength: 1 }),
      leaves: fc.boolean(),
    }),
    { maxLength: 30 },
  );

  it('keeps an administrator, and nothing is said twice', () => {
    fc.assert(
      fc.property(acts, (given) => {
        let history = after(register, admit('a', ['administrator']));
        for (const { subject, roles, leaves } of given) {
          const command = leaves ? remove(subject) : admit(subject, roles);
          if (refusalOf(history, command) !== undefined) continue;
          const draft = asked(history, command);
          if (draft !== undefined) history = [...history, recorded(draft, history.length + 1)];
          expect(asked(history, command)).toBeUndefined();
        }
        const members = [...organisationFrom(history).members.values()];
        expect(members.some(({ roles }) => roles.includes('administrator'))).toBe(true);
      }),
    );
  });
});
