import type { KnownEvent, RemovalCorrected, RemovalDecided } from '#events';
import {
  NO_REMOVAL,
  type Decision,
  type KnownRemoval,
  type RemovalHistory,
  type RemovalState,
  type RemovalStatus,
  type StandingRequest,
} from './state.js';

/** The platform's case as its events tell it. Pure. */
export function removalFrom(events: readonly KnownEvent[]): RemovalState {
  return (events as readonly RemovalHistory[]).reduce(evolve, NO_REMOVAL);
}

export function evolve(state: RemovalState, event: RemovalHistory): RemovalState {
  const { body, marking, streamVersion: version } = event;
  if (body.type === 'removal.requested') {
    const { removal, platform, item, request } = body.data;
    const requests = [unheard(request)];
    return { status: 'requested', removal, platform, item, requests, since: request.receivedAt, marking, version };
  }
  if (body.type === 'removal.reported') {
    const { removal, platform, item } = body.data;
    const decision = decided(event, body.data);
    return { status: 'decided', removal, platform, item, requests: [], since: decision.at, decision, marking, version };
  }
  if (state.status === 'absent') return state;
  const known = { ...state, marking, version };
  switch (body.type) {
    case 'removal.joined':
      return settled({
        ...known,
        requests: [...known.requests, { ...unheard(body.data.request), acknowledged: body.data.heard === true }],
      });
    case 'removal.acknowledged':
      return settled({ ...acknowledged(known), acknowledgedAt: known.acknowledgedAt ?? event.recordedTime });
    case 'removal.information-asked':
      return settled({
        ...known,
        question: body.data.reason,
        // A question tells them as well that the platform has it.
        requests: known.requests.map((request) => ({ ...request, acknowledged: true, asked: true })),
      });
    case 'removal.information-given':
      return settled(answered(known));
    case 'removal.request-withdrawn': {
      const { referral, item } = body.data;
      const requests = known.requests.filter((each) => each.referral !== referral || each.item !== item);
      return settled({ ...known, requests });
    }
    case 'removal.decided':
      return { ...answered(known), status: 'decided', decision: decided(event, body.data) };
    case 'removal.corrected':
      return corrected(known, event, body.data);
    case 'removal.appeal-opened':
      return withAppeal(known, 'open');
    case 'removal.appeal-decided':
      return withAppeal(known, body.data.result);
    default:
      return body satisfies never;
  }
}

function decided(
  { id, recordedTime }: RemovalHistory,
  { outcome, batch }: Pick<RemovalDecided, 'outcome' | 'batch'>,
): Decision {
  return { event: id, outcome, at: recordedTime, appeal: 'none', ...(batch === undefined ? {} : { batch }) };
}

function corrected(known: KnownRemoval, { id, recordedTime }: RemovalHistory, data: RemovalCorrected): KnownRemoval {
  const { outcome, batch, continuedIn } = data;
  if (outcome !== undefined) {
    const { at = recordedTime, appeal = 'none' } = known.decision ?? {};
    return { ...known, status: 'decided', decision: { event: id, outcome, at, appeal } };
  }
  return undecided({
    ...known,
    ...(continuedIn === undefined ? {} : { requests: [] }),
    ...(batch === undefined ? {} : { undoneBatch: batch }),
  });
}

function unheard(request: Omit<StandingRequest, 'acknowledged' | 'asked'>): StandingRequest {
  return { ...request, acknowledged: false, asked: false };
}

/** Everybody has heard; and a platform that could not act can again. */
function acknowledged(known: KnownRemoval): KnownRemoval {
  const free = known.question === 'impossibility' ? answered(known) : known;
  return { ...free, requests: free.requests.map((request) => ({ ...request, acknowledged: true })) };
}

function answered({ question: _, ...known }: KnownRemoval): KnownRemoval {
  return { ...known, requests: known.requests.map((request) => ({ ...request, asked: false })) };
}

function undecided({ decision: _, ...known }: KnownRemoval): KnownRemoval {
  return known.requests.length === 0 ? { ...known, status: 'undone' } : settled({ ...known, status: 'requested' });
}

/** What was overturned has no effect any more; that it was decided, and how, stays. */
function withAppeal(known: KnownRemoval, appeal: 'open' | 'upheld' | 'overturned'): KnownRemoval {
  if (known.decision === undefined) return known;
  const { outcome } = known.decision;
  const left = appeal === 'overturned' ? { ...outcome, effect: 'none' as const } : outcome;
  return { ...known, decision: { ...known.decision, outcome: left, appeal } };
}

function settled(known: KnownRemoval): KnownRemoval {
  return { ...known, status: openStatus(known) };
}

function openStatus({ requests, question }: KnownRemoval): RemovalStatus {
  if (requests.length === 0) return 'lapsed';
  if (question !== undefined) return 'needs-information';
  return requests.every((request) => request.acknowledged) ? 'acknowledged' : 'requested';
}
