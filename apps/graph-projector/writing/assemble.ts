import type {
  GraphWrite,
  ParkedNode,
  PositionMove,
  PositionNode,
  RegradeWrite,
  StatementWrite,
  WithdrawalWrite,
} from '#graph';
import type { PreparedEvent } from './prepare.js';

/** What the graph remembers beside statements, as of the last write. */
export interface Marks {
  /** By key of the partition. */
  positions: ReadonlyMap<string, PositionNode>;
  /** Streams with a parked event. */
  parked: ReadonlySet<string>;
  /** `stream/version` of events that shall have no effect. */
  discarded: ReadonlySet<string>;
}

export const versionKey = (stream: string, streamVersion: number): string => `${stream}/${streamVersion}`;

/**
 * One write for events that stand in each partition's order. An event at fault is parked and its stream with it; an event of a
 * parked stream is parked behind it, or order would be lost silently; a discarded one only moves the position.
 */
export function assemble(events: readonly PreparedEvent[], marks: Marks): GraphWrite {
  const statements: StatementWrite[] = [];
  const withdrawals: WithdrawalWrite[] = [];
  const regrades: RegradeWrite[] = [];
  const parked: ParkedNode[] = [];
  const parkedNow = new Set<string>();
  for (const { partition, position, stream, streamVersion, type, projected } of events) {
    if (marks.discarded.size > 0 && marks.discarded.has(versionKey(stream, streamVersion))) continue;
    const behind = marks.parked.has(stream) || parkedNow.has(stream);
    if (behind || !('change' in projected)) {
      const { code, reason } = behind ? BEHIND : 'fault' in projected ? projected.fault : OUT_OF_PLACE;
      parked.push({ position, stream, streamVersion, partition, type, code, reason });
      parkedNow.add(stream);
      continue;
    }
    for (const statement of projected.change.statements) statements.push(statement);
    for (const withdrawal of projected.change.withdrawals) withdrawals.push(withdrawal);
    for (const regrade of projected.change.regrades) regrades.push(regrade);
  }
  return { moves: movesOf(events, marks.positions), statements, withdrawals, regrades, parked };
}

const BEHIND = { code: 'behind', reason: 'an earlier event of its stream is parked' };
const OUT_OF_PLACE = { code: 'projection.failed', reason: 'a decision about parked events stood inside a batch' };

/** From where each partition stands to its last event here. */
export function movesOf(events: readonly PreparedEvent[], positions: Marks['positions']): PositionMove[] {
  const last = new Map<string, PreparedEvent>();
  for (const event of events) last.set(event.partition, event);
  return [...last.values()].map(({ partition, position, id }) => {
    const from = positions.get(partition);
    if (from === undefined) throw new Error(`the graph has no position of ${partition}`);
    return { from, to: { last: position, event: id } };
  });
}
