import { actorOf, type Viewer } from '#access';
import {
  actDraft,
  bodyOf,
  ownMarking,
  type AgreementEvent,
  type AgreementMade,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type RecordedEvent,
  Refusal,
  refusedFor,
  type Fault,
} from '#events';
import type { Act } from '../organisations/organisation.js';
import { OPERATORS, isOperator } from '../organisations/organisation.js';

/**
 * The rules of sharing agreements. Pure; time and ids come in. An agreement gives its group to an organisation only when that
 * organisation itself has agreed: nobody, not even an operator, agrees for another. Its first and last moment pass without an
 * event. An organisation leaves by itself, at once; whoever made the agreement, or an operator, ends it for all.
 */
export type PartyState = 'asked' | 'agreed' | 'left';

export interface AgreementState {
  made: (Pick<RecordedEvent, 'marking' | 'source'> & { data: AgreementMade }) | undefined;
  parties: ReadonlyMap<string, PartyState>;
  ended: boolean;
  version: number;
}

export const NO_AGREEMENT: AgreementState = { made: undefined, parties: new Map(), ended: false, version: 0 };

export type AgreementCommand =
  | ({ type: 'make' } & AgreementMade)
  | { type: 'join'; agreement: string }
  | { type: 'leave'; agreement: string; reason: string }
  | { type: 'end'; agreement: string; reason: string };

type AgreementHistory = Extract<KnownEvent, { body: AgreementEvent }>;

export function streamOf(agreement: string): string {
  return `agreement-${agreement}`;
}

export function agreementFrom(events: readonly KnownEvent[]): AgreementState {
  return (events as readonly AgreementHistory[]).reduce(evolve, NO_AGREEMENT);
}

function evolve(
  state: AgreementState,
  { body, marking, source, streamVersion: version }: AgreementHistory,
): AgreementState {
  const withParty = (organisation: string, party: PartyState): AgreementState => ({
    ...state,
    version,
    parties: new Map(state.parties).set(organisation, party),
  });
  switch (body.type) {
    case 'agreement.made': {
      const { data } = body;
      const parties = data.parties.map((each): [string, PartyState] => [each, each === source ? 'agreed' : 'asked']);
      return { made: { data, marking, source }, parties: new Map(parties), ended: false, version };
    }
    case 'agreement.party-joined':
      return withParty(body.data.organisation, 'agreed');
    case 'agreement.party-left':
      return withParty(body.data.organisation, 'left');
    case 'agreement.ended':
      return { ...state, version, ended: true };
    // Dates decide; these only tell readers of the log that one has come.
    case 'agreement.began':
    case 'agreement.ending':
    case 'agreement.lapsed':
      return { ...state, version };
    default:
      return body satisfies never;
  }
}

/**
 * The event that the command asks for, or undefined where all is as asked already.
 * @throws {@link Refusal}: for whoever is no party there is no agreement
 */
export function decide(state: AgreementState, command: AgreementCommand, act: Act): EventDraft | undefined {
  if (command.type === 'make') return make(command, act);
  const { made } = state;
  const { by } = act;
  if (made === undefined || !(state.parties.has(by.organisation) || (command.type === 'end' && isOperator(by))))
    throw new Refusal('NotFound', 'agreement.unknown', 'There is no such agreement.');
  switch (command.type) {
    case 'join':
      return join({ ...state, made }, act);
    case 'leave':
      return leave({ ...state, made }, command.reason, act);
    case 'end':
      return end({ ...state, made }, command.reason, act);
  }
}

type Known = AgreementState & { made: NonNullable<AgreementState['made']> };

/**
 * An operator may give a group any name that is free: they could put everybody into any group anyway. Everybody else's bears
 * a part of the agreement's own id, so that nothing can have been released to it before, and a refusal would tell of nothing.
 */
function make({ type: _, ...asked }: Extract<AgreementCommand, { type: 'make' }>, act: Act): EventDraft {
  const { by, now } = act;
  if (!isOperator(by) && !asked.parties.includes(by.organisation))
    throw new Refusal('Forbidden', 'agreement.not-a-party', 'You may make agreements of your own organisation only.');
  const group = isOperator(by) ? asked.group : `${asked.group.slice(0, 91)}-${asked.agreement.slice(-8)}`;
  const faults: Fault[] = [];
  if (group === OPERATORS)
    faults.push({ pointer: '/group', code: 'agreement.group-reserved', detail: 'is reserved; choose another name' });
  if (asked.until !== undefined && endOf(asked.until) <= startOf(asked.from))
    faults.push({ pointer: '/until', code: 'agreement.dates-reversed', detail: 'must not be before "from"' });
  else if (asked.until !== undefined && endOf(asked.until) <= now)
    faults.push({ pointer: '/until', code: 'agreement.over', detail: 'must not have passed already' });
  const [first, ...others] = faults;
  if (first !== undefined) throw refusedFor('The agreement cannot be made', [first, ...others]);
  return draft(act, markingFor(asked.parties, by), bodyOf('agreement.made', { ...asked, group }));
}

function join({ made, parties, ended }: Known, act: Act): EventDraft | undefined {
  const { organisation } = act.by;
  const { agreement, until } = made.data;
  if (ended || (until !== undefined && endOf(until) <= act.now))
    throw new Refusal('RuleRefused', 'agreement.over', 'This agreement is over; make a new one.');
  if (parties.get(organisation) === 'agreed') return undefined;
  return draft(act, made.marking, bodyOf('agreement.party-joined', { agreement, organisation }));
}

function leave({ made, parties }: Known, reason: string, act: Act): EventDraft | undefined {
  const { organisation } = act.by;
  if (parties.get(organisation) === 'left') return undefined;
  const { agreement } = made.data;
  return draft(act, made.marking, bodyOf('agreement.party-left', { agreement, organisation, reason }));
}

function end({ made, ended }: Known, reason: string, act: Act): EventDraft | undefined {
  if (made.source !== act.by.organisation && !isOperator(act.by))
    throw new Refusal(
      'Forbidden',
      'agreement.not-yours',
      'Only the organisation that made an agreement ends it for all; you may leave it.',
    );
  if (ended) return undefined;
  return draft(act, made.marking, bodyOf('agreement.ended', { agreement: made.data.agreement, reason }));
}

const DAY_MS = 86_400_000;

/** First moment of a day, or the moment itself. */
export function startOf(moment: string): Date {
  return new Date(moment.length === 10 ? `${moment}T00:00:00Z` : moment);
}

/** First moment after a day; a moment is itself the first at which it is over. */
export function endOf(moment: string): Date {
  return moment.length === 10 ? new Date(startOf(moment).getTime() + DAY_MS) : new Date(moment);
}

/** The parties know of it, and nobody else: that two agencies work together may be what must not be known. */
function markingFor(parties: readonly string[], by: Viewer): Marking {
  return ownMarking(by.organisation, { releasableTo: parties.filter((party) => party !== by.organisation) });
}

function draft({ by, id, now, purpose }: Act, marking: Marking, body: EventDraft['body']): EventDraft {
  const role = by.roles.includes('authoriser') ? 'authoriser' : 'administrator';
  return actDraft({ id, now, purpose, actor: actorOf(by, role) }, body, marking);
}
