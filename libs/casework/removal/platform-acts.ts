import type { LogReads, StreamWrite } from '#event-log';
import type { PlatformAnswer, RemovalRequest } from '#events';
import { answerReferrals, type SaidOfItem } from '../answering.js';
import type { CaseAct } from '../case-act.js';
import type { PlatformCommand, RemovalCommand } from './commands.js';
import { decideRemoval, unheardRequests } from './decide.js';
import { RemovalWrites } from './removal-writes.js';
import type { KnownRemoval, RemovalState, StandingRequest } from './state.js';

/**
 * What a platform does with some of its cases, as one append: its own record, and the same words in the record of everybody who
 * asked. The caller holds the locks of the items.
 */
export class PlatformActs {
  private readonly cases: RemovalWrites;
  private readonly said: SaidOfItem[] = [];

  constructor(
    states: Map<string, RemovalState>,
    private readonly act: CaseAct,
  ) {
    this.cases = new RemovalWrites(states);
  }

  stateOf(removal: string): RemovalState {
    return this.cases.stateOf(removal);
  }

  /** @throws Refusal where a rule says no; then nothing of this command stays, and others may follow */
  say(removal: string, command: PlatformCommand, purpose = this.act.purpose): void {
    const before = this.cases.stateOf(removal);
    this.append(removal, command, purpose);
    if (before.status !== 'absent') this.said.push(...saidOf(before, command));
  }

  /**
   * Takes back what was decided as if it had not been. Where the item was asked for again since, there is a newer removal: a
   * platform has one open removal of an item, so the requests go on there.
   */
  undo(state: KnownRemoval, newer: string | undefined, why: { reason: string; batch?: string }): void {
    const { removal, requests, marking } = state;
    if (newer === undefined || requests.length === 0) return this.say(removal, { type: 'correct', ...why });
    this.say(removal, { type: 'correct', ...why, continuedIn: newer });
    for (const request of requests) {
      const heard = request.acknowledged ? ({ heard: true } as const) : {};
      this.append(newer, { type: 'join', request: bare(request), gsc: marking.gsc, ...heard });
    }
  }

  /** Everything that was said, for one append. */
  async writes(read: Pick<LogReads, 'readStreams'>): Promise<StreamWrite[]> {
    return [...this.cases.writes(), ...(await answerReferrals(read, this.said, this.act))];
  }

  private append(removal: string, command: RemovalCommand, purpose = this.act.purpose): void {
    const { actor, now, newId } = this.act;
    const draft = decideRemoval(this.cases.stateOf(removal), command, { id: newId(), now, actor, purpose });
    this.cases.append(removal, actor.organisation, draft);
  }
}

function bare({ acknowledged: _, asked: __, ...request }: StandingRequest): RemovalRequest {
  return request;
}

/** The same words, for each of those who ask. */
function saidOf(state: KnownRemoval, command: PlatformCommand): SaidOfItem[] {
  const said = answerOf(command);
  if (said === undefined) return [];
  const whom = command.type === 'acknowledge' ? unheardRequests(state) : state.requests;
  return whom.map(({ referral, item }) => ({ referral, item, said }));
}

function answerOf(command: PlatformCommand): PlatformAnswer | undefined {
  switch (command.type) {
    case 'acknowledge':
      return { answer: 'acknowledged' };
    case 'ask':
      return { answer: 'asked', reason: command.reason, question: command.question };
    case 'decide':
      return { answer: 'decided', outcome: command.outcome };
    case 'correct': {
      const { outcome, reason } = command;
      return { answer: 'corrected', reason, ...(outcome === undefined ? {} : { outcome }) };
    }
    case 'open-appeal':
      return { answer: 'appeal-opened' };
    case 'decide-appeal':
      return { answer: 'appeal-decided', result: command.result };
    case 'report':
      return undefined;
    default:
      return command satisfies never;
  }
}
