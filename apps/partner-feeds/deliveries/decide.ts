import { maySee, type Viewer } from '#access';
import { SLOT } from '#feeds';
import type { PartnerEvent } from '../payload/partner-event.js';
import { epochAt, printCursor, type Epoch } from './cursor.js';
import type { Delivery, FeedNotice } from './delivery.js';
import type { Disclosed } from './ledger.js';
import type { CauseRow, SlotRow } from './slots.js';

/** What each slot of a call is decided by. */
export interface Basis {
  /** Undefined where the feed carries nothing but notices any more. */
  viewer: Viewer | undefined;
  epochs: readonly Epoch[];
  /** What a partner gets of the event at a position, of those that may leave. */
  eventAt: (position: number) => PartnerEvent;
  idOf: (sequence: number, cause: string) => string;
  /** Delivery id of what notices name, by sequence. */
  idAt: (sequence: number) => string | undefined;
}

/** Whether the event of a slot may leave by the policy of now. */
export function isReleasable({ kind, ended }: SlotRow, { marking }: CauseRow, viewer: Viewer | undefined): boolean {
  return kind === SLOT.event && ended === null && viewer !== undefined && maySee(viewer, marking).see;
}

/** What leaves of a slot, and what of it has to be recorded first: nothing of what is withheld. */
export function decideDelivery(
  slot: SlotRow,
  event: CauseRow,
  { viewer, epochs, eventAt, idOf, idAt }: Basis,
): { delivery: Delivery; disclosed?: Disclosed } {
  const { sequence, added } = slot;
  const { cause, stream, audience, marking } = event;
  const delivery = idOf(sequence, cause);
  const place = {
    sequence,
    delivery,
    cursor: printCursor({ epoch: epochAt(epochs, sequence), sequence, delivery }),
    added,
  };
  if (slot.kind === SLOT.notice)
    return {
      delivery: { ...place, kind: 'notice', notice: noticeOf(slot, idAt) },
      disclosed: { sequence, delivery, audience: 0, basis: 'notice' },
    };
  if (viewer === undefined || !isReleasable(slot, event, viewer)) return { delivery: { ...place, withheld: true } };
  const basis = maySee(viewer, marking).reasons[0] ?? 'ground.unknown';
  return {
    delivery: { ...place, kind: 'event', event: eventAt(slot.position), ...(slot.held ? { held: true } : {}) },
    disclosed: { sequence, delivery, stream, audience, basis },
  };
}

function noticeOf(slot: SlotRow, idAt: Basis['idAt']): FeedNotice {
  const { notice, reason, sequences, due_at: dueAt, state, details } = slot;
  if (notice === null) throw new Error(`slot ${slot.sequence} is a notice and says nothing`);
  return {
    notice,
    reason,
    deliveries: sequences.flatMap((sequence) => idAt(sequence) ?? []),
    ...(dueAt === null ? {} : { answerBy: dueAt }),
    ...(state === null ? {} : { state }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}
