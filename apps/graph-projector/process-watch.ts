import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Logger } from '#runtime';
import type { ProjectorState, Watch } from './watch.js';

const STATES: readonly ProjectorState[] = ['standby', 'projecting', 'waiting', 'other-history', 'stopped'];

/** Log lines and figures of a running projector. A line with an `alarm` is for somebody to look at. */
export function processWatch(
  log: Logger,
  registry: Registry,
): Watch & { readonly now: ProjectorState; notHinted(error: unknown): void } {
  const registers = [registry];
  const named = (name: string, help: string): { name: string; help: string; registers: Registry[] } => ({
    name: `graph_projector_${name}`,
    help,
    registers,
  });
  const events = new Counter(named('events_total', 'Events that took effect in the graph'));
  const batch = new Histogram({
    ...named('batch_seconds', 'Time to write one batch'),
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  });
  const lagSeconds = new Gauge(named('lag_seconds', 'Age of the oldest event that has not taken effect'));
  const lagPositions = new Gauge(named('lag_positions', 'Positions between the last sent and the last complete one'));
  const parkedStreams = new Gauge(named('parked_streams', 'Streams that wait for a decision'));
  const parked = new Counter({
    ...named('parked_total', 'Events parked for a fault of their own'),
    labelNames: ['code'],
  });
  const gaps = new Counter({ ...named('gaps_total', 'Gaps that were healed from the log'), labelNames: ['kind'] });
  const dropped = new Counter(named('dropped_total', "Records that are not the relay's, or of an older history"));
  const interruptions = new Counter({ ...named('interruptions_total', 'Ends of a stretch'), labelNames: ['code'] });
  const state = new Gauge({ ...named('state', '1 for the state that the projector is in'), labelNames: ['state'] });
  let now: ProjectorState = 'standby';
  return {
    get now() {
      return now;
    },
    state: (next) => {
      if (next !== now) log.info({ state: next }, 'state');
      now = next;
      for (const each of STATES) state.set({ state: each }, each === next ? 1 : 0);
    },
    gap: (kind, partition, from, to) => {
      gaps.inc({ kind });
      log.error(
        { alarm: 'transport.gap', kind, partition, from, to },
        'records are missing; they are read from the log',
      );
    },
    dropped: (records) => {
      dropped.inc(records.length);
      const [first] = records;
      log.warn({ alarm: 'transport.dropped', records: records.length, first }, 'records were dropped');
    },
    wrote: (count, milliseconds) => {
      events.inc(count);
      batch.observe(milliseconds / 1_000);
    },
    lag: (lag) => {
      lagSeconds.set(lag.seconds);
      lagPositions.set(lag.positions);
      parkedStreams.set(lag.parkedStreams);
    },
    parked: ({ position, stream, type }, code, reason) => {
      parked.inc({ code });
      log.error(
        { alarm: 'event.parked', position, stream, type, code, reason },
        'an event was parked, and its stream with it',
      );
    },
    halved: (count, reason) => log.warn({ events: count, reason }, 'a batch is refused and tried in halves'),
    notFound: (withdrawals) => log.warn({ withdrawals }, 'withdrawals met no standing statement'),
    notHinted: (error) =>
      log.warn({ err: error }, 'a crowded node got no hints: questions about it are answered, and late'),
    interrupted: (error) => {
      const code = (error as { code?: unknown } | undefined)?.code;
      interruptions.inc({ code: typeof code === 'string' ? code : 'defect' });
      log.warn({ err: error }, 'interrupted; what is missing is read again');
    },
  };
}
