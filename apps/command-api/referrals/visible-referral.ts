import { Refusal } from '#events';
import { maySee, type Viewer } from '#access';
import { referralFrom, referralStream, type KnownReferral, type ReferralState } from '#casework';
import type { LogReads } from '#event-log';

/**
 * A referral is its own agency's, and inside it of those who may see its marking: how it stands tells of the check too, and so
 * it is nobody else's, to whomever the items are released.
 */
export function maySeeReferral(state: ReferralState, viewer: Viewer): state is KnownReferral {
  return (
    state.status !== 'absent' &&
    state.organisation === viewer.organisation &&
    maySee({ ...viewer, asks: undefined }, state.marking).see
  );
}

/** @throws {@link Refusal} NotFound, also for one of somebody else */
export async function visibleReferral(
  read: Pick<LogReads, 'readStreams'>,
  referral: string,
  viewer: Viewer,
): Promise<KnownReferral> {
  const stream = referralStream(referral);
  const state = referralFrom((await read.readStreams([stream])).get(stream) ?? []);
  if (!maySeeReferral(state, viewer)) throw unknownReferral();
  return state;
}

export function unknownReferral(): Refusal {
  return new Refusal('NotFound', 'referral.unknown', 'There is no such referral.');
}
