import { randomUUID } from 'node:crypto';
import type { Door } from '#runtime';
import { serverSentEvents, type ServerSentEvent } from './event-stream.js';
import { FollowFailed } from './follow-failed.js';
import type { Received } from './follower.js';

export interface Page {
  entries: Received[];
  cursor: string;
  more: boolean;
}

const PAGE = 200;
const ANSWER_WITHIN_MS = 60_000;

/** Calls partner-feeds, and command-api for answers; what is refused becomes a {@link FollowFailed}. */
export class FeedClient {
  constructor(
    private readonly feeds: Door,
    readonly feed: string,
  ) {}

  async page(after: string | undefined): Promise<Page> {
    const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    return (await this.get(`entries?limit=${PAGE}${query}`)).json() as Promise<Page>;
  }

  async digestAt(sequence: number): Promise<string> {
    const { digest } = (await (await this.get(`digest?sequence=${sequence}`)).json()) as { digest: string };
    return digest;
  }

  /** Deliveries behind a cursor as they come, or a snapshot first. Ends when the stream does. */
  async *stream(from: { cursor: string } | 'snapshot', signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const response = await this.get(`stream${from === 'snapshot' ? '?snapshot=true' : ''}`, {
      headers: from === 'snapshot' ? {} : { 'last-event-id': from.cursor },
      signal,
    });
    if (response.body !== null) yield* serverSentEvents(response.body);
  }

  private get(path: string, init: { headers?: Record<string, string>; signal?: AbortSignal } = {}): Promise<Response> {
    return send(this.feeds, `/v1/feeds/${this.feed}/${path}`, {
      ...init,
      signal: init.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  }
}

/** Answers a recall. A repeat is no harm: the last answer counts. */
export async function answerRecall(
  commands: Door,
  feed: string,
  { sequence, answer, purpose }: { sequence: number; answer: string; purpose: string },
): Promise<void> {
  await send(commands, `/v1/subscriptions/${feed}/recalls/${sequence}/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ answer, purpose }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
}

async function send(
  door: Door,
  path: string,
  init: RequestInit & { headers?: Record<string, string> },
): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await door.token()}` };
  let response: Response;
  try {
    response = await fetch(`${door.url}${path}`, { ...init, headers });
  } catch (error) {
    throw new FollowFailed('follow.unreachable', `${door.url} does not answer: ${reasonOf(error)}`, true);
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; retriable?: boolean };
  throw new FollowFailed(
    problem.code ?? 'follow.refused',
    problem.detail ?? `${door.url} answered with ${response.status}.`,
    problem.retriable ?? response.status >= 500,
  );
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } };
  return cause?.message ?? message;
}
