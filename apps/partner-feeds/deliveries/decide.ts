import { maySee, type Viewer } from '#access';
import type { KnownEvent } from '#events';
import { SLOT } from '#feeds';
import { partnerEvent } from '../payload/partner-event.js';
import { epochAt, printCursor, type Epoch } from './cursor.js';
import type { Delivery, FeedNotice } from './delivery.js';
import type { Disclosed } from './ledger.js';
import type { SlotRow } from './slots.js';

/** What each slot of a call is decided by. */
export interface Basis {
  /** Undefined where the feed carries nothing but notices any more. */
  viewer: Viewer | undefined;
  /** Events that may leave, by sequence. */
  events: ReadonlyMap<number, KnownEvent>;
  /** Delivery ids of what notices name, by sequence. */
  named: ReadonlyMap<number, string>;
  epochs: readonly Epoch[];
  idOf: (sequence: number, cause: string) => string;
}

/** Whether the event of a slot may leave by the policy of now. */
export function isReleasable({ kind, ended, marking }: SlotRow, viewer: Viewer | undefined): boolean {
  return kind === SLOT.event && ended === null && viewer !== undefined && maySee(viewer, marking).see;
}

/** What leaves of a slot, and what of it has to be recorded first: nothing of what is withheld. */
export function decideDelivery(
  slot: SlotRow,
  { viewer, events, named, epochs, idOf }: Basis,
): { delivery: Delivery; disclosed?: Disclosed } {
  const { sequence, added, stream, audience, marking } = slot;
  const delivery = idOf(sequence, slot.cause);
  const place = {
    sequence,
    delivery,
    cursor: printCursor({ epoch: epochAt(epochs, sequence), sequence, delivery }),
    added,
  };
  if (slot.kind === SLOT.notice)
    return {
      delivery: { ...place, kind: 'notice', notice: noticeOf(slot, named) },
      disclosed: { sequence, delivery, audience: 0, basis: 'notice' },
    };
  const event = events.get(sequence);
  if (event === undefined || viewer === undefined) return { delivery: { ...place, withheld: true } };
  const basis = maySee(viewer, marking).reasons[0] ?? 'ground.unknown';
  return {
    delivery: { ...place, kind: 'event', event: partnerEvent(event, marking), ...(slot.held ? { held: true } : {}) },
    disclosed: { sequence, delivery, stream, audience, basis },
  };
}

function noticeOf(slot: SlotRow, named: ReadonlyMap<number, string>): FeedNotice {
  const { notice, reason, sequences, due_at: dueAt, state, details } = slot;
  if (notice === null) throw new Error(`slot ${slot.sequence} is a notice and says nothing`);
  return {
    notice,
    reason,
    deliveries: sequences.flatMap((sequence) => named.get(sequence) ?? []),
    ...(dueAt === null ? {} : { answerBy: dueAt }),
    ...(state === null ? {} : { state }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}
