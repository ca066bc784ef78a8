import { ABOVE_OFFICIAL, recordActs, type AuditEntry, type Viewer } from '#access';
import type { EventLog, LogReads, LogWrites, Prepared, StreamWrite } from '#event-log';
import type { RecordedEvent } from '#events';
import { Problem, isKnownError, type KnownError } from '#runtime';
import { countRefusal } from '../command-figures.js';
import { SPILLAGE_PURPOSE } from '../spillages/report-spillage.js';
import { retryingConflicts } from '../retrying-conflicts.js';
import { traced } from '../traced.js';
import { keptAnswer, keepAnswer, type Answer, type KeptAnswer } from './kept-answers.js';
import type { IdempotentCall } from './idempotent-call.js';

/** What a command decided, and what else belongs to its transaction. */
export interface Decided {
  append: readonly StreamWrite[];
  answer: (appended: readonly RecordedEvent[]) => Answer;
  audit: readonly AuditEntry[];
  alsoWrite?: (write: LogWrites, appended: readonly RecordedEvent[]) => Promise<unknown>;
}

export interface Answered extends Answer {
  /** Whether this is the answer of an earlier call with the same key. */
  replayed: boolean;
}

interface Caller {
  viewer: Viewer;
  call: IdempotentCall;
  purpose: string;
}

type Outcome = { answered: Answered } | { refused: KnownError };

/**
 * Runs a command once (DESIGN 6): lock on (organisation, subject, key), read the kept answer, decide, append, keep the answer;
 * all in one transaction. A rule's refusal is kept and given again like any answer; an outage is not, since a repeat is then
 * exactly what the caller should do.
 * @throws `idempotency.in-progress`, `idempotency.other-body`, and whatever `decide` refuses with
 */
export async function once(
  log: EventLog,
  caller: Caller,
  decide: (read: LogReads) => Promise<Decided>,
): Promise<Answered> {
  const outcome = await retryingConflicts(() => log.transact<Outcome>((read) => prepare(read, caller, decide)));
  if ('answered' in outcome) return outcome.answered;
  throw outcome.refused;
}

async function prepare(
  read: LogReads,
  caller: Caller,
  decide: (read: LogReads) => Promise<Decided>,
): Promise<Prepared<Outcome>> {
  const kept = await lockedAnswer(read, caller);
  if (kept !== undefined) return { append: 'nothing', result: replay(kept) };
  let decided: Decided;
  try {
    decided = await decide(read);
  } catch (refusal) {
    if (!isKnownError(refusal) || refusal.retriable) throw refusal;
    return { append: 'nothing', afterwards: (write) => keepRefusal(write, caller, refusal) };
  }
  if (decided.append.length === 0)
    return { append: 'nothing', afterwards: (write) => keep(write, caller, decided, []) };
  return { append: traced(decided.append), afterwards: (write, appended) => keep(write, caller, decided, appended) };
}

/** Lock and read are two statements, or the read would use a snapshot older than the lock; they share one round trip. */
async function lockedAnswer(read: LogReads, { viewer, call }: Caller): Promise<KeptAnswer | undefined> {
  const [locked, kept] = await Promise.all([
    read.tryLock(`idempotency\n${viewer.organisation}\n${viewer.subject}\n${call.key}`),
    keptAnswer(read, viewer, call.key),
  ]);
  if (!locked)
    throw new Problem(
      'InProgress',
      'idempotency.in-progress',
      'A call with this Idempotency-Key is still running; repeat it later.',
    );
  if (kept !== undefined && !kept.fingerprint.equals(call.fingerprint))
    throw new Problem(
      'Unprocessable',
      'idempotency.other-body',
      'This Idempotency-Key was used for another request; choose a new one.',
    );
  return kept;
}

function replay({ answer, refusal }: KeptAnswer): Outcome {
  return refusal === undefined ? { answered: { ...answer, replayed: true } } : { refused: refusal };
}

async function keep(
  write: LogWrites,
  caller: Caller,
  decided: Decided,
  appended: readonly RecordedEvent[],
): Promise<Outcome> {
  const answer = decided.answer(appended);
  await Promise.all([
    keepAnswer(write, caller.viewer, caller.call, answer),
    recordActs(write, decided.audit),
    decided.alsoWrite?.(write, appended),
  ]);
  return { answered: { ...answer, replayed: false } };
}

async function keepRefusal(write: LogWrites, caller: Caller, refused: KnownError): Promise<Outcome> {
  const { viewer, call, purpose } = caller;
  countRefusal(refused.code, viewer);
  // A spillage is refused before it comes here; should a rule find one that was not, nothing of it may stay either (R7).
  const isSpilled = refused.code === ABOVE_OFFICIAL;
  if (!isSpilled) await keepAnswer(write, viewer, call, refused);
  const said = isSpilled ? SPILLAGE_PURPOSE : purpose;
  await recordActs(write, [{ act: 'refusal', viewer, purpose: said, ids: [], reason: refused.code }]);
  return { refused };
}
