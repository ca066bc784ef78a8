import { GSC } from '#access';
import {
  actDraft,
  bodyOf,
  ownMarking,
  type EventBody,
  type EventDraft,
  type Marking,
  type RemovalRequest,
  Refusal,
  type Fault,
} from '#events';
import { MAX_REQUESTS, type RemovalAct, type RemovalCommand } from './commands.js';
import { outcomeFaults } from './outcome-faults.js';
import { isOpen, type Decision, type KnownRemoval, type RemovalState } from './state.js';

type Of<Type extends RemovalCommand['type']> = Extract<RemovalCommand, { type: Type }>;

/**
 * The rules of a platform's case. Pure; time and ids come in. Whose case it is is decided here too: another platform's answers
 * like one that does not exist.
 * @throws {@link Refusal}
 */
export function decideRemoval(state: RemovalState, command: RemovalCommand, act: RemovalAct): EventDraft {
  if (command.type === 'request' || command.type === 'report') return begun(state, command, act);
  if (state.status === 'absent') throw unknownRemoval();
  switch (command.type) {
    case 'join':
      return joined(state, command, act);
    case 'inform':
      return informed(state, command, act);
    case 'withdraw-request':
      return withdrawn(state, command, act);
    default:
      if (act.actor.organisation !== state.platform) throw unknownRemoval();
      return answered(state, command, act);
  }
}

function begun(state: RemovalState, command: Of<'request'> | Of<'report'>, act: RemovalAct): EventDraft {
  if (state.status !== 'absent') throw refused('removal.exists', 'This removal exists already.');
  const { removal, platform, item } = command;
  if (command.type === 'request') {
    const { request, gsc } = command;
    return actDraft(
      act,
      bodyOf('removal.requested', { removal, platform, item, request }),
      platformOnly(platform, gsc),
    );
  }
  const { type: _, marking, ...reported } = command;
  refuseFaults('The removal cannot be reported', outcomeFaults(command.outcome, { now: act.now, pointer: '/outcome' }));
  return actDraft(act, bodyOf('removal.reported', reported), marking);
}

function joined(state: KnownRemoval, { request, gsc, heard }: Of<'join'>, act: RemovalAct): EventDraft {
  refuseClosed(state);
  if (state.requests.some((each) => isSame(each, request)))
    throw refused('removal.joined-already', 'This referral has asked for the item already.');
  if (state.requests.length >= MAX_REQUESTS)
    throw refused('removal.too-many-requests', `At most ${MAX_REQUESTS} referrals ask for one item at a time.`);
  const stricter = GSC.indexOf(gsc as never) > GSC.indexOf(state.marking.gsc as never) ? gsc : state.marking.gsc;
  return actDraft(
    act,
    bodyOf('removal.joined', { removal: state.removal, request, ...(heard === true ? { heard } : {}) }),
    {
      ...state.marking,
      gsc: stricter,
    },
  );
}

function informed(state: KnownRemoval, { referral, text, evidence }: Of<'inform'>, act: RemovalAct): EventDraft {
  refuseClosed(state);
  if (!state.requests.some((each) => each.referral === referral)) throw notAsking();
  const { removal, marking } = state;
  return actDraft(act, bodyOf('removal.information-given', { removal, referral, text, evidence }), marking);
}

function withdrawn(state: KnownRemoval, { referral, item }: Of<'withdraw-request'>, act: RemovalAct): EventDraft {
  refuseClosed(state);
  if (!state.requests.some((each) => isSame(each, { referral, item }))) throw notAsking();
  return actDraft(act, bodyOf('removal.request-withdrawn', { removal: state.removal, referral, item }), state.marking);
}

type Answer = Of<'acknowledge' | 'ask' | 'decide' | 'correct' | 'open-appeal' | 'decide-appeal'>;

function answered(state: KnownRemoval, command: Answer, act: RemovalAct): EventDraft {
  const say = (body: EventBody, basis: string[] = []): EventDraft => actDraft(act, body, state.marking, basis);
  const { removal, item } = state;
  switch (command.type) {
    case 'acknowledge':
      refuseClosed(state);
      if (unheardRequests(state).length === 0)
        throw refused('removal.acknowledged-already', 'Everybody who asks for it has been told already.');
      return say(bodyOf('removal.acknowledged', { removal }));
    case 'ask': {
      refuseClosed(state);
      const { reason, question } = command;
      return say(bodyOf('removal.information-asked', { removal, reason, question }));
    }
    case 'decide': {
      refuseClosed(state);
      const { type: _, ...decided } = command;
      refuseOutcome(state, decided.outcome, act);
      return say(bodyOf('removal.decided', { removal, ...decided }));
    }
    case 'correct': {
      const { event, appeal } = decisionOf(state);
      if (appeal === 'overturned') throw overturned();
      const { type: _, ...corrected } = command;
      if (corrected.outcome !== undefined) refuseOutcome(state, corrected.outcome, act);
      return say(bodyOf('removal.corrected', { removal, corrects: event, item, ...corrected }), [event]);
    }
    case 'open-appeal': {
      const { event, outcome, appeal } = decisionOf(state);
      if (appeal === 'overturned') throw overturned();
      if (appeal === 'open') throw refused('appeal.open', 'An appeal is open already; decide it first.');
      if (outcome.result !== 'actioned')
        throw refused('appeal.nothing-to-appeal', 'Nothing was done to the item, so nothing can be taken back.');
      return say(bodyOf('removal.appeal-opened', { removal, reason: command.reason }), [event]);
    }
    case 'decide-appeal': {
      const { event, appeal } = decisionOf(state);
      if (appeal !== 'open') throw refused('appeal.not-open', 'No appeal is open; open it first.');
      const { result, reason } = command;
      return say(bodyOf('removal.appeal-decided', { removal, result, reason, item }), [event]);
    }
    default:
      return command satisfies never;
  }
}

/** Requests whose agencies an acknowledgement tells something new. */
export function unheardRequests(state: KnownRemoval): KnownRemoval['requests'] {
  return state.requests.filter(
    ({ acknowledged, asked }) => !acknowledged || (asked && state.question === 'impossibility'),
  );
}

/** Marking of what a platform alone may know: which agencies asked, when, and for what. */
export function platformOnly(platform: string, gsc: string): Marking {
  return ownMarking(platform, { gsc, tlp: 'AMBER+STRICT' });
}

function isSame(
  one: Pick<RemovalRequest, 'referral' | 'item'>,
  other: Pick<RemovalRequest, 'referral' | 'item'>,
): boolean {
  return one.referral === other.referral && one.item === other.item;
}

function refuseOutcome({ requests }: KnownRemoval, outcome: Of<'decide'>['outcome'], { now }: RemovalAct): void {
  const [first] = requests.map(({ receivedAt }) => receivedAt).sort();
  const times = { now, pointer: '/outcome', ...(first === undefined ? {} : { receivedAt: first }) };
  refuseFaults('The outcome cannot be taken', outcomeFaults(outcome, times));
}

function refuseFaults(what: string, [first, ...others]: Fault[]): void {
  if (first !== undefined)
    throw new Refusal('InvalidInput', first.code, `${what}: ${first.detail}`, [first, ...others]);
}

function refuseClosed(state: KnownRemoval): void {
  if (isOpen(state)) return;
  throw state.status === 'lapsed'
    ? refused('removal.lapsed', 'Nobody asks for it any more. What you did by yourselves you can report as a removal.')
    : state.status === 'undone'
      ? refused('removal.undone', 'Its outcome was taken back as a mistake. Report the removal anew.')
      : refused('removal.decided', 'It has been decided already; a mistake is put right by a correction.');
}

function decisionOf({ decision, status }: KnownRemoval): Decision {
  if (decision !== undefined) return decision;
  throw refused('removal.not-decided', `Nothing has been decided that this could be about: it is ${status}.`);
}

function overturned(): Refusal {
  return refused('removal.overturned', 'Its decision was overturned on appeal, and its effect taken back.');
}

function notAsking(): Refusal {
  return refused('removal.not-asking', 'This referral does not ask for the item.');
}

function refused(code: string, message: string): Refusal {
  return new Refusal('RuleRefused', code, message);
}

/** One answer for what does not exist and for what is another platform's. */
export function unknownRemoval(): Refusal {
  return new Refusal('NotFound', 'removal.unknown', 'There is no such removal.');
}
