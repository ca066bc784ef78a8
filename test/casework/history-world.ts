/** Plays random histories on the real database with the handlers and duties of production, at a time of the test's own. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Audiences, type Viewer } from '#access';
import { DeconflictionSettings, locate } from '#casework';
import { openLog, type EventLog } from '#event-log';
import { AssertionRules } from '../../apps/command-api/assertions/assertion-rules.js';
import { EntityNames } from '../../apps/command-api/assertions/entity-names.js';
import {
  DeclareInterest,
  DeclareInterestHandler,
  StepInterest,
  StepInterestHandler,
} from '../../apps/command-api/deconfliction/change-interest.js';
import type { IdempotentCall } from '../../apps/command-api/idempotency/idempotent-call.js';
import type { Answered } from '../../apps/command-api/idempotency/once.js';
import { StepReferral, StepReferralHandler } from '../../apps/command-api/referrals/change-referral.js';
import { DraftReferral, DraftReferralHandler } from '../../apps/command-api/referrals/draft-referral.js';
import type { DraftGiven } from '../../apps/command-api/referrals/referral-given.js';
import type { StepGiven } from '../../apps/command-api/referrals/step.js';
import { ChangeRemoval, ChangeRemovalHandler, type CaseGiven } from '../../apps/command-api/removals/change-removal.js';
import type { Duty } from '../../apps/timekeeper/duty.js';
import { breachDeadlines } from '../../apps/timekeeper/referrals/breach-deadlines.js';
import { endChecks } from '../../apps/timekeeper/referrals/end-checks.js';
import { TIMEKEEPER_LEASE } from '../../apps/timekeeper/timekeeper.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { breakingOff, type Break } from '../support/breaking-off.js';
import { openTestCommandStore, type TestCommandStore } from '../support/command-app.js';
import { itemBody, orderBody, referralBody } from '../support/referrals.js';
import type { Act, Agency, Batch, Sent } from './history-commands.js';
import { VirtualClock } from './virtual-clock.js';

const PURPOSE = 'operation-tern';
const REASON = 'As decided.';
const MARKING = { gsc: 'OFFICIAL', tlp: 'AMBER' };
/** How long a caller repeats: while the call is still running, in conflict, or cut off by the database. */
const REPEATS_MS = 20_000;
const AGAIN_MS = 5;

/** What came of one call, however often it was sent. */
export interface Reply {
  act: Act;
  /** Referral, removal or check that it was about. */
  about?: string;
  /** Each reply that arrived, the same call's copies and repeats included. */
  said: string[];
  accepted: boolean;
}

export interface Played {
  replies: Reply[];
  /** Drafted in this history. */
  referrals: string[];
  /** Public ids of its items. */
  entities: string[];
}

type Handler = Pick<ICommandHandler, 'execute'>;

export class HistoryWorld {
  private readonly breaks: Break[] = [];
  private histories = 0;

  private constructor(
    readonly store: TestCommandStore,
    readonly clock: VirtualClock,
    private readonly log: EventLog,
    private readonly handlers: Record<'draft' | 'step' | 'change' | 'declare' | 'answer', Handler>,
    private readonly duties: Record<'end-checks' | 'breach', Duty>,
    private readonly names: EntityNames,
    private readonly takeLease: () => Promise<unknown>,
  ) {}

  static async open(name: string): Promise<HistoryWorld> {
    const store = await openTestCommandStore(name);
    const clock = await VirtualClock.start(store.owner);
    const plain = await openLog({ url: store.store.url, applicationName: name, clock: () => clock.now() });
    const world: { breaks?: Break[] } = {};
    const log = breakingOff(clock.on(plain), () => world.breaks?.shift());
    const names = new EntityNames(Buffer.alloc(32, 7).toString('base64'));
    const settings = Object.assign(new DeconflictionSettings(), { checksPerHour: 1_000_000 });
    const lease = plain.lease(TIMEKEEPER_LEASE, { holder: name, seconds: 60 });
    const opened = new HistoryWorld(
      store,
      clock,
      plain,
      {
        draft: new DraftReferralHandler(log, names, new AssertionRules()),
        step: new StepReferralHandler(log, new Audiences(plain), names, settings),
        change: new ChangeRemovalHandler(log, names),
        declare: new DeclareInterestHandler(log, names),
        answer: new StepInterestHandler(log, names),
      },
      { 'end-checks': endChecks({ log, lease, settings }), breach: breachDeadlines({ log, lease }) },
      names,
      () => lease.take(),
    );
    world.breaks = opened.breaks;
    return opened;
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.store.close();
  }

  async play(history: readonly Batch[]): Promise<Played> {
    this.histories += 1;
    const told: Told = {
      number: this.histories,
      referrals: [],
      entities: [0, 1].map((item) => this.entityOf(this.histories, item)),
    };
    const replies: Reply[] = [];
    for (const { after, sent } of history) {
      if (after > 0) await this.clock.pass(after);
      const acts: Meant[] = [];
      for (const one of sent) acts.push(...(await this.meant(one, told)));
      replies.push(...(await Promise.all(acts.map((one) => this.sent(one, told)))));
      // What nobody met breaks off nothing later.
      this.breaks.length = 0;
    }
    await this.settle();
    return { replies, referrals: told.referrals.map(({ referral }) => referral), entities: told.entities };
  }

  /** The duties until there is nothing left to do at this time. */
  private async settle(): Promise<void> {
    await this.takeLease();
    for (const duty of ['end-checks', 'breach'] as const) await this.duties[duty].run(new AbortController().signal);
  }

  private itemOf(history: number, item: number): string {
    return (itemBody(`${String(history).padStart(7, '0')}${item}`, { kind: 'video' }) as { location: string }).location;
  }

  private entityOf(history: number, item: number): string {
    const located = locate('video', this.itemOf(history, item));
    if ('faults' in located) throw new Error(located.faults[0]?.detail);
    const { kind, key } = located.location;
    return this.names.of(kind, key);
  }

  /** What an act of the history is about as things stand; nothing where there is nothing that it could be about. */
  private async meant({ act, copies, breaks }: Sent, told: Told): Promise<Meant[]> {
    if (breaks !== undefined) this.breaks.push(breaks);
    if (isDuty(act)) return [{ act, copies, duty: this.duties[act.type] }];
    const call = { key: randomUUID(), fingerprint: createHash('sha256').update(JSON.stringify(act)).digest() };
    switch (act.type) {
      case 'draft': {
        const given = this.draftOf(act, told.number);
        const { draft: handler } = this.handlers;
        return [
          { act, copies, handler, command: new DraftReferral(viewerOf(act.agency), call, given), of: act.agency },
        ];
      }
      case 'declare': {
        const value = this.itemOf(told.number, act.item);
        const until = new Date(this.clock.now().getTime() + 30 * 86_400_000).toISOString();
        const given = { entities: [{ kind: 'item' as const, value }], covert: act.covert, contact: 'Desk', until };
        const command = new DeclareInterest(viewerOf(act.agency), call, {
          ...given,
          marking: MARKING,
          purpose: PURPOSE,
        });
        return [{ act, copies, handler: this.handlers.declare, command }];
      }
      case 'release': {
        const holds = await this.rows<{ check: string; organisation: string }>(
          `SELECT "check", organisation FROM interest_checks WHERE holds AND referral = ANY ($1::uuid[]) ORDER BY at, "check"`,
          [told.referrals.map(({ referral }) => referral)],
        );
        const hold = holds[act.of % Math.max(1, holds.length)];
        if (hold === undefined) return [];
        const given = { type: 'release' as const, check: hold.check, reason: REASON, purpose: PURPOSE };
        const owner = { ...viewerOf('coastal'), organisation: hold.organisation };
        const command = new StepInterest(owner, call, given);
        return [{ act, copies, handler: this.handlers.answer, command, about: hold.check }];
      }
      case 'acknowledge':
      case 'ask':
      case 'decide':
      case 'correct':
      case 'open-appeal':
      case 'decide-appeal':
        return this.ofPlatform(act, copies, call, told);
      default: {
        const one = told.referrals[act.of % Math.max(1, told.referrals.length)];
        if (one === undefined) return [];
        const command = new StepReferral(viewerOf(one.agency), call, one.referral, this.stepOf(act));
        return [{ act, copies, handler: this.handlers.step, command, about: one.referral }];
      }
    }
  }

  private async ofPlatform(act: PlatformAct, copies: number, call: IdempotentCall, told: Told): Promise<Meant[]> {
    const removals = await this.rows<{ removal: string }>(
      'SELECT removal FROM removals WHERE entity = ANY ($1) ORDER BY received_at, removal',
      [told.entities],
    );
    const removal = removals[act.of % Math.max(1, removals.length)]?.removal;
    if (removal === undefined) return [];
    const command = new ChangeRemoval(MODERATOR, call, removal, this.caseOf(act));
    return [{ act, copies, handler: this.handlers.change, command, about: removal }];
  }

  private draftOf({ items, order, life, agency }: Extract<Act, { type: 'draft' }>, history: number): DraftGiven {
    const body = order ? orderBody() : referralBody();
    return {
      ...body,
      urgency: life ? 'threat-to-life' : 'routine',
      reference: `${agency}/${history}`,
      marking: MARKING,
      items: items.map((item) => itemBody('', { kind: 'video', location: this.itemOf(history, item) })),
    } as unknown as DraftGiven;
  }

  private stepOf(act: Act): StepGiven {
    if (act.type === 'information') return { type: act.type, item: act.item, text: 'The first.', purpose: PURPOSE };
    if (act.type === 'finding') {
      const at = new Date(this.clock.now().getTime() - 1000).toISOString();
      return { type: act.type, item: act.item, finding: 'still-available', at, vantage: 'GB', purpose: PURPOSE };
    }
    return { type: act.type, because: 'new-evidence', reason: REASON, purpose: PURPOSE } as StepGiven;
  }

  private caseOf(act: PlatformAct): CaseGiven {
    const acted = { result: 'actioned', effect: 'removed', effectiveAt: this.clock.now().toISOString() } as const;
    const refused = { result: 'rejected', effect: 'none', reason: 'asking-is-permitted' } as const;
    const purpose = PURPOSE;
    switch (act.type) {
      case 'acknowledge':
        return { type: 'acknowledge', purpose };
      case 'ask':
        return { type: 'ask', reason: act.reason, question: 'Which?', purpose };
      case 'decide':
        return { type: 'decide', outcome: act.acts ? acted : refused, purpose };
      case 'correct':
        return { type: 'correct', reason: REASON, purpose, ...(act.outcome ? { outcome: refused } : {}) };
      case 'open-appeal':
        return { type: 'open-appeal', reason: REASON, purpose };
      case 'decide-appeal':
        return { type: 'decide-appeal', result: act.overturned ? 'overturned' : 'upheld', reason: REASON, purpose };
    }
  }

  private async sent(meant: Meant, told: Told): Promise<Reply> {
    const { act, copies, about } = meant;
    if (meant.duty !== undefined) {
      const { duty } = meant;
      await this.takeLease();
      // A run that breaks off is made up for by a later one.
      await Promise.allSettled(Array.from({ length: copies }, () => duty.run(new AbortController().signal)));
      return { act, said: [], accepted: false };
    }
    const answers = await Promise.all(
      Array.from({ length: copies }, () => this.answered(meant.handler, meant.command)),
    );
    // And once more, as a caller does whose reply was lost.
    answers.push(await this.answered(meant.handler, meant.command));
    const [first] = answers;
    const accepted = first !== undefined && first.status < 300;
    const drafted = (first?.body as { referral?: string } | undefined)?.referral;
    if (accepted && act.type === 'draft' && drafted !== undefined)
      told.referrals.push({ referral: drafted, agency: act.agency });
    const said = answers.map(({ status, body }) => JSON.stringify([status, body]));
    return { act, ...(about === undefined ? {} : { about }), said, accepted };
  }

  /** Repeats a call until its answer is final, as every caller should. */
  private async answered(handler: Handler, command: object): Promise<{ status: number; body: unknown }> {
    const last = Date.now() + REPEATS_MS;
    for (;;) {
      try {
        const { status, body } = (await handler.execute(command as never)) as Answered;
        return { status, body };
      } catch (error) {
        const { code, retriable, kind } = error as { code?: string; retriable?: boolean; kind?: string };
        if (retriable === false && kind !== undefined) return { status: 400, body: code };
        if (Date.now() > last) throw error;
        await wait(AGAIN_MS);
      }
    }
  }

  async rows<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return (await this.store.owner.query(sql, [...params])).rows as Row[];
  }
}

type PlatformAct = Extract<
  Act,
  { type: 'acknowledge' | 'ask' | 'decide' | 'correct' | 'open-appeal' | 'decide-appeal' }
>;

function isDuty(act: Act): act is Extract<Act, { type: 'end-checks' | 'breach' }> {
  return act.type === 'end-checks' || act.type === 'breach';
}

interface Told {
  number: number;
  referrals: { referral: string; agency: Agency }[];
  entities: string[];
}

type Meant =
  | { act: Act; copies: number; duty: Duty; about?: undefined }
  | { act: Act; copies: number; duty?: undefined; handler: Handler; command: object; about?: string; of?: string };

const MODERATOR: Viewer = {
  organisation: ORGANISATIONS.lumen.organisation,
  kind: 'platform',
  subject: 'lumen-moderator',
  roles: ['platform-moderator'],
  groups: [],
  compartments: [],
};

function viewerOf(agency: Agency): Viewer {
  const { organisation, kind, groups } = ORGANISATIONS[agency];
  return {
    organisation,
    kind,
    groups,
    subject: `${agency}-referrer`,
    roles: ['analyst', 'referrer', 'authoriser'],
    compartments: [],
  };
}
