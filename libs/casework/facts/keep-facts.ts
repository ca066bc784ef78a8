import type { RecordedEvent } from '#events';
import type { LogWrites } from '#event-log';
import type { EntityIdOf } from '../case-act.js';

export async function keepFacts(
  _write: LogWrites,
  _recorded: readonly RecordedEvent[],
  _entityIdOf: EntityIdOf,
): Promise<void> {}
