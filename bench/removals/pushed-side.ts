/** The real app's side: removals over HTTP as NDJSON, in calls of the largest size, with everything that a push does. */
import type { HttpRequest } from '../load/http-connection.js';
import type { LoadResult } from '../load/http-load.js';
import type { CommandSide } from '../append/command-sides.js';
import { headersOf, refuseOtherThanAllAccepted, sent } from '../append/command-sides.js';
import type { Comparison } from '../append/comparison.js';
import { nowish, pushedLine, videoLink } from './pushed-lines.js';

export const LINES_A_CALL = 10_000;
const PATH = '/v1/removals/bulk';

type Sending = Pick<Comparison, 'count' | 'load' | 'caller'>;

/** Removals that nobody had asked for: one event each. */
export function pushedSide({ count, load, caller }: Sending): CommandSide {
  let send: (() => Promise<LoadResult>) | undefined;
  let rounds = 0;
  return {
    events: count,
    side: {
      name: 'pushed over HTTP',
      prepare: async () => {
        rounds += 1;
        const lines = Array.from({ length: count }, (_, place) =>
          pushedLine(videoLink(`r${rounds}`, place), `round-${rounds}/${place}`, place, nowish()),
        );
        const requests = callsOf(lines, caller.token);
        send = await load.prepare({ port: caller.port, inFlight: 1, requests, expectedStatus: 200 });
      },
      run: async () => {
        const { seconds, lastBody } = await sent(send);
        refuseOtherThanAllAccepted(lastBody, count % LINES_A_CALL || Math.min(count, LINES_A_CALL));
        return { events: count, seconds };
      },
    },
  };
}

/** Lines in calls of the largest size. */
export function callsOf(lines: readonly object[], token: string): HttpRequest[] {
  const calls: HttpRequest[] = [];
  for (let from = 0; from < lines.length; from += LINES_A_CALL)
    calls.push({
      method: 'POST',
      path: PATH,
      headers: headersOf(token, 'application/x-ndjson'),
      body: lines
        .slice(from, from + LINES_A_CALL)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    });
  return calls;
}
