import { CATALOGUE, type KnownEvent } from '#events';
import type { Desk } from './desk.js';
import { belongingsOf } from './facts.js';
import { foldPolicy, isOfPolicy, type Change } from './fold-policy.js';
import { readBodies, type Header } from './log-reading.js';
import { addMemberships, dropMemberships } from './memberships.js';
import { BEHIND, park, parkedOf, unpark } from './parking.js';
import { recipientsOf, subscribersIn } from './recipients.js';
import { reconsiderStream } from './reconsider-stream.js';
import { isStatement, turnsStream, Undecidable } from './standing.js';
import type { Doing } from './state.js';

/** Events that can be decided many at a time: to whoever may see them, and nothing else follows. */
export function isPlain({ type, streamVersion, namesNetwork }: Header): boolean {
  return isStatement(type) && !namesNetwork && !turnsStream(type, streamVersion);
}

/** Whether an event is nothing to feeds. */
export function isNothing({ type }: Header): boolean {
  return isKnown(type) && !isStatement(type) && !isOfPolicy(type) && !PARKING.includes(type);
}

const PARKING: readonly string[] = ['parked.replayed', 'parked.discarded'];

/** Decides plain events, in order. */
export async function decidePlain(desk: Desk, headers: readonly Header[]): Promise<void> {
  const { turn, state } = desk;
  const last = headers.at(-1);
  if (last === undefined) return;
  const byPosition = new Map(headers.map((header) => [header.position, header]));
  const givenAt = ({ position }: { position: number }): number => byPosition.get(position)?.givenAt ?? last.givenAt;
  const recipients = await recipientsOf(desk, headers, { givenAt, upTo: last.position });
  for (const header of headers) {
    if (state.parked.size > 0 && state.parked.has(header.stream)) {
      await park(desk, header, BEHIND);
      continue;
    }
    const to = recipients(header);
    if ('fault' in to) await park(desk, header, to.fault);
    for (const subscriber of subscribersIn(to)) turn.event(subscriber, header.position, header.givenAt);
  }
}

/** Decides one event that is not plain. Where others have to be looked through because of it, that is asked of the caller. */
export async function decideOne(desk: Desk, header: Header): Promise<Doing | undefined> {
  if (desk.state.parked.has(header.stream)) return nothing(park(desk, header, BEHIND));
  try {
    return await decideUnparked(desk, header);
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
    return nothing(park(desk, header, error.message));
  }
}

async function nothing(done: Promise<void>): Promise<undefined> {
  await done;
  return undefined;
}

async function decideUnparked(desk: Desk, header: Header): Promise<Doing | undefined> {
  const { type, streamVersion } = header;
  if (isOfPolicy(type)) return changePolicy(desk, header);
  if (PARKING.includes(type)) return release(desk, header);
  if (!isKnown(type)) throw new Undecidable(`no event type "${type}" is known`);
  if (header.namesNetwork) {
    const { body } = await bodyAt(desk, header);
    await addMemberships(desk, header, belongingsOf(body));
  }
  if (turnsStream(type, streamVersion)) await reconsiderStream(desk, header);
  else await decidePlain(desk, [header]);
  return undefined;
}

async function bodyAt({ turn, log }: Desk, { position }: Header): Promise<KnownEvent> {
  const outcome = (await readBodies(turn.write, log, [position])).get(position);
  if (outcome === undefined || 'fault' in outcome) throw new Undecidable(outcome?.fault ?? 'not there');
  return outcome.event;
}

async function changePolicy(desk: Desk, header: Header): Promise<Doing | undefined> {
  const { state } = desk;
  const { body, source } = await bodyAt(desk, header);
  const change = foldPolicy(state.policy, body, source);
  state.change(change.policy);
  await tellOf(desk, header, change);
  if (change.reconsider === undefined) return undefined;
  const { subscribers, lost, gained, reason } = change.reconsider;
  const { position, givenAt } = header;
  return { phase: lost ? 'lost' : 'gained', position, givenAt, subscribers, gained, reason, cursor: 0 };
}

async function tellOf({ turn, state }: Desk, header: Header, { made, notices = [], answered }: Change): Promise<void> {
  if (made !== undefined) {
    const { subscriber, subscription, organisation } = made;
    const epochs = JSON.stringify([{ epoch: state.incarnation, after: 0 }]);
    await turn.write.query(
      `INSERT INTO feed_subscribers (subscriber, subscription, organisation, epoch, epochs) VALUES ($1, $2, $3, $4, $5)`,
      [subscriber, subscription, organisation, state.incarnation, epochs],
    );
    state.subscribers.set(subscriber, { subscriber, sequence: 0, added: 0 });
  }
  for (const { subscriber, kind, details } of notices)
    turn.notice(header, { subscriber, kind, reason: kind, sequences: [], details });
  if (answered === undefined) return;
  await turn.flush();
  await turn.write.query(
    `UPDATE feed_notices SET state = $3, answered_at = to_timestamp($4::double precision / 1000000)
     WHERE subscriber = $1 AND sequence = $2 AND state IS NOT NULL`,
    [answered.subscriber, answered.sequence, answered.answer, header.givenAt],
  );
}

/**
 * A decision about a parked stream: what is discarded has no effect any more, and what is left is decided now, in order, as
 * if it came now, until something of it is parked again.
 */
async function release(desk: Desk, header: Header): Promise<Doing | undefined> {
  const { state } = desk;
  const { body } = await bodyAt(desk, header);
  if (body.type !== 'parked.replayed' && body.type !== 'parked.discarded') return undefined;
  const { stream } = body.data;
  if (body.type === 'parked.discarded') await discard(desk, header, stream, body.data.streamVersions);
  let asked: Doing | undefined;
  for (const parked of await parkedOf(desk, stream)) {
    await unpark(desk, parked);
    if (state.policy.discarded[stream]?.includes(parked.streamVersion) === true) continue;
    const more = await decideReleased(desk, { ...parked, givenAt: header.givenAt });
    if (more === 'parked') break;
    asked = both(asked, more && { ...more, position: header.position });
  }
  return asked;
}

async function decideReleased(desk: Desk, header: Header): Promise<Doing | undefined | 'parked'> {
  const { state } = desk;
  const behind = state.parked.get(header.stream);
  state.parked.delete(header.stream);
  const more = isPlain(header) ? await decidePlain(desk, [header]) : await decideOne(desk, header);
  const again = state.parked.has(header.stream);
  if (behind !== undefined)
    state.parked.set(header.stream, new Set([...behind, ...(again ? [header.streamVersion] : [])]));
  return again ? 'parked' : (more ?? undefined);
}

function both(first: Doing | undefined, second: Doing | undefined): Doing | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    ...second,
    phase: first.phase === 'lost' ? 'lost' : second.phase,
    gained: first.gained || second.gained,
    subscribers: [...new Set([...first.subscribers, ...second.subscribers])].sort((a, b) => a - b),
  };
}

async function discard(desk: Desk, header: Header, stream: string, versions: readonly number[]): Promise<void> {
  const { state } = desk;
  const discarded = new Set([...(state.policy.discarded[stream] ?? []), ...versions]);
  state.change({ ...state.policy, discarded: { ...state.policy.discarded, [stream]: [...discarded] } });
  if (versions.includes(1)) await dropMemberships(desk, stream);
  await reconsiderStream(desk, { ...header, stream }, 'discarded');
}

function isKnown(type: string): boolean {
  return Object.hasOwn(CATALOGUE, type);
}
