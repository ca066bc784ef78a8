import type { EventLog } from '#event-log';
import type { PositionNode } from '#graph';

/**
 * The log is another one than the graph was made from: a copy was put back. What the graph says then rests on events that no
 * longer exist, and only a rebuild helps; going on would mix two histories.
 */
export class OtherHistory extends Error {
  readonly code = 'graph.other-history';
  readonly kind = 'RuleRefused';
  readonly retriable = false;
}

export type HistoryLog = Pick<EventLog, 'incarnation'> & { positions: Pick<EventLog['positions'], 'eventIdAt'> };

/**
 * Compares the graph with the log: the incarnation, and the event at each last position (a file copy that was put back changes
 * no incarnation). Asked at the start and whenever one of the two stores was away.
 * @throws {@link OtherHistory}
 */
export async function checkHistory(log: HistoryLog, positions: readonly PositionNode[]): Promise<void> {
  const incarnation = await log.incarnation();
  for (const { key, last, event, incarnation: applied } of positions) {
    if (applied !== incarnation)
      throw new OtherHistory(
        `${key} was projected from incarnation ${applied} of the log, which is ${incarnation} now`,
      );
    if (last === 0) continue;
    const logged = await log.positions.eventIdAt(last);
    if (logged !== event)
      throw new OtherHistory(
        `${key} ends at position ${last} with event ${event}, where the log has ${logged ?? 'none'}`,
      );
  }
}
