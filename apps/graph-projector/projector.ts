import { OtherHistory } from './history.js';
import type { Stores } from './ports.js';
import { openProjection, type OpenProjection } from './session/open-projection.js';
import { pause } from './session/pause.js';
import { Projection } from './session/projection.js';
import { SourceKeeper, type OpenSource } from './source-keeper.js';
import type { Turn } from './turn.js';
import type { Watch } from './watch.js';

export interface ProjectorOptions {
  stores: Stores;
  turn: Turn;
  openSource: OpenSource;
  watch: Watch;
}

const RETRY_MS = { first: 100, most: 5_000 };
/** How often it is looked whether a rebuild has made the graph anew. */
const OTHER_HISTORY_MS = 2_000;

/**
 * Keeps one projection going while it is this process's turn, and waits for the turn otherwise. Whatever ends a stretch (a
 * store away, positions moved by somebody else), the next begins from what the graph says; what was in memory is read again
 * from the log. Only another history stops the work, until a rebuild has made the graph anew.
 */
export class Projector {
  private readonly stopped = new AbortController();

  constructor(private readonly options: ProjectorOptions) {}

  stop(): void {
    this.stopped.abort();
  }

  async run(): Promise<void> {
    const { turn, watch } = this.options;
    const stop = this.stopped.signal;
    while (!stop.aborted) {
      watch.state('standby');
      await turn.during(stop, async (ours) => await this.projectUntil(ours));
    }
    watch.state('stopped');
  }

  private async projectUntil(ours: AbortSignal): Promise<void> {
    const { watch } = this.options;
    let source: SourceKeeper | undefined;
    let dropped: OpenProjection | undefined;
    for (let failures = 0; !ours.aborted; failures++) {
      const began = Date.now();
      try {
        const open = await openProjection(this.options.stores, watch);
        source = await this.sourceOf(open, source);
        if (dropped !== undefined) fetchAgain(open, dropped);
        dropped = open;
        watch.state('projecting');
        await new Projection(this.options.stores, open, source.current, watch).run(ours);
      } catch (error) {
        if (error instanceof OtherHistory) dropped = undefined; // positions of the old history mean nothing in the next
        watch.interrupted(error);
        watch.state(error instanceof OtherHistory ? 'other-history' : 'waiting');
        if (Date.now() - began > RETRY_MS.most) failures = 0;
        const backOff = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures);
        await pause(error instanceof OtherHistory ? OTHER_HISTORY_MS : backOff, ours);
      }
    }
    await source?.close();
  }

  /** The source that is open, or another one where topics are in another generation. */
  private async sourceOf({ topics }: OpenProjection, source: SourceKeeper | undefined): Promise<SourceKeeper> {
    if (source?.reads(topics) === true) return source;
    await source?.close();
    return new SourceKeeper(topics, this.options.openSource, (error) => this.options.watch.interrupted(error));
  }
}

/** What the stretch before had taken from Kafka and not written comes from the log: no alarm, nothing was lost on the way. */
function fetchAgain(open: OpenProjection, before: OpenProjection): void {
  if (before.incarnation !== open.incarnation) return;
  for (const { key } of open.intake.places()) open.intake.heal(key, before.intake.taken(key));
}
