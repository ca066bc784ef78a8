import type { EventLog, Lease, RelayLog } from '#event-log';
import type { NewestRecord, TransportRecord } from '#kafka';
import type { RelayAlarms } from './alarms.js';

/**
 * Whether Kafka tells of another history than the log: a record of this incarnation, or of a later one, that the log does
 * not have at its position. A file copy of PostgreSQL that was put back changes neither its system identifier nor its
 * timeline and takes the relay's own state back too, so the newest records are the only witnesses.
 */
export async function otherHistory(
  newest: readonly NewestRecord[],
  incarnation: number,
  log: Pick<EventLog, 'positions'>,
): Promise<TransportRecord | undefined> {
  for (const { record } of newest) {
    if (record === undefined || record.incarnation < incarnation) continue; // a history that is known to have ended
    if (record.incarnation > incarnation) return record;
    if ((await log.positions.eventIdAt(record.position)) !== record.id) return record;
  }
  return undefined;
}

/** Opens a new incarnation where Kafka holds another history; returns the incarnation that stands. */
export async function settleHistory(
  relay: RelayLog,
  lease: Lease,
  newest: readonly NewestRecord[],
  alarms: RelayAlarms,
): Promise<number> {
  for (const { topic, partition, record } of newest)
    if (record === undefined)
      alarms.raise(
        'foreign-record',
        { topic, partition },
        'the newest record of a partition was not sent by this relay',
      );
  const incarnation = await relay.log.incarnation();
  const witness = await otherHistory(newest, incarnation, relay.log);
  if (witness === undefined) return incarnation;
  const highest = Math.max(incarnation, ...newest.map(({ record }) => record?.incarnation ?? 0));
  const raised = await relay.raiseIncarnation(lease, incarnation, highest + 1);
  const { topic, partition, position, incarnation: sentFrom } = witness;
  alarms.raise(
    'other-history',
    { topic, partition, position, sentFrom, incarnation: raised },
    'Kafka holds events that the log does not: an older copy of the database was put back; a new incarnation begins and every reader has to notice it',
  );
  return raised;
}
