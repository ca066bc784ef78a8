import type { KnownEvent } from '#events';
import { assertionMade, assertionRegraded, assertionWithdrawn } from './assertion-graph.js';
import { findingRecorded, referralAnswered, referralSubmitted } from './referral-graph.js';
import { removalSaid } from './removal-graph.js';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type Projected } from './projected.js';

/**
 * What an event changes in the graph: a pure function of the event and its place in the log, and of no other stream. Writes of
 * different streams therefore commute, and every order of partitions gives the same graph.
 */
export function project(position: number, event: KnownEvent, idOf: IdOf): Projected {
  const { body } = event;
  try {
    switch (body.type) {
      case 'assertion.made':
        return assertionMade(position, event, body.data, idOf);
      case 'assertion.withdrawn':
        return assertionWithdrawn(position, event, body.data, idOf);
      case 'assertion.regraded':
        return assertionRegraded(position, event, body.data, idOf);
      case 'referral.submitted':
        return referralSubmitted(position, event, body.data, idOf);
      case 'referral.answered':
        return referralAnswered(position, event, body.data, idOf);
      case 'referral.finding-recorded':
        return findingRecorded(position, event, body.data, idOf);
      case 'removal.reported':
      case 'removal.decided':
      case 'removal.corrected':
      case 'removal.appeal-decided':
        return removalSaid(position, event, body, idOf);
      case 'parked.replayed':
        return { decision: { stream: body.data.stream, discard: [] } };
      case 'parked.discarded':
        return { decision: { stream: body.data.stream, discard: body.data.streamVersions } };
      case 'organisation.registered':
      case 'organisation.regrouped':
      case 'agreement.made':
      case 'agreement.party-joined':
      case 'agreement.party-left':
      case 'agreement.ended':
      case 'agreement.began':
      case 'agreement.ending':
      case 'agreement.lapsed':
      case 'organisation.departed':
      case 'organisation.readmitted':
      case 'subscription.made':
      case 'subscription.changed':
      case 'subscription.paused':
      case 'subscription.resumed':
      case 'subscription.ended':
      case 'subscription.key-rotated':
      case 'subscription.key-ending':
      case 'recall.answered':
      case 'question.saved':
      case 'question.forgotten':
      case 'spillage.reported':
      case 'member.admitted':
      case 'member.removed':
      case 'permission.requested':
      case 'permission.granted':
      case 'permission.held':
      case 'permission.resumed':
      case 'permission.refused':
      case 'permission.revoked':
      case 'release.proposed':
      case 'release.approved':
      case 'release.refused':
      case 'release.held':
      case 'release.resumed':
      case 'release.override-noted':
      case 'release.carried-out':
      case 'release.rule-set':
      case 'disclosure.emergency-made':
      case 'disclosure.emergency-reviewed':
      case 'duty.delegated':
      case 'duty.recalled':
      case 'referral.drafted':
      case 'referral.revised':
      case 'referral.check-requested':
      case 'referral.held':
      case 'referral.cleared':
      case 'referral.information-given':
      case 'referral.withdrawn':
      case 'referral.closed':
      case 'referral.reopened':
      case 'deadline.breached':
      case 'interest.declared':
      case 'interest.ended':
      case 'interest.hold-answered':
      case 'removal.requested':
      case 'removal.joined':
      case 'removal.acknowledged':
      case 'removal.information-asked':
      case 'removal.information-given':
      case 'removal.request-withdrawn':
      case 'removal.appeal-opened':
        return { change: NO_CHANGE };
      default:
        return unprojected(body);
    }
  } catch (error) {
    // A defect of the projection concerns this event; thrown on, it would stop all others behind it.
    return {
      fault: {
        code: 'projection.failed',
        reason: error instanceof RangeError ? error.message : 'the projection failed',
      },
    };
  }
}

/** Does not compile while an event type has no case above. */
function unprojected(body: never): Projected {
  const { type } = body as { type: string };
  return { fault: { code: 'projection.missing', reason: `nothing says what ${type} means in the graph` } };
}
