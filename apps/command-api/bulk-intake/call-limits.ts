import type { Viewer } from '#access';
import type { LogReads } from '#event-log';
import { Problem } from '#runtime';

/** How many bulk calls one organisation may make: one sender must not take all of the store's attention. */
export interface CallLimits {
  /** That run at the same time. */
  callsAtOnce: number;
  /** That begin within a minute. */
  callsPerMinute: number;
}

interface Lately {
  running: number;
  begun: number;
  /** Seconds until one of those that began within the minute is older than that. */
  again: number | null;
}

/** Longer than the five minutes that a request may take, a call runs only where its server has gone. */
const LATELY = `
  SELECT count(*) FILTER (WHERE ended_at IS NULL)::int AS running,
         count(*) FILTER (WHERE begun_at > clock_timestamp() - interval '1 minute')::int AS begun,
         extract(epoch FROM min(begun_at) FILTER (WHERE begun_at > clock_timestamp() - interval '1 minute')
           + interval '1 minute' - clock_timestamp())::float8 AS again
    FROM bulk_calls WHERE organisation = $1 AND kind <> 'assertions' AND begun_at > clock_timestamp() - interval '5 minutes'`;

/** While another call runs there is no telling when it ends; asking again that soon costs nobody anything. */
const RUNNING_RETRY_SECONDS = 5;

/** Counts under a lock, so that calls that begin at the same time count each other. */
export async function refuseTooManyCalls(
  read: LogReads,
  { organisation }: Viewer,
  { callsAtOnce, callsPerMinute }: CallLimits,
): Promise<void> {
  const [, rows] = await Promise.all([
    read.lockExclusive([`bulk-calls\n${organisation}`]),
    read.query<Lately>(LATELY, [organisation]),
  ]);
  const { running = 0, begun = 0, again = 0 } = rows[0] ?? {};
  const waits = [
    ...(running >= callsAtOnce ? [RUNNING_RETRY_SECONDS] : []),
    ...(begun >= callsPerMinute ? [Math.max(1, Math.ceil(again ?? 1))] : []),
  ];
  if (waits.length === 0) return;
  throw new Problem(
    'RateLimited',
    'bulk.too-many-calls',
    `At most ${callsAtOnce} bulk calls of an organisation run at once, and ${callsPerMinute} begin in a minute.`,
    { headers: { 'retry-after': String(Math.max(...waits)) } },
  );
}
