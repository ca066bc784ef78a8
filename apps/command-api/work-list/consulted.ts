import { recordAct, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import { Refusal } from '../refusal.js';

interface Asked {
  viewer: Viewer;
  purpose: string;
  /** What the caller named, for the audit where there is nothing for them. */
  ids: readonly string[];
  /** Stable code of the question: `permission.show`. */
  reason: string;
}

/**
 * Reads for an answer by the functions that commands read with, in one transaction with its audit row: no row, no answer.
 * That somebody looked for what is not there for them is recorded too (R17).
 */
export async function consulted<T>(
  log: EventLog,
  asked: Asked,
  read: (reads: LogReads) => Promise<{ answer: T; ids?: readonly string[] }>,
): Promise<T> {
  const { viewer, purpose, reason } = asked;
  const outcome = await log.transact<{ answer: T } | { refused: Refusal }>(async (reads) => {
    const result = await read(reads).catch((error: unknown) => {
      if (error instanceof Refusal) return { refused: error };
      throw error;
    });
    const entry: AuditEntry =
      'refused' in result
        ? { act: 'refusal', viewer, purpose, ids: asked.ids, reason: result.refused.code }
        : { act: 'consultation', viewer, purpose, ids: result.ids ?? asked.ids, reason };
    return {
      append: 'nothing',
      afterwards: async (write) => {
        await recordAct(write, entry);
        return result;
      },
    };
  });
  if ('refused' in outcome) throw outcome.refused;
  return outcome.answer;
}
