import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type AuditEntry } from '#access';
import type { EventLog, LogReads, StreamWrite } from '#event-log';
import { networkEntity } from '#events';
import { newId } from '#runtime';
import { decide } from '../assertions/assertion.js';
import type { Assertor } from '../assertions/assertor.js';
import type { Wanted } from '../assertions/decide-together.js';
import { EntityNames } from '../assertions/entity-names.js';
import { UUID } from '../assertions/limits.js';
import { streamOf } from '../assertions/made-together.js';
import { MakeTogether } from '../assertions/make-together.js';
import { refuseFaults } from '../assertions/marking-rules.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { mergedWith, networkNamed, refuseUnknown, standingOf, statesOf, stands } from './known-networks.js';
import { keepNetwork, saidOf, type NetworkRow } from './network-table.js';
import {
  assessed,
  ended,
  joined,
  merged,
  type AssessGiven,
  type EndGiven,
  type MembersGiven,
  type MergeGiven,
} from './network.js';
import { replacedBy, revised, type Replaced, type ReviseGiven } from './revise.js';
import { membershipsOf, split, type SplitGiven } from './split.js';

export type NetworkStep =
  | { type: 'assess'; given: AssessGiven }
  | { type: 'revise'; network: string; given: ReviseGiven }
  | { type: 'add-members'; network: string; given: MembersGiven }
  | { type: 'end-memberships'; network: string; given: EndGiven }
  | { type: 'merge'; network: string; given: MergeGiven }
  | { type: 'split'; network: string; given: SplitGiven };

export class ChangeNetwork extends Command<Answered> {
  constructor(
    readonly by: Assertor,
    readonly call: IdempotentCall,
    readonly step: NetworkStep,
  ) {
    super();
  }
}

/** What a step comes to. */
interface Meant {
  /** The network that the answer names. */
  network: string;
  wanted: Wanted[];
  /** Of these assertions, the first says something of a network itself: the next decision about it has to find it. */
  about?: Omit<NetworkRow, 'assertion' | 'organisation'>;
  replaced?: Replaced[];
}

/** One decision about a network: all its assertions, and what they replace, in one append. */
@CommandHandler(ChangeNetwork)
export class ChangeNetworkHandler implements ICommandHandler<ChangeNetwork> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly making: MakeTogether,
    private readonly names: EntityNames,
  ) {}

  execute({ by, call, step }: ChangeNetwork): Promise<Answered> {
    const { purpose } = step.given;
    return once(this.log, { viewer: by.viewer, call, purpose }, (read) => this.decided(read, by, step));
  }

  private async decided(read: LogReads, by: Assertor, step: NetworkStep): Promise<Decided> {
    const { viewer } = by;
    const { purpose, reason } = step.given;
    const { network, wanted, about, replaced = [] } = await meantBy(read, by, step);
    const made = await this.making.prepare(read, by, purpose, wanted);
    const fallen = replaced.map((each) => withdrawnIn(each, { by, purpose, reason }));
    const { kind, key } = networkEntity(network);
    const ids = made.drafts.map(({ id }) => id);
    return {
      append: [...made.append, ...fallen.map(({ write }) => write)],
      answer: () => ({ status: 201, body: { network, entity: this.names.of(kind, key), assertions: ids } }),
      audit: [...made.audit, ...fallen.map(({ audit }) => audit)],
      alsoWrite: (write, appended) =>
        Promise.all([
          made.alsoWrite(write, appended),
          about !== undefined &&
            keepNetwork(write, [{ ...about, assertion: ids[0] ?? network, organisation: viewer.organisation }]),
        ]),
    };
  }
}

async function meantBy(read: LogReads, by: Assertor, step: NetworkStep): Promise<Meant> {
  const { viewer } = by;
  if (step.type === 'assess') {
    const network = newId();
    return { network, wanted: [assessed(network, step.given)], about: { network } };
  }
  const network = await networkNamed(read, step.network, viewer);
  switch (step.type) {
    case 'revise': {
      const own = UUID.test(network) ? await saidOf(read, network, viewer.organisation) : [];
      const states = await statesOf(read, own, 'lockExclusive');
      await refuseUnknown(read, network, viewer);
      const seen = [...states.values()].filter((state) => stands(state, viewer));
      const replaced = replacedBy(step.given, seen);
      return { network, wanted: [revised(network, step.given)], about: { network }, replaced };
    }
    case 'add-members':
      await refuseUnknown(read, network, viewer);
      return { network, wanted: joined(network, step.given) };
    case 'end-memberships':
      await refuseUnknown(read, network, viewer);
      return { network, wanted: ended(network, step.given) };
    case 'merge': {
      await refuseUnknown(read, network, viewer);
      const into = await networkNamed(read, step.given.into, viewer);
      await refuseMerge(read, by, network, into);
      return { network, wanted: [merged(network, { ...step.given, into })], about: { network, into } };
    }
    case 'split':
      await refuseUnknown(read, network, viewer);
      return splitOf(read, by, network, step.given);
  }
}

/** Two that are merged into each other at the same time would both find no cycle: mergers come one after the other. */
async function refuseMerge(read: LogReads, { viewer }: Assertor, network: string, into: string): Promise<void> {
  const refuse = (code: string, detail: string): void =>
    refuseFaults('The networks cannot be merged', [{ pointer: '/into', code, detail }]);
  await read.lockExclusive(['network mergers']);
  if (into === network) refuse('network.merge-with-itself', 'is the network itself');
  const standing = await standingOf(read, into, viewer);
  if (standing === 'unknown') refuse('network.unknown', 'is no network that you may see');
  if (standing === 'withdrawn') refuse('network.withdrawn', 'is a network whose assessment has been withdrawn');
  if ((await mergedWith(read, into, 'into', viewer)).has(network))
    refuse('network.cyclic-merge', 'is part of the network itself; withdraw that merger first');
}

async function splitOf(read: LogReads, { viewer }: Assertor, network: string, given: SplitGiven): Promise<Meant> {
  const [states, parts] = [await statesOf(read, given.memberships), await mergedWith(read, network, 'from', viewer)];
  const keys = new Set([...parts].map((part) => networkEntity(part).key));
  const { memberships, faults } = membershipsOf(given.memberships, states, keys, viewer);
  refuseFaults('The network cannot be split', faults);
  const id = newId();
  return { network: id, wanted: split(id, network, given, memberships, viewer), about: { network: id } };
}

/** The withdrawal of one's own earlier word, in its own stream and under its own marking. */
function withdrawnIn(
  { known, statements }: Replaced,
  { by, purpose, reason }: { by: Assertor; purpose: string; reason: string },
): { write: StreamWrite; audit: AuditEntry } {
  const { made, version } = known;
  const draft = decide(known, { type: 'withdraw', id: newId(), by, now: new Date(), statements, purpose, reason });
  return {
    write: { stream: streamOf(made.id), expectedVersion: version, source: made.source, events: [draft] },
    audit: { act: 'alteration', viewer: by.viewer, purpose, ids: [made.id, draft.id] },
  };
}
