import type { ServerResponse } from 'node:http';
import type { ReadRange } from '../deliveries/asked.js';
import type { Delivery } from '../deliveries/delivery.js';
import type { Feed } from '../deliveries/feed.js';
import { closingFrame, deliveryFrame, HEARTBEAT, opening, snapshotComplete, type Closing } from './frames.js';

/** Deliveries of one turn: what a reader that stops reading can leave in memory. It grows while the reader keeps up. */
const FIRST_BATCH = 25;
const LARGEST_BATCH = 200;
/** Whoever does not even take the last event is cut off after this. */
const LAST_EVENT_MS = 2_000;

export interface Reader {
  organisation: string;
  /** Header of authorisation, to be held against the directory again and again. */
  authorization: string | undefined;
}

/**
 * One open stream: where it stands in its feed, and whether its reader keeps up. It reads the next deliveries only when the
 * last ones have left, so that a slow reader costs one batch of memory and no work.
 */
export class Connection {
  /** Last sequence that was written. */
  at: number;
  /** How far the feed is known to have come. */
  head: number;
  /** Whether it waits for a turn or has one. */
  queued = false;
  /** It takes no turn before this. */
  restsUntil = 0;
  lastWrite = performance.now();
  /** Since when the socket has not drained. */
  blockedSince: number | undefined;
  checkedAt = performance.now();
  private over = false;
  private batch = FIRST_BATCH;
  private snapshotUpTo: number | undefined;

  constructor(
    readonly feed: Feed,
    readonly reader: Reader,
    private readonly response: ServerResponse,
    start: { at: number; head: number; snapshot: boolean },
    private readonly onDrained: (connection: Connection) => void,
  ) {
    this.at = start.at;
    this.head = start.head;
    this.snapshotUpTo = start.snapshot ? start.head : undefined;
    response.on('drain', () => {
      this.blockedSince = undefined;
      this.onDrained(this);
    });
    this.write(opening());
  }

  get closed(): boolean {
    return this.over || this.response.destroyed;
  }

  /** Whether there is something to do: more in the feed, or the end of a snapshot to tell. */
  get wantsTurn(): boolean {
    if (this.closed || this.blockedSince !== undefined || performance.now() < this.restsUntil) return false;
    return this.at < this.head || this.snapshotUpTo !== undefined;
  }

  /** What the next turn reads; undefined where only the end of the snapshot is left to tell. */
  get range(): ReadRange | undefined {
    const upTo = this.snapshotUpTo;
    if (upTo === undefined) return { after: this.at, limit: Math.min(this.batch, Math.max(this.head - this.at, 1)) };
    return this.at < upTo ? { after: this.at, upTo, limit: this.batch, only: 'live' } : undefined;
  }

  /** Writes what was read of a range. What was decided and then cannot be written is in the ledger, and is told again on resumption. */
  take(deliveries: readonly Delivery[], { limit, upTo }: ReadRange): void {
    if (this.closed) return;
    const shown = upTo === undefined ? deliveries : deliveries.filter((one) => !('withheld' in one));
    if (shown.length > 0) this.write(shown.map(deliveryFrame).join(''));
    this.batch = this.blockedSince === undefined ? Math.min(this.batch * 2, LARGEST_BATCH) : FIRST_BATCH;
    this.at = (upTo !== undefined && deliveries.length < limit ? upTo : deliveries.at(-1)?.sequence) ?? this.at;
    this.head = Math.max(this.head, this.at);
  }

  async completeSnapshot(): Promise<void> {
    const { at } = this;
    const [digest, cursor] = await Promise.all([this.feed.digestAt(at), this.feed.cursorAt(at)]);
    if (this.closed) return;
    this.snapshotUpTo = undefined;
    this.write(snapshotComplete({ sequence: at, digest, cursor }));
  }

  heartbeat(): void {
    if (!this.closed && this.blockedSince === undefined) this.write(HEARTBEAT);
  }

  /** Says why, and ends. */
  close(closing: Closing): void {
    if (this.closed) return;
    this.over = true;
    this.response.end(closingFrame(closing));
    const cut = setTimeout(() => this.response.destroy(), LAST_EVENT_MS);
    cut.unref();
    this.response.once('close', () => clearTimeout(cut));
  }

  private write(text: string): void {
    this.lastWrite = performance.now();
    if (!this.response.write(text)) this.blockedSince ??= this.lastWrite;
  }
}
