import { randomBytes } from 'node:crypto';
import { actDraft, type EventDraft, type Grading, type Marking, type ReferralEvent } from '#events';
import type { StreamWrite } from '#event-log';
import type { CaseAct } from '../case-act.js';
import { evolve } from './evolve.js';
import { referralStream, type KnownReferral, type ReferralHistory, type ReferralState } from './referral-state.js';

/** Terms of a draft that its later events inherit. */
export interface DraftTerms {
  marking: Marking;
  grading?: Grading;
  basis: readonly string[];
}

/** What was decided, as drafts of one stream, and the state that they lead to. */
export interface ReferralWrite {
  write: StreamWrite;
  state: KnownReferral;
}

type Kept = Pick<CaseAct, 'actor' | 'purpose' | 'now' | 'newId'>;

/**
 * Decided events as one write of the referral's stream. A draft and its revisions rest on intelligence; every other event rests
 * on the one before it. All carry the marking that the agency gave.
 */
export function referralWrite(
  state: ReferralState,
  referral: string,
  bodies: readonly ReferralEvent[],
  act: Kept,
  terms: DraftTerms = termsOf(state),
): ReferralWrite {
  const stream = referralStream(referral);
  const source = act.actor.organisation;
  let next = state;
  const events = bodies.map((body, place) => {
    const draft = draftOf(body, next, act, terms);
    const added = {
      streamVersion: state.version + place + 1,
      recordedTime: act.now.toISOString(),
      correlationId: draft.id,
    };
    next = evolve(next, { ...draft, source, stream, ...added } as ReferralHistory);
    return draft;
  });
  return { write: { stream, expectedVersion: state.version, source, events }, state: next as KnownReferral };
}

function draftOf(body: ReferralEvent, before: ReferralState, act: Kept, terms: DraftTerms): EventDraft {
  const isContent = body.type === 'referral.drafted' || body.type === 'referral.revised';
  const basis = isContent || before.status === 'absent' ? terms.basis : [before.newest];
  return {
    ...actDraft({ ...act, id: act.newId() }, body, terms.marking, basis),
    ...(isContent && terms.grading !== undefined ? { grading: terms.grading } : {}),
  };
}

function termsOf(state: ReferralState): DraftTerms {
  if (state.status === 'absent') throw new Error('a first draft needs its marking');
  const { marking, grading, basis } = state;
  return { marking, basis, ...(grading === undefined ? {} : { grading }) };
}

/** A trace of its own: whoever sees only this stream must not find out what else belongs to the act. */
export function ownTrace(write: StreamWrite, newId: () => string): StreamWrite {
  const correlationId = newId();
  const traceparent = `00-${correlationId.replaceAll('-', '')}-${randomBytes(8).toString('hex')}-01`;
  return { ...write, events: write.events.map((event) => ({ ...event, correlationId, traceparent })) };
}
