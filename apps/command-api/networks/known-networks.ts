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

/**
 * How a network stands for the caller: hidden, and not there, are one. Who may not see its assessment goes by the copies of it
 * that they may see, and learns nothing of what became of the original.
 */
export async function standingOf(
  read: LogReads,
  id: string,
  viewer: Viewer,
): Promise<'assessed' | 'withdrawn' | 'unknown'> {
  const original = (await statesOf(read, [id])).get(id);
  // Only the commands that assess a network name it by their own assertion.
  if (original !== undefined && original.made.body.data.subject.key !== networkEntity(id).key) return 'unknown';
  const isSeen = original !== undefined && maySee(viewer, original.marking).see;
  const assessments = isSeen
    ? [original]
    : (await copiesOf(read, id)).filter(({ marking }) => maySee(viewer, marking).see);
  if (assessments.length === 0) return 'unknown';
  return assessments.some(({ status }) => status === 'standing') ? 'assessed' : 'withdrawn';
}

/** What was handed over of an assessment, and of that again: what rests on it, speaks of the network and decides nothing. */
async function copiesOf(read: LogReads, network: string): Promise<KnownAssertion[]> {
  if (!UUID.test(network)) return [];
  const copies = new Map<string, KnownAssertion>();
  for (let next = [network]; next.length > 0;) {
    const derived = await read.query<{ stream: string }>(
      'SELECT DISTINCT derived_stream AS stream FROM assertion_basis WHERE basis_stream = ANY ($1::text[])',
      [next.map(streamOf)],
    );
    const states = await statesOf(
      read,
      derived.map(({ stream }) => stream.slice(stream.indexOf('-') + 1)),
    );
    const found = [...states].filter(([id, state]) => !copies.has(id) && copiedNetwork(state) === network);
    for (const [id, state] of found) copies.set(id, state);
    next = found.map(([id]) => id);
  }
  return [...copies.values()];
}

/** The network that a copy speaks of, or whatever else says something of it and decides nothing. */
function copiedNetwork({ made }: KnownAssertion): string | undefined {
  const { subject, decision } = made.body.data;
  const prefix = networkEntity('').key;
  if (decision !== undefined || made.basis.length === 0 || subject.kind !== 'network') return undefined;
  return subject.key.startsWith(prefix) ? subject.key.slice(prefix.length) : undefined;
}

/**
 * The network that an id names: its own, or that of a copy of its assessment, which is what whoever was given one knows. Read
 * without a lock: what is seen of it is decided by {@link standingOf}, and of whom an assertion speaks never changes.
 */
export async function networkNamed(read: LogReads, id: string, viewer: Viewer): Promise<string> {
  if (!UUID.test(id)) return id;
  const [state] = stateOf((await read.readStreams([streamOf(id)])).get(streamOf(id)));
  if (state === undefined || !maySee(viewer, state.marking).see) return id;
  return copiedNetwork(state) ?? id;
}

/**
 * A network that the caller may see: one whose assessment they may see, or a copy of it.
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
