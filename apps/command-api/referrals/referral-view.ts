import { instrumentOf, type ItemState, type KnownReferral } from '#casework';

/** A referral as its own agency sees it. Everything in it follows from the stream, so that its tag changes with it alone. */
export function referralView(state: KnownReferral): object {
  const { content, window, hold, basis, grading, status } = state;
  const { items, ...rest } = content;
  return {
    referral: state.referral,
    state: status,
    reopened: state.reopened,
    ...rest,
    marking: state.marking,
    basis,
    ...(grading === undefined ? {} : { grading }),
    items: state.items.map((item, place) => itemView(item, place, items[place])),
    draftedAt: state.draftedAt,
    ...(window === undefined ? {} : { check: { until: window.until } }),
    // The one deliberate signal of deconfliction: call the desk.
    ...(hold === undefined || status !== 'held' ? {} : { hold }),
    ...(state.clearedBy === undefined ? {} : { clearedBy: state.clearedBy }),
    ...(state.receivedAt === undefined ? {} : { submittedAt: state.receivedAt }),
    follows: instrumentOf(content.instrument)?.follows ?? null,
  };
}

function itemView(
  item: ItemState,
  place: number,
  given: KnownReferral['content']['items'][number] | undefined,
): object {
  const { kind, location, status, clock, appeal, findings, acknowledgedAt, question, outcome, decidedAt } = item;
  return {
    item: place,
    kind,
    location: location.raw ?? location.key,
    key: location.key,
    state: status,
    evidence: given?.evidence ?? [],
    ...(given?.successorOf === undefined
      ? {}
      : { successorOf: { referral: given.successorOf.referral, item: given.successorOf.item } }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(question === undefined ? {} : { question }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(decidedAt === undefined ? {} : { decidedAt }),
    appeal,
    findings,
    ...(clock === undefined ? {} : { deadline: deadlineView(clock) }),
  };
}

function deadlineView({ dueAt, stopped, suspended, breached }: NonNullable<ItemState['clock']>): object {
  return { dueAt, ...(stopped === undefined ? {} : { stoppedAt: stopped.at }), suspended, breached };
}
