import { recordActs, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { isKnownError, type KnownError } from '#runtime';

interface Asked {
  viewer: Viewer;
  purpose: string;
  /** What the caller named, for the audit where there is nothing for them. */
  ids: readonly string[];
  /** Stable code of the question: `permission.show`. */
  reason: string;
}

interface Consulted<T> {
  answer: T;
  /** What the answer tells of, where that is more than was named. */
  ids?: readonly string[];
  /** Streams of other organisations that the answer shows: a disclosure to the caller's own. */
  ofOthers?: readonly string[];
}

/**
 * Reads for an answer by the functions that commands read with, in one transaction with its audit row: no row, no answer.
 * That somebody looked for what is not there for them is recorded too (R17).
 */
export async function consulted<T>(
  log: EventLog,
  asked: Asked,
  read: (reads: LogReads) => Promise<Consulted<T>>,
): Promise<T> {
  const { viewer, purpose, reason } = asked;
  const outcome = await log.transact<{ answer: T } | { refused: KnownError }>(async (reads) => {
    const result = await read(reads).catch((error: unknown) => {
      if (isKnownError(error) && !error.retriable) return { refused: error };
      throw error;
    });
    const entries: AuditEntry[] = [];
    if ('refused' in result)
      entries.push({ act: 'refusal', viewer, purpose, ids: asked.ids, reason: result.refused.code });
    else {
      const { ids = asked.ids, ofOthers = [] } = result;
      entries.push({ act: 'consultation', viewer, purpose, ids, reason });
      if (ofOthers.length > 0)
        entries.push({ act: 'disclosure', viewer, purpose, ids: ofOthers, recipients: [viewer.organisation], reason });
    }
    return {
      append: 'nothing',
      afterwards: async (write) => {
        await recordActs(write, entries);
        return result;
      },
    };
  });
  if ('refused' in outcome) throw outcome.refused;
  return outcome.answer;
}
