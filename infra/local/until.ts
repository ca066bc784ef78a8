/** Waiting for a condition, never for a time. */
import { setTimeout as pause } from 'node:timers/promises';

/** Soon at first; who waits long takes little from those who work. */
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 160;

/**
 * Asks again and again until the answer is neither undefined nor false, and returns it. A check that throws has not
 * succeeded yet; what it said last is part of the error.
 * @param missing what was missing when the time is up, as a sentence
 */
export async function until<T>(
  missing: string,
  check: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + withinMs;
  let said = '';
  for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 1.5, LAST_POLL_MS)) {
    try {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
      said = '';
    } catch (error) {
      said = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    if (Date.now() > end) throw new Error(`${missing} within ${withinMs} ms${said}`);
    await pause(poll);
  }
}
