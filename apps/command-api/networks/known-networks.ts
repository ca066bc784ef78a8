import { networkEntity, type KnownEvent, Refusal } from '#events';
import { basisLock, maySee, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import { assertionFrom, type KnownAssertion } from '../assertions/assertion-state.js';
import { UUID } from '../assertions/limits.js';
import { streamOf } from '../assertions/made-together.js';
import { mergersOf } from './network-table.js';

/**
 * The states of some assertions, by id, kept as they are until the transaction ends: nobody regrades or withdraws them meanwhile.
 * What is no id of ours never reaches the database.
 */
export async function statesOf(
  read: LogReads,
  assertions: readonly string[],
  lock: 'lockShared' | 'lockExclusive' = 'lockShared',
): Promise<Map<string, KnownAssertion>> {
  const ids = [...new Set(assertions)].filter((id) => UUID.test(id));
  if (ids.length === 0) return new Map();
  const streams = ids.map(streamOf);
  const [, histories] = await Promise.all([read[lock](streams.map(basisLock)), read.readStreams(streams)]);
  return new Map(ids.flatMap((id) => stateOf(histories.get(streamOf(id))).map((state) => [id, state] as const)));
}

function stateOf(events: readonly KnownEvent[] = []): KnownAssertion[] {
  const state = assertionFrom(events);
  return state.status === 'absent' ? [] : [state];
}

/** How a network stands for the caller: hidden, and not there, are one. */
export async function standingOf(
  read: LogReads,
  id: string,
  viewer: Viewer,
): Promise<'assessed' | 'withdrawn' | 'unknown'> {
  const state = (await statesOf(read, [id])).get(id);
  // Only the commands that assess a network name it by their own assertion.
  if (state?.made.body.data.subject.key !== networkEntity(id).key || !maySee(viewer, state.marking).see)
    return 'unknown';
  return state.status === 'withdrawn' ? 'withdrawn' : 'assessed';
}

/**
 * A network that the caller may see: one whose assessment they may see.
 * @throws {@link Refusal} `network.unknown`, `network.withdrawn`
 */
export async function refuseUnknown(read: LogReads, id: string, viewer: Viewer): Promise<void> {
  const standing = await standingOf(read, id, viewer);
  if (standing === 'unknown') throw new Refusal('NotFound', 'network.unknown', 'There is no such network.');
  if (standing === 'withdrawn')
    throw new Refusal('RuleRefused', 'network.withdrawn', 'The assessment of this network has been withdrawn.');
}

/**
 * The network and all that it is visibly part of (`into`), or all that is visibly part of it (`from`). Hidden mergers are not
 * walked: a cycle through one is none for this caller, and readers hold cycles out.
 */
export async function mergedWith(
  read: LogReads,
  network: string,
  direction: 'into' | 'from',
  viewer: Viewer,
): Promise<Set<string>> {
  const found = new Set([network]);
  for (let next = [network]; next.length > 0;) {
    const mergers = await mergersOf(read, next, direction);
    const states = await statesOf(
      read,
      mergers.map(({ assertion }) => assertion),
    );
    const visible = mergers.filter(({ assertion }) => stands(states.get(assertion), viewer));
    next = visible.map((merger) => merger.network).filter((each) => !found.has(each) && found.add(each));
  }
  return found;
}

/** What the caller may see and nobody has taken back. */
export function stands(state: KnownAssertion | undefined, viewer: Viewer): boolean {
  return state?.status === 'standing' && maySee(viewer, state.marking).see;
}
