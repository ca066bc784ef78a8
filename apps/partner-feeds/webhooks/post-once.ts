import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { WebhookTargets } from '#feeds';
import { checkedTarget, hostOf, type CheckedTarget, type Resolve } from './checked-target.js';
import { retryAfterMs, type AttemptFault, type Outcome } from './next-step.js';

export interface Posting {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface PostingTerms {
  targets: WebhookTargets;
  resolve: Resolve;
  /** For everything from the name to the answer; default 15 seconds. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** Of an answer so much is read, for so long, and thrown away: who answers in full gets an orderly end. */
const ANSWER = { bytes: 4_096, ms: 1_000 };
const HEADER_BYTES = 16_384;
/** Interim answers (1xx) that are put up with; an endless row of them would be an endless answer. */
const MOST_INTERIM = 5;

/**
 * One POST to one endpoint, and nothing that it says is followed or kept: no redirect, no proxy, no connection that was made
 * before the address was checked. Never rejects for what the endpoint does.
 * @throws the reason of `stop` when it fires: then nobody knows whether it arrived
 */
export async function postOnce(posting: Posting, terms: PostingTerms, stop: AbortSignal): Promise<Outcome> {
  // Its own, with a listener that goes with it: what AbortSignal.any makes stays with a signal that lives as long as the process.
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, terms.timeoutMs ?? TIMEOUT_MS);
  stop.addEventListener('abort', end, { once: true });
  try {
    stop.throwIfAborted();
    const target = await checkedTarget(posting.url, terms.targets, terms.resolve, over.signal);
    const outcome = typeof target === 'string' ? failed(target) : await postTo(target, posting, over.signal);
    if (outcome.kind === 'answered') return outcome;
    stop.throwIfAborted();
    return over.signal.aborted ? failed('timeout') : outcome;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

/** Sends to the addresses of the target, whatever its name says by now. */
export function postTo(
  { url, addresses }: CheckedTarget,
  { headers, body }: Posting,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const open = url.protocol === 'https:' ? tlsRequest : plainRequest;
    let outcome: Outcome = failed('unreachable');
    let interim = 0;
    const sent = open({
      protocol: url.protocol,
      host: hostOf(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
      // A connection of its own, so that no earlier one to an address checked earlier is used.
      agent: false,
      lookup: only(addresses),
      rejectUnauthorized: true,
      maxHeaderSize: HEADER_BYTES,
      signal,
    });
    sent.on('socket', (socket) => {
      socket.once('connect', () => (outcome = failed(url.protocol === 'https:' ? 'tls' : 'broken-off')));
      socket.once('secureConnect', () => (outcome = failed('broken-off')));
    });
    sent.on('information', () => {
      interim += 1;
      if (interim > MOST_INTERIM) sent.destroy();
    });
    sent.on('response', (response) => {
      outcome = outcomeOf(response);
      void drained(response).then(() => sent.destroy());
    });
    // Upgraded to something else is no answer to a POST.
    sent.on('upgrade', (_response, socket) => {
      outcome = failed('not-http');
      socket.destroy();
      sent.destroy();
    });
    sent.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code?.startsWith('HPE_') === true && outcome.kind === 'failed') outcome = failed('not-http');
    });
    sent.on('close', () => resolve(outcome));
    sent.end(body);
  });
}

/** A look-up that knows these addresses only: what was checked is what is connected to. */
function only(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_name, { all: wantsAll }, callback) => {
    const [first] = all;
    if (wantsAll === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): Outcome {
  const retryAfter = retryAfterMs(headers['retry-after'], new Date());
  return { kind: 'answered', status: statusCode, ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }) };
}

/** Resolves when the answer has ended in any way, or is long enough. */
async function drained(response: IncomingMessage): Promise<void> {
  const over = new AbortController();
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > ANSWER.bytes) over.abort();
  });
  for (const end of ['end', 'close', 'error']) response.once(end, () => over.abort());
  await wait(ANSWER.ms, undefined, { signal: over.signal }).catch(() => undefined);
}

function failed(fault: AttemptFault): Outcome {
  return { kind: 'failed', fault };
}
