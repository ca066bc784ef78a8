import { setImmediate } from 'node:timers/promises';
import { callerGone } from './graph-reader.js';

/** Few enough that nobody notices: what takes longest, a national number of any region, takes a millisecond or two. */
const AT_ONCE = 10;

/**
 * What is made of each of many, in their order. Between a few of them others get their turn, and whoever has gone ends it.
 * @throws {@link QuestionRefused} `question.caller-gone`
 */
export async function givingWay<One, Made>(
  all: readonly One[],
  make: (one: One, place: number) => Made,
  signal: AbortSignal,
): Promise<Made[]> {
  const made: Made[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    made.push(...all.slice(from, from + AT_ONCE).map((one, at) => make(one, from + at)));
    await setImmediate();
    if (signal.aborted) throw callerGone();
  }
  return made;
}
