import type { Decisions } from './decisions.js';
import type { Desk } from './desk.js';
import { entityToken, factsOf } from './facts.js';
import { passesFacts } from './filter.js';
import { readBodies, readMarkings } from './log-reading.js';
import { isMember, readMemberships } from './memberships.js';

/** An event under the marking of its stream as of the position that is decided at. */
export interface Offer {
  position: number;
  type: string;
  audience: number;
}

/** To whom each event goes, or why that cannot be decided. */
export type Recipients = { subscribers: readonly number[] } | { fault: string };

/**
 * To whom some events go, by position. What they say is read only where a filter has to look at it, all at once.
 * @param upTo memberships of networks count that were stated up to this position
 */
export async function recipientsOf(
  desk: Desk,
  offers: readonly Offer[],
  at: { givenAt: (offer: Offer) => number; upTo: number },
): Promise<(offer: Offer) => Recipients> {
  const { state, turn, log } = desk;
  await readMarkings(
    turn.write,
    offers.map(({ audience }) => audience),
    state.markings,
  );
  const candidates = (offer: Offer): ReturnType<Decisions['candidates']> =>
    state.decisionsAt(at.givenAt(offer)).candidates(offer.audience, offer.type);
  const looked = offers.filter((offer) => candidates(offer).filtered.length > 0);
  if (looked.length === 0) return (offer) => ({ subscribers: candidates(offer).sure });

  const bodies = await readBodies(
    turn.write,
    log,
    looked.map(({ position }) => position),
  );
  const facts = new Map(
    [...bodies].flatMap(([position, outcome]) =>
      'event' in outcome ? [[position, factsOf(outcome.event.body)] as const] : [],
    ),
  );
  const byNetwork = looked.filter((offer) => candidates(offer).filtered.some(({ filter }) => filter.networks));
  const entities = byNetwork.flatMap(({ position }) => facts.get(position)?.entities.map(entityToken) ?? []);
  const memberships = await readMemberships(desk, entities, at.upTo);
  return (offer) => {
    const { sure, filtered } = candidates(offer);
    if (filtered.length === 0) return { subscribers: sure };
    const outcome = bodies.get(offer.position);
    const said = facts.get(offer.position);
    if (said === undefined) return { fault: outcome !== undefined && 'fault' in outcome ? outcome.fault : 'not there' };
    const decisions = state.decisionsAt(at.givenAt(offer));
    const passing = filtered.filter(({ subscriber, filter }) =>
      passesFacts(filter, said, (entity, network) =>
        isMember(memberships.get(entity) ?? [], network, {
          maySee: (audience) => decisions.maySee(subscriber, audience),
          at: at.givenAt(offer) / 1_000,
        }),
      ),
    );
    return { subscribers: [...sure, ...passing.map(({ subscriber }) => subscriber)] };
  };
}

export function subscribersIn(recipients: Recipients): readonly number[] {
  return 'subscribers' in recipients ? recipients.subscribers : [];
}
