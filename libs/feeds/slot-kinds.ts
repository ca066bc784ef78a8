/** Kinds of slots, as `feed_slots` keeps them. */
export const SLOT = { event: 1, notice: 2 } as const;
