import type { RecordedEvent } from '#events';
import type { LogWrites } from '#event-log';
import type { EntityIdOf } from './case-act.js';
import { keepInterests } from './deconfliction/keep-interests.js';
import { keepFacts } from './facts/keep-facts.js';
import { keepReferrals } from './referral/keep-referrals.js';
import { keepRemovals } from './removal/keep-removals.js';

/**
 * Writes the tables that follow from the events of cases, in the transaction of their append. Every command and duty that
 * appends case events calls it with all that was appended; other events are passed over.
 */
export async function keepCases(
  write: LogWrites,
  recorded: readonly RecordedEvent[],
  entityIdOf: EntityIdOf,
): Promise<void> {
  await keepReferrals(write, recorded, entityIdOf);
  await keepInterests(write, recorded, entityIdOf);
  await keepRemovals(write, recorded, entityIdOf);
  await keepFacts(write, recorded);
}
