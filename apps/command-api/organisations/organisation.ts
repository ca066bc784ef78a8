import {
  actDraft,
  bodyOf,
  ownMarking,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type MemberAdmitted,
  type OrganisationEvent,
  type OrganisationRegistered,
  type OrganisationRegrouped,
  Refusal,
  refusedFor,
} from '#events';
import { actorOf, type Viewer } from '#access';

/**
 * The rules of organisations and their members. Pure; time and ids come in. Whoever could register an organisation could put it
 * into a group and read what is released to that group, so only the operators of the installation register; members are the
 * affair of their own organisation's administrators, and of the operators, who must be able to name the first one.
 */
export const OPERATORS = 'operators';

export interface OrganisationState {
  registered: OrganisationRegistered | undefined;
  /** Takes no part any more. */
  departed: boolean;
  /** Members now, by {@link identityOf}. */
  members: ReadonlyMap<string, MemberAdmitted>;
  /** Everybody who ever was a member. */
  known: ReadonlySet<string>;
  version: number;
}

export const NO_ORGANISATION: OrganisationState = {
  registered: undefined,
  departed: false,
  members: new Map(),
  known: new Set(),
  version: 0,
};

export type OrganisationCommand =
  | ({ type: 'register' } & OrganisationRegistered)
  | ({ type: 'regroup' } & OrganisationRegrouped)
  | ({ type: 'admit' } & MemberAdmitted)
  | { type: 'remove'; organisation: string; issuer: string; subject: string; reason: string }
  | { type: 'depart'; organisation: string; reason: string }
  | { type: 'readmit'; organisation: string };

/** Who acts, when, for what; and the id of the event if there is to be one. */
export interface Act {
  by: Viewer;
  id: string;
  now: Date;
  purpose: string;
}

export function identityOf({ issuer, subject }: { issuer: string; subject: string }): string {
  return JSON.stringify([issuer, subject]);
}

export function streamOf(organisation: string): string {
  return `organisation-${organisation}`;
}

type OrganisationHistory = Extract<KnownEvent, { body: OrganisationEvent }>;

export function organisationFrom(events: readonly KnownEvent[]): OrganisationState {
  return (events as readonly OrganisationHistory[]).reduce(evolve, NO_ORGANISATION);
}

export function evolve(
  state: OrganisationState,
  { body, streamVersion: version }: OrganisationHistory,
): OrganisationState {
  switch (body.type) {
    case 'organisation.registered':
      return { ...state, version, registered: body.data };
    case 'organisation.regrouped':
      return state.registered === undefined
        ? { ...state, version }
        : { ...state, version, registered: { ...state.registered, groups: body.data.groups } };
    case 'member.admitted': {
      const member = identityOf(body.data);
      const members = new Map(state.members).set(member, body.data);
      return { ...state, version, members, known: new Set(state.known).add(member) };
    }
    case 'member.removed': {
      const members = new Map(state.members);
      members.delete(identityOf(body.data));
      return { ...state, version, members };
    }
    case 'organisation.departed':
      return { ...state, version, departed: true };
    case 'organisation.readmitted':
      return { ...state, version, departed: false };
    default:
      return body satisfies never;
  }
}

/**
 * The event that the command asks for, or undefined where all is as asked already.
 * @throws {@link Refusal}: the right to act is decided before anything about the organisation is said
 */
export function decide(state: OrganisationState, command: OrganisationCommand, act: Act): EventDraft | undefined {
  refuseStrangers(command, act.by);
  switch (command.type) {
    case 'register':
      return register(state, command, act);
    case 'regroup':
      return regroup(state, command, act);
    case 'admit':
      return admit(state, command, act);
    case 'remove':
      return remove(state, command, act);
    case 'depart':
      return depart(state, command, act);
    case 'readmit':
      return readmit(state, command, act);
    default:
      return command satisfies never;
  }
}

/** Nothing but an operator's own registration makes one: the group is reserved, and no agreement may bear its name. */
export function isOperator(by: Viewer): boolean {
  return by.groups.includes(OPERATORS);
}

function refuseStrangers(command: OrganisationCommand, by: Viewer): void {
  const isOperatorsAffair = command.type !== 'admit' && command.type !== 'remove';
  if (isOperator(by) || (!isOperatorsAffair && by.organisation === command.organisation)) return;
  throw isOperatorsAffair
    ? new Refusal(
        'Forbidden',
        'organisation.operators-only',
        'Organisations are registered, grouped and dismissed by the operators.',
      )
    : new Refusal(
        'Forbidden',
        'organisation.not-yours',
        'You may admit and remove members of your own organisation only.',
      );
}

function register(
  { registered }: OrganisationState,
  { type: _, ...asked }: Extract<OrganisationCommand, { type: 'register' }>,
  act: Act,
): EventDraft | undefined {
  if (asked.platforms !== undefined && asked.kind !== 'platform')
    throw refusedFor('The organisation cannot be registered', [
      {
        pointer: '/platforms',
        code: 'organisation.platforms-of-an-agency',
        detail: 'are what a platform answers for; leave them out for an agency or a unit',
      },
    ]);
  if (registered === undefined)
    return draft(act, 'GREEN', asked.organisation, bodyOf('organisation.registered', asked));
  if (sameRegistration(registered, asked)) return undefined;
  throw new Refusal(
    'RuleRefused',
    'organisation.registered-otherwise',
    'This organisation is registered with another name, kind, groups or platforms.',
  );
}

function sameRegistration(one: OrganisationRegistered, other: OrganisationRegistered): boolean {
  return (
    one.name === other.name &&
    one.kind === other.kind &&
    sameCodes(one.groups, other.groups) &&
    sameCodes(one.platforms ?? [], other.platforms ?? [])
  );
}

function regroup(
  { registered }: OrganisationState,
  { type: _, ...asked }: Extract<OrganisationCommand, { type: 'regroup' }>,
  act: Act,
): EventDraft | undefined {
  if (registered === undefined) throw unknownOrganisation();
  if (sameCodes(registered.groups, asked.groups)) return undefined;
  if (
    registered.groups.includes(OPERATORS) &&
    !asked.groups.includes(OPERATORS) &&
    act.by.organisation === asked.organisation
  )
    throw new Refusal(
      'RuleRefused',
      'organisation.last-operator',
      'Operators do not leave their own group; another operator can take them out of it.',
    );
  return draft(act, 'GREEN', asked.organisation, bodyOf('organisation.regrouped', asked));
}

function admit(
  { registered, members }: OrganisationState,
  { type: _, ...asked }: Extract<OrganisationCommand, { type: 'admit' }>,
  act: Act,
): EventDraft | undefined {
  if (registered === undefined) throw unknownOrganisation();
  const now = members.get(identityOf(asked));
  if (now !== undefined && sameCodes(now.roles, asked.roles) && sameCodes(now.compartments, asked.compartments))
    return undefined;
  if (!asked.roles.includes('administrator')) refuseLockOut(members, asked, act.by);
  return draft(act, 'AMBER', asked.organisation, bodyOf('member.admitted', asked));
}

function remove(
  { registered, members }: OrganisationState,
  { type: _, ...asked }: Extract<OrganisationCommand, { type: 'remove' }>,
  act: Act,
): EventDraft | undefined {
  if (registered === undefined) throw unknownOrganisation();
  if (!members.has(identityOf(asked))) return undefined;
  refuseLockOut(members, asked, act.by);
  return draft(act, 'AMBER', asked.organisation, bodyOf('member.removed', asked));
}

/** The operators would shut themselves out, and nobody could readmit anybody. */
function depart(
  { registered, departed }: OrganisationState,
  { organisation, reason }: Extract<OrganisationCommand, { type: 'depart' }>,
  act: Act,
): EventDraft | undefined {
  if (registered === undefined) throw unknownOrganisation();
  if (act.by.organisation === organisation)
    throw new Refusal(
      'RuleRefused',
      'organisation.last-operator',
      'Your own organisation cannot depart by your hand; other operators can say so.',
    );
  if (departed) return undefined;
  return draft(act, 'AMBER', organisation, bodyOf('organisation.departed', { organisation, reason }));
}

function readmit(
  { registered, departed }: OrganisationState,
  { organisation }: Extract<OrganisationCommand, { type: 'readmit' }>,
  act: Act,
): EventDraft | undefined {
  if (registered === undefined) throw unknownOrganisation();
  if (!departed) return undefined;
  return draft(act, 'AMBER', organisation, bodyOf('organisation.readmitted', { organisation }));
}

/** Nobody could let anybody in any more. Operators may do it: they can also name a new administrator. */
function refuseLockOut(
  members: ReadonlyMap<string, MemberAdmitted>,
  leaving: { issuer: string; subject: string },
  by: Viewer,
): void {
  const administrators = [...members].filter(([, { roles }]) => roles.includes('administrator'));
  const [last] = administrators;
  if (isOperator(by) || administrators.length !== 1 || last?.[0] !== identityOf(leaving)) return;
  throw new Refusal(
    'RuleRefused',
    'member.last-administrator',
    'This is the last administrator of the organisation; name another one first, or ask the operators.',
  );
}

function unknownOrganisation(): Refusal {
  return new Refusal('NotFound', 'organisation.unknown', 'There is no such organisation.');
}

function sameCodes(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

function draft({ by, id, now, purpose }: Act, tlp: string, organisation: string, body: EventDraft['body']): EventDraft {
  const actor = actorOf(by, 'administrator');
  return actDraft({ id, now, purpose, actor }, body, markingOf(tlp, organisation, by.organisation));
}

/** Who belongs to an organisation is its own affair; an operator who acted for it may read what it was. */
function markingOf(tlp: string, organisation: string, actor: string): Marking {
  return ownMarking(organisation, { tlp, releasableTo: tlp === 'GREEN' || actor === organisation ? [] : [actor] });
}
