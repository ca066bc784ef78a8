import { audienceOf } from '#events';
import { periodOf } from './instruments.js';
import { isOpen, type ItemState, type KnownReferral } from './referral-state.js';

/** What the work list puts first: a life, then the shortest clock, then what was said to be urgent. Lower comes first. */
function priorityOf({ content: { urgency, instrument } }: KnownReferral): number {
  if (urgency === 'threat-to-life') return 0;
  if (periodOf(instrument) !== undefined) return 1;
  return urgency === 'urgent' ? 2 : 3;
}

/** A referral as the tables keep it: nothing that names anybody, and all of it follows from the stream. */
export function referralRow(state: KnownReferral) {
  const { content } = state;
  return {
    referral: state.referral,
    organisation: state.organisation,
    platform: content.platform,
    audience: audienceOf(state.marking),
    state: state.status,
    theme: content.theme,
    urgency: content.urgency,
    instrument: content.instrument,
    language: content.language ?? null,
    reference: content.reference ?? null,
    priority: priorityOf(state),
    drafted_at: state.draftedAt,
    check_requested_at: state.window?.decision.at ?? null,
    window_until: state.window?.until ?? null,
    held_until: state.status === 'held' ? (state.hold?.until ?? null) : null,
    submitted_at: state.receivedAt ?? null,
    due_at: earliest(state.items.flatMap((item) => watchedDue(item) ?? [])),
    successor_of: content.successorOf ?? null,
    version: state.version,
  };
}

export function itemRow(state: KnownReferral, place: number) {
  const item = state.items[place] as ItemState;
  return {
    referral: state.referral,
    item: place,
    entity_kind: item.location.kind,
    item_kind: item.kind,
    state: item.status,
    appeal: item.appeal,
    open: isWatched(state, item),
    due_at: watchedDue(item) ?? null,
    stopped_at: item.clock?.stopped?.at ?? null,
    breached_at: item.clock?.breached === true ? item.clock.dueAt : null,
    decided_at: item.decidedAt ?? null,
  };
}

/** From the check on until there is an outcome: as long as the same item is not referred a second time (R21). */
function isWatched({ status }: KnownReferral, item: ItemState): boolean {
  if (status === 'drafted' || status === 'closed' || status === 'withdrawn') return false;
  return item.status === 'not-submitted' || isOpen(item.status);
}

/** When the clock has to be looked at next: not while it is stopped, and not once its breach stands in the log. */
function watchedDue({ clock }: ItemState): string | undefined {
  if (clock === undefined || clock.breached) return undefined;
  const runs = clock.stopped === undefined && clock.endedAt === undefined;
  return clock.late || runs ? clock.dueAt : undefined;
}

function earliest(times: readonly string[]): string {
  return [...times].sort()[0] ?? 'infinity';
}
