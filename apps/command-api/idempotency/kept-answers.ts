import type { Viewer } from '#access';
import type { LogReads, LogWrites } from '#event-log';
import type { ErrorKind, Fault, KnownError } from '#runtime';
import { Problem } from '#runtime';
import type { IdempotentCall } from './idempotent-call.js';

/** On every answer, refusals too, that is the answer of an earlier call with the same key. */
export const REPLAYED = { 'idempotency-replayed': 'true' } as const;

/** What the caller gets: status and JSON body. */
export interface Answer {
  status: number;
  body: object;
}

export interface KeptAnswer {
  fingerprint: Buffer;
  answer: Answer;
  /** Set where the command was refused. */
  refusal?: Problem;
}

interface Row {
  fingerprint: Buffer;
  status: number;
  answer: string;
}

/** As the status of a kept refusal: its HTTP status is decided anew at the edge, from its kind. */
const REFUSED = 0;

export async function keptAnswer(read: LogReads, viewer: Viewer, key: string): Promise<KeptAnswer | undefined> {
  const [row] = await read.query<Row>(
    'SELECT fingerprint, status, answer FROM idempotency_keys WHERE organisation = $1 AND subject = $2 AND key = $3',
    [viewer.organisation, viewer.subject, key],
  );
  if (row === undefined) return undefined;
  const { fingerprint, status } = row;
  const body = JSON.parse(row.answer) as object;
  return status === REFUSED
    ? { fingerprint, answer: { status, body }, refusal: problemFrom(body) }
    : { fingerprint, answer: { status, body } };
}

export async function keepAnswer(
  write: LogWrites,
  viewer: Viewer,
  { key, fingerprint }: IdempotentCall,
  kept: Answer | KnownError,
): Promise<void> {
  const { status, answer } = 'status' in kept ? { status: kept.status, answer: kept.body } : refusalRow(kept);
  await write.query(
    `INSERT INTO idempotency_keys (organisation, subject, key, fingerprint, status, answer)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [viewer.organisation, viewer.subject, key, fingerprint, status, JSON.stringify(answer)],
  );
}

function refusalRow({ kind, code, message, faults }: KnownError): { status: number; answer: object } {
  return { status: REFUSED, answer: { kind, code, message, faults } };
}

function problemFrom(body: object): Problem {
  const { kind, code, message, faults } = body as { kind: ErrorKind; code: string; message: string; faults?: Fault[] };
  return new Problem(kind, code, message, {
    retriable: false,
    headers: REPLAYED,
    ...(faults === undefined ? {} : { faults }),
  });
}
