import { LogRefusal, type Lease, type LogWrites } from '#event-log';

/**
 * After an append of the timekeeper: is it still the one at work? Asked in the transaction itself, so what a process appended
 * that was paused and overtaken never becomes true.
 * @throws LogRefusal `lease.lost`
 */
export async function proveLease(write: Pick<LogWrites, 'query'>, lease: Lease): Promise<void> {
  const [row] = await write.query<{ kept: boolean }>('SELECT renew_lease($1, $2, $3, $4, $5) AS kept', lease.proof());
  if (row?.kept !== true) throw new LogRefusal('lease.lost', 'another timekeeper is at work');
}
