import { currentTopics, type TopicRecord } from '#event-log';
import { appliedUpTo, PositionsMoved, positionKey } from '#graph';
import type { PartitionOffset } from '#kafka';
import { checkHistory, OtherHistory } from '../history.js';
import type { Source, Stores } from '../ports.js';
import type { Watch } from '../watch.js';
import type { OpenProjection } from './open-projection.js';
import { pause } from './pause.js';

/** A topic is in another generation than the one that is read: where each stream travels has to be found out anew. */
export class GenerationChanged extends Error {
  readonly code = 'projector.generation-changed';
  readonly kind = 'StreamConflict';
  readonly retriable = true;
}

const EVERY_MS = 1_000;
/** Checks without an arrival after which a partition that is behind is healed even if Kafka cannot say that it gave all. */
const SILENT_CHECKS = 5;
/** Checks from one look at the graph's own positions to the next. */
const GRAPH_CHECKS = 5;

interface Sent {
  key: string;
  last: number;
}

/**
 * Every second: have the positions that the relay saved arrived? Nothing follows a lost tail that could show it, so reaching
 * Kafka's end while still behind is a gap too. Also compares history and generation, saves offsets, and tells the lag.
 */
export class TailCheck {
  private readonly behind = new Map<string, { taken: number; checks: number }>();
  private logWasAway = false;
  private checks = 0;

  constructor(
    private readonly stores: Pick<Stores, 'log' | 'graph'>,
    private readonly open: OpenProjection,
    private readonly source: Source,
    private readonly watch: Watch,
    private readonly offsets: () => readonly PartitionOffset[],
    /** Whether Kafka brought nothing when it was last asked. */
    private readonly idle: () => boolean,
    private readonly everyMs = EVERY_MS,
  ) {}

  /** Checks until the signal. @throws OtherHistory, GenerationChanged, PositionsMoved */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.check();
      await pause(this.everyMs, signal);
    }
  }

  async check(): Promise<void> {
    const { log } = this.stores;
    try {
      if (this.logWasAway) await checkHistory(log, [...this.open.writer.marks.positions.values()]);
      const published = await log.positions.published();
      const current = currentTopics(await log.topics());
      this.compare(await log.incarnation(), current);
      const sent = current.flatMap(sentOf);
      await this.healTails(sent);
      await this.tellLag(published, sent);
      this.logWasAway = false;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'log.unavailable') throw error;
      this.logWasAway = true; // the graph goes on with what Kafka brings; histories are compared when the log is back
    }
    if (++this.checks % GRAPH_CHECKS === 0) await this.compareGraph();
    const offsets = this.offsets();
    if (offsets.length > 0) await this.source()?.commit(offsets);
  }

  private compare(incarnation: number, current: readonly TopicRecord[]): void {
    if (incarnation !== this.open.incarnation)
      throw new OtherHistory(`the log is in incarnation ${incarnation}, the graph in ${this.open.incarnation}`);
    const key = (topics: readonly TopicRecord[]): string =>
      topics.map((each) => `${each.topic}/${each.generation}`).join();
    if (key(current) !== key(this.open.topics)) throw new GenerationChanged(`topics are now ${key(current)}`);
  }

  /**
   * A copy of the graph that was put back shows at the next write, and nobody knows when that comes. Positions only move
   * forward, so one that stands before where it stood when the look began was put back.
   */
  private async compareGraph(): Promise<void> {
    const known = [...this.open.writer.marks.positions.values()];
    const found = new Map((await this.stores.graph.readPositions()).map(({ key, last }) => [key, last]));
    const back = known.filter(({ key, last }) => (found.get(key) ?? -1) < last);
    if (back.length > 0)
      throw new PositionsMoved(`${back.length} positions of the graph went back: another copy of it was put there`);
  }

  private async healTails(sent: readonly Sent[]): Promise<void> {
    const { intake } = this.open;
    const still = sent.filter(({ key, last }) => intake.taken(key) < last && this.stillBehind(key));
    if (still.length === 0) return;
    const reached = await this.reachedEnds();
    for (const { key, last } of still) {
      const silent = this.idle() && (this.behind.get(key)?.checks ?? 0) >= SILENT_CHECKS;
      const from = intake.taken(key);
      if ((reached.has(key) || silent) && !intake.isHealing(key) && intake.heal(key, last))
        this.watch.gap('tail', key, from, last);
    }
  }

  /** Whether a partition that is behind has not moved since the last check. */
  private stillBehind(key: string): boolean {
    const taken = this.open.intake.taken(key);
    const before = this.behind.get(key);
    const checks = before?.taken === taken ? before.checks + 1 : 0;
    this.behind.set(key, { taken, checks });
    return checks > 0;
  }

  /** Partitions of which Kafka gave all that it has. When it cannot say, none: the silence is then counted. */
  private async reachedEnds(): Promise<Set<string>> {
    try {
      const ends = (await this.source()?.ends()) ?? [];
      return new Set(ends.flatMap((end) => (end.reached ? positionKey(end.topic, end.generation, end.partition) : [])));
    } catch (error) {
      this.watch.interrupted(error);
      return new Set();
    }
  }

  private async tellLag(published: number, sent: readonly Sent[]): Promise<void> {
    const { positions, parked } = this.open.writer.marks;
    const applied = appliedUpTo([...positions.values()], sent, published);
    const oldest = applied < published ? await this.stores.log.positions.givenAt(applied + 1) : undefined;
    this.watch.lag({
      positions: published - applied,
      seconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(oldest)) / 1_000),
      parkedStreams: parked.size,
    });
  }
}

function sentOf({ topic, generation, partitions }: TopicRecord): Sent[] {
  return partitions.map(({ partition, lastPosition }) => ({
    key: positionKey(topic, generation, partition),
    last: lastPosition,
  }));
}
