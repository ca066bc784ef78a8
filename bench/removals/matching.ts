/** What matching costs beside more and more open referrals: the same call each time, of which a fifth answers somebody. */
import type { EventLog } from '#event-log';
import type { EntityNames } from '../../apps/command-api/assertions/entity-names.js';
import { figureOf, rounded, type Figure } from '../harness/figures.js';
import type { HttpLoad } from '../load/http-load.js';
import { referAll } from './open-referrals.js';
import { nowish, pushedLine, videoLink } from './pushed-lines.js';
import { callsOf } from './pushed-side.js';

/** Lines of one call, and how many of them answer an open referral. */
const LINES = 2_000;
const MATCHED = 400;
const WARM_UP = 2;
/** Before the first size: a cold server would make the fewest look dear, and the growth small. */
const FIRST_WARM_UP = 10;
/** New referrals after which the database counts its rows anew. */
const COUNTED_AFTER = 10_000;

export interface Matching {
  /** Brings the database's statistics up to date, as it does by itself within a minute. */
  count: () => Promise<unknown>;
  log: EventLog;
  names: EntityNames;
  load: HttpLoad;
  caller: { port: number; token: string };
  say: (line: string) => void;
  rounds: number;
}

export interface MatchingCost {
  open: number;
  /** Microseconds for one line. */
  perLine: Figure;
}

/** Grows the open referrals from size to size and measures at each. */
export async function matchingCosts(parts: Matching, sizes: readonly number[]): Promise<MatchingCost[]> {
  const { log, names, say, rounds } = parts;
  const costs: MatchingCost[] = [];
  let open = 0;
  let calls = 0;
  for (const size of sizes) {
    const started = performance.now();
    for (; open < size; open = Math.min(size, open + COUNTED_AFTER)) {
      const length = Math.min(COUNTED_AFTER, size - open);
      const from = open;
      await referAll(
        log,
        names,
        Array.from({ length }, (_, place) => videoLink('o', from + place)),
      );
      await parts.count();
    }
    say(
      `matching: ${size.toLocaleString('en')} referrals are open (${((performance.now() - started) / 1000).toFixed(0)} s)`,
    );
    const measured: number[] = [];
    for (let round = costs.length === 0 ? -FIRST_WARM_UP : -WARM_UP; round < rounds; round += 1) {
      const perLine = await callOnce(parts, (calls += 1));
      if (round >= 0) measured.push(perLine);
    }
    const figure = figureOf(measured);
    say(`matching: beside ${size.toLocaleString('en')} a line costs ${Math.round(figure.median)} us`);
    costs.push({ open: size, perLine: figure });
  }
  return costs;
}

/** Those that it answers are referred anew before each call, so that as many are open each time. */
async function callOnce({ log, names, load, caller }: Matching, call: number): Promise<number> {
  const links = Array.from({ length: LINES }, (_, place) => videoLink(`m${call}`, place));
  const asked = links.filter((_, place) => place % (LINES / MATCHED) === 0);
  await referAll(log, names, asked);
  const lines = links.map((link, place) => pushedLine(link, `matched-${call}/${place}`, place, nowish()));
  const send = await load.prepare({
    port: caller.port,
    inFlight: 1,
    requests: callsOf(lines, caller.token),
    expectedStatus: 200,
  });
  const { seconds, lastBody } = await send();
  const matched = lastBody.split('"matched":true').length - 1;
  if (matched !== MATCHED)
    throw new Error(`${matched} lines answered somebody in place of ${MATCHED}: ${lastBody.slice(-500)}`);
  return (seconds / LINES) * 1_000_000;
}

export function costFigures(costs: readonly MatchingCost[]): object[] {
  return costs.map(({ open, perLine: { median, low, high, rounds } }) => ({
    open,
    microsecondsPerLine: { median: rounded(median), low: rounded(low), high: rounded(high), rounds },
  }));
}
