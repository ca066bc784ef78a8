import { Readable } from 'node:stream';
import { DoorClosed, type Door } from '#runtime';
import { CallFailed, type BulkAnswer, type BulkCall } from './bulk-sender.js';
import { linesOf } from './text-lines.js';

const RETRIABLE = new Set([408, 409, 425, 429]);

/**
 * `POST /v1/assertions/bulk`: NDJSON there, NDJSON back, an answer for each line and a summary at the end.
 * @param timeoutMs after this a call counts as broken off; what it did is found again by the references
 */
export function httpBulkCall(door: Door, timeoutMs: number): BulkCall {
  const url = new URL('/v1/assertions/bulk', door.url);
  return async (lines, onAnswer) => {
    const response = await fetchBulk(
      url,
      { token: await tokenOf(door), timeoutMs },
      lines.map(({ json }) => `${json}\n`).join(''),
    );
    if (!response.ok) throw await refusedCall(response);
    if (response.body === null) throw new CallFailed('bulk.no-body', 'The server answered without a body', true);
    let finished = false;
    for await (const batch of answersIn(response))
      for (const answer of batch) {
        if ('summary' in answer) {
          const { problem } = answer.summary;
          if (problem !== undefined)
            throw new CallFailed(problem.code, `The command interface stopped: ${problem.detail}`, problem.retriable);
          finished = answer.summary.complete;
          continue;
        }
        const index = answer.line - 1;
        // The server names no reference where it could not read the line.
        if (lines[index] === undefined || (answer.reference !== null && lines[index].reference !== answer.reference))
          throw new CallFailed(
            'bulk.unasked',
            `The server's answer for line ${String(answer.line)} is not for what was sent there`,
            false,
          );
        onAnswer(index, answer);
      }
    if (!finished) throw new CallFailed('bulk.cut-off', 'The answer of the server broke off', true);
  };
}

/** Asked for before each call: it may have been renewed. */
async function tokenOf(door: Door): Promise<string> {
  return door.token().catch((error: unknown) => {
    throw error instanceof DoorClosed ? new CallFailed(error.code, error.message, error.retriable) : error;
  });
}

async function fetchBulk(url: URL, call: { token: string; timeoutMs: number }, body: string): Promise<Response> {
  const headers = {
    authorization: `Bearer ${call.token}`,
    'content-type': 'application/x-ndjson',
    accept: 'application/x-ndjson',
  };
  try {
    return await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(call.timeoutMs) });
  } catch (error) {
    throw new CallFailed(
      'bulk.unreachable',
      `The command interface at ${url.origin} does not answer: ${reasonOf(error)}`,
      true,
    );
  }
}

type AnswerLine =
  | (BulkAnswer & { line: number })
  | { summary: { complete: boolean; problem?: { code: string; detail: string; retriable: boolean } } };

async function* answersIn(response: Response): AsyncGenerator<AnswerLine[]> {
  const stream = Readable.fromWeb(
    response.body as import('node:stream/web').ReadableStream<Uint8Array>,
  ) as AsyncIterable<Buffer>;
  const lines = linesOf(stream);
  while (true) {
    let batch;
    try {
      batch = await lines.next();
    } catch (error) {
      throw new CallFailed('bulk.cut-off', `The answer of the server broke off: ${reasonOf(error)}`, true);
    }
    if (batch.done === true) return;
    yield batch.value.flatMap(({ text }) => (text === undefined || text === '' ? [] : [answerIn(text)]));
  }
}

function answerIn(text: string): AnswerLine {
  try {
    return JSON.parse(text) as AnswerLine;
  } catch {
    // The last line of an answer that was cut off is half a line.
    throw new CallFailed('bulk.cut-off', 'The answer of the server broke off within a line', true);
  }
}

/** Why a whole call was turned away, in the server's words. */
async function refusedCall(response: Response): Promise<CallFailed> {
  const problem: unknown = await response.json().catch(() => undefined);
  const said = problem !== null && typeof problem === 'object' ? (problem as Record<string, unknown>) : {};
  const text = ['title', 'detail']
    .map((name) => said[name])
    .filter((value) => typeof value === 'string')
    .join(': ');
  const retriable = response.status >= 500 || RETRIABLE.has(response.status);
  const code = typeof said['code'] === 'string' ? said['code'] : `bulk.status-${response.status}`;
  return new CallFailed(
    code,
    `The command interface answered ${response.status}${text === '' ? '' : `: ${text}`}`,
    retriable,
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
