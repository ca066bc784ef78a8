import { createSecretKey } from 'node:crypto';
import { currentTopics } from '#event-log';
import { positionKey } from '#graph';
import type { TransportRecord } from '#kafka';
import { foldLog } from '../../../apps/graph-projector/graph/fold-log.js';
import type { Stores } from '../../../apps/graph-projector/ports.js';
import { entityIds } from '../../../apps/graph-projector/projections/entity-ids.js';
import { openProjection, type OpenProjection } from '../../../apps/graph-projector/session/open-projection.js';
import { Projection } from '../../../apps/graph-projector/session/projection.js';
import type { Watch } from '../../../apps/graph-projector/watch.js';
import { ScriptedSource } from './scripted-source.js';

/** The secret of simulations. */
export const idOf = entityIds(createSecretKey(Buffer.alloc(32, 7)));

/** What a projection told those who watch it. */
export interface Told {
  gaps: { kind: string; partition: string; from: number; to: number }[];
  parked: { position: number; code: string; reason: string }[];
  halved: number;
  dropped: number;
  notFound: number;
  interrupted: unknown[];
  states: string[];
}

export function listeningWatch(): { watch: Watch; told: Told } {
  const told: Told = { gaps: [], parked: [], halved: 0, dropped: 0, notFound: 0, interrupted: [], states: [] };
  const watch: Watch = {
    state: (state) => void told.states.push(state),
    gap: (kind, partition, from, to) => void told.gaps.push({ kind, partition, from, to }),
    dropped: (records) => void (told.dropped += records.length),
    wrote: () => undefined,
    lag: () => undefined,
    parked: ({ position }, code, reason) => void told.parked.push({ position, code, reason }),
    halved: () => void told.halved++,
    notFound: (count) => void (told.notFound += count),
    interrupted: (error) => void told.interrupted.push(error),
  };
  return { watch, told };
}

export interface Played {
  /** Records in the order in which Kafka brings them. */
  records: readonly TransportRecord[];
  /** Most records in one take. */
  most?: number;
  /** Stops when so many events were written, without waiting for the end. */
  stopAfter?: number;
  /** Puts another reader in the place of ours, to show that a proof notices a wrong one. */
  intakeOf?: (open: OpenProjection) => OpenProjection['intake'];
  /** How long a partition may stay behind before the simulation gives up; default a minute. */
  limitMs?: number;
  /** How often it is looked where the graph stands; seldom, where looking costs. */
  lookMs?: number;
}

const LIMIT_MS = 60_000;
const LOOK_MS = 2;

/** Projects until every partition stands where the log's last record stands, or until it is told to stop. */
export async function play(
  stores: Stores,
  { records, most, stopAfter = Infinity, intakeOf, limitMs, lookMs = LOOK_MS }: Played,
): Promise<Told> {
  const { watch, told } = listeningWatch();
  const opened = await openProjection(stores, watch);
  const open = { ...opened, intake: intakeOf?.(opened) ?? opened.intake };
  const places = open.topics.flatMap(({ topic, generation, partitions }) =>
    partitions.map(({ partition }) => ({ topic, generation, partition })),
  );
  const source = new ScriptedSource(places, most);
  const stop = new AbortController();
  let written = 0;
  const counting = { ...watch, wrote: (events: number) => void ((written += events) >= stopAfter && stop.abort()) };
  const running = new Projection(stores, open, () => source, counting, lookMs).run(stop.signal);
  source.bring(records);
  try {
    await Promise.race([running, settled(stores, stop, limitMs, lookMs)]);
  } finally {
    stop.abort();
    await running;
  }
  return told;
}

/** Resolves when the graph stands where the log has been sent to. */
export async function settled(
  { log, graph }: Pick<Stores, 'log' | 'graph'>,
  stop: AbortController,
  limitMs = LIMIT_MS,
  lookMs = LOOK_MS,
): Promise<void> {
  const limit = Date.now() + limitMs;
  for (let behind: string[] = ['unknown']; behind.length > 0 && !stop.signal.aborted;) {
    if (Date.now() > limit) throw new Error(`the graph did not reach the end of ${behind.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const last = new Map((await graph.readMarks()).positions.map((node) => [node.key, node.last]));
    behind = currentTopics(await log.topics()).flatMap(({ topic, generation, partitions }) =>
      partitions.flatMap(({ partition, lastPosition }) => {
        const key = positionKey(topic, generation, partition);
        return (last.get(key) ?? 0) < lastPosition ? [key] : [];
      }),
    );
  }
}

/** The digest that the graph must have: of a pure fold of the log, as far as the graph stands. */
export async function expectedDigest(stores: Stores): Promise<string> {
  return (await foldLog(stores, await stores.graph.readMarks())).digest().hash;
}
