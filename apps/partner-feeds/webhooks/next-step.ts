/** How one attempt went. What the endpoint wrote is never kept: its status is all that matters. */
export type Outcome =
  { kind: 'answered'; status: number; retryAfterMs?: number } | { kind: 'failed'; fault: AttemptFault };

/**
 * `no-address`: the name leads nowhere, or somewhere that webhooks do not go; one code, or names inside our network could be told
 * apart from outside. `refused-url`: the form of the address is not one to send to any more.
 */
export type AttemptFault = 'refused-url' | 'no-address' | 'unreachable' | 'tls' | 'timeout' | 'broken-off' | 'not-http';

/** What follows from an attempt. */
export type NextStep =
  | { do: 'go-on'; afterMs: number; spacingMs: number }
  | { do: 'repeat'; afterMs: number; spacingMs: number }
  | { do: 'pause'; reason: PauseReason };

/** `webhook.gone`: the endpoint said 410. `webhook.exhausted`: every attempt of the schedule failed. */
export type PauseReason = 'webhook.gone' | 'webhook.exhausted';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Before each attempt at one delivery (Standard Webhooks): the first at once, the last 75.6 hours later. */
export const ATTEMPTS_AFTER_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
/** Up to this part later, so that endpoints that failed together do not come back together. */
const JITTER = 0.2;
/** An endpoint that names a longer time is asked again after this one all the same. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** Between deliveries to an endpoint that asked for less: at first, and at most. */
const SPACING_MS = { first: SECOND, longest: MINUTE };
/** "Too many", and what a gateway says for an endpoint that cannot keep up. */
const THROTTLING: readonly number[] = [429, 502, 504];

/**
 * What to do after an attempt. A success goes on; everything else repeats the same delivery by the schedule, since the deliveries of
 * one endpoint keep their order; after the last attempt, or when the endpoint says that it is gone, nothing is sent any more.
 * @param attempts attempts at this delivery that failed before
 * @param spacingMs pause between deliveries that the endpoint was given before
 * @param random from 0 to 1
 */
export function nextStep(attempts: number, spacingMs: number, outcome: Outcome, random: number): NextStep {
  const status = outcome.kind === 'answered' ? outcome.status : 0;
  if (isTaken(outcome)) {
    const spacing = spacingMs / 2 < SPACING_MS.first ? 0 : Math.floor(spacingMs / 2);
    return { do: 'go-on', afterMs: spacing, spacingMs: spacing };
  }
  if (status === 410) return { do: 'pause', reason: 'webhook.gone' };
  const scheduled = ATTEMPTS_AFTER_MS[attempts + 1];
  if (scheduled === undefined) return { do: 'pause', reason: 'webhook.exhausted' };
  const throttled = THROTTLING.includes(status);
  const spacing = throttled ? slower(spacingMs) : spacingMs;
  const asked = outcome.kind === 'answered' ? Math.min(outcome.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS) : 0;
  const afterMs = Math.max(scheduled * (1 + JITTER * random), asked, throttled ? spacing : 0);
  return { do: 'repeat', afterMs: Math.ceil(afterMs), spacingMs: spacing };
}

/** Whether the endpoint took the message. */
export function isTaken(outcome: Outcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

function slower(spacingMs: number): number {
  return Math.min(Math.max(SPACING_MS.first, spacingMs * 2), SPACING_MS.longest);
}

/** `Retry-After` in milliseconds from now: seconds or a date of HTTP; undefined where it is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND;
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/** An outcome in one word, as the subscriber sees it: `204`, `timeout`. */
export function answerOf(outcome: Outcome): string {
  return outcome.kind === 'answered' ? String(outcome.status) : outcome.fault;
}
