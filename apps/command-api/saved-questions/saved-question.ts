import { actorOf, maySee, type Viewer } from '#access';
import {
  actDraft,
  bodyOf,
  MAX_SAVED_TERMS,
  type Acting,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type SavableQuestion,
  Refusal,
  refusedFor,
} from '#events';

/**
 * A question that an operation asks again and again, under a name. It belongs to an organisation and is for those of its members
 * who may see its marking: who is asked about says as much as an answer. Pure.
 */

export type SavedState = { status: 'absent' } | { status: 'saved' | 'forgotten'; event: SavedEvent; version: number };

export type SavedEvent = Extract<KnownEvent, { body: { type: 'question.saved' } }>;

export interface SavedGiven {
  operation: string;
  name: string;
  question: SavableQuestion;
  terms: Record<string, unknown>;
}

interface Act {
  id: string;
  now: Date;
  purpose: string;
  by: Viewer;
  role: string;
}

export function streamOf(saved: string): string {
  return `question-${saved}`;
}

export function savedFrom(events: readonly KnownEvent[]): SavedState {
  return events.reduce<SavedState>(
    (state, event) => {
      const { streamVersion: version } = event;
      if (event.body.type === 'question.saved') return { status: 'saved', event: event as SavedEvent, version };
      return state.status === 'absent' ? state : { ...state, status: 'forgotten', version };
    },
    { status: 'absent' },
  );
}

/**
 * As a member may see it: one of another organisation, one with a marking that they may not see, a forgotten one and none at all
 * answer alike.
 * @throws {@link Refusal} NotFound
 */
export function visibleTo(viewer: Viewer, state: SavedState): Exclude<SavedState, { status: 'absent' }> {
  if (
    state.status !== 'saved' ||
    state.event.source !== viewer.organisation ||
    !maySee(viewer, state.event.marking).see
  )
    throw new Refusal('NotFound', 'saved-question.unknown', 'There is no such saved question.');
  return state;
}

/** @throws {@link Refusal} */
export function save(given: SavedGiven & { saved: string; marking: Marking }, act: Act): EventDraft {
  const { saved, operation, name, question, terms, marking } = given;
  const size = JSON.stringify(terms).length;
  if (size > MAX_SAVED_TERMS || 'continuation' in terms)
    throw refusedFor('The question cannot be saved', [
      size > MAX_SAVED_TERMS
        ? {
            pointer: '/terms',
            code: 'saved-question.too-long',
            detail: `has ${size} characters as JSON; at most ${MAX_SAVED_TERMS} are kept`,
          }
        : {
            pointer: '/terms/continuation',
            code: 'saved-question.continuation',
            detail: 'belongs to one answer and cannot be kept',
          },
    ]);
  return actDraft(actingOf(act), bodyOf('question.saved', { saved, operation, name, question, terms }), marking);
}

/** Whoever may see it may do away with it: it belongs to the operation and not to a person. */
export function forget(
  state: Exclude<SavedState, { status: 'absent' }>,
  { reason, ...act }: Act & { reason: string },
): EventDraft {
  const { saved } = state.event.body.data;
  return actDraft(actingOf(act), bodyOf('question.forgotten', { saved, reason }), state.event.marking, [
    state.event.id,
  ]);
}

const actingOf = ({ by, role, ...act }: Act): Acting => ({ ...act, actor: actorOf(by, role) });
