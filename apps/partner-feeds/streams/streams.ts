import { Gauge } from 'prom-client';
import type { OnModuleDestroy } from '@nestjs/common';
import type { EventLog } from '#event-log';
import { metrics, pause, Wake } from '#runtime';
import type { FeedSettings } from '../settings.js';
import type { Connection } from './connection.js';
import type { Closing } from './frames.js';
import { Turns, type TurnsParts } from './turns.js';

export interface StreamLimits {
  /** Streams of this process. */
  most: number;
  /** Deliveries that a cursor may be behind; whoever is further takes a snapshot or reads pages. */
  tail: number;
  /** Milliseconds that a socket may stay full. */
  slowMs: number;
  /** Milliseconds between two looks at whether the reader may still read. */
  checkMs: number;
  heartbeatMs: number;
}

export function streamLimits(settings: FeedSettings): StreamLimits {
  return {
    most: settings.streams,
    tail: settings.streamTail,
    slowMs: settings.slowSeconds * 1_000,
    checkMs: settings.checkSeconds * 1_000,
    heartbeatMs: settings.heartbeatSeconds * 1_000,
  };
}

/** Milliseconds between two looks at how far feeds have come, where fan-out runs in another process. */
const LOOK_MS = 50;
const HOUSEKEEPING_MS = 250;

interface FeedState {
  subscriber: number;
  sequence: number;
  state: 'active' | 'paused' | 'ended';
  reason: string | null;
  departed: boolean;
}

const STATES = `
  SELECT f.subscriber, f.sequence, s.state, s.reason, o.departed_at IS NOT NULL AS departed
  FROM unnest($1::int[]) AS asked (subscriber)
  JOIN feed_subscribers f USING (subscriber)
  JOIN subscriptions s USING (subscription)
  JOIN organisations o ON o.organisation = f.organisation`;

const open = new Gauge({ name: 'feed_streams_open', help: 'Open streams of feeds', registers: [metrics] });

/**
 * All open streams of this process. One look at the database serves all of them: how far their feeds have come, and whether
 * these may be delivered.
 */
export class Streams implements OnModuleDestroy {
  /** Gives a connection a turn where it has something to do. */
  readonly queue: (connection: Connection) => void;
  private readonly connections = new Set<Connection>();
  private readonly turns: Turns;
  private readonly wake = new Wake();
  private readonly ending = new AbortController();
  /** Set and unset without a pause between that and the last look at the connections, so that none is ever without a loop. */
  private isLooking = false;
  private isKeepingHouse = false;
  private looking: Promise<void> | undefined;
  private keepingHouse: Promise<void> | undefined;

  constructor(
    private readonly log: EventLog,
    readonly limits: StreamLimits,
    private readonly parts: TurnsParts,
  ) {
    this.turns = new Turns(parts);
    this.queue = this.turns.queue;
  }

  /** Looks at once instead of in a moment: fan-out has something new. */
  ring(): void {
    this.wake.ring();
  }

  get full(): boolean {
    return this.connections.size >= this.limits.most || this.ending.signal.aborted;
  }

  add(connection: Connection): void {
    this.connections.add(connection);
    open.set(this.connections.size);
    this.queue(connection);
    if (!this.isLooking) this.looking = this.look();
    if (!this.isKeepingHouse) this.keepingHouse = this.keepHouse();
  }

  remove(connection: Connection): void {
    this.connections.delete(connection);
    open.set(this.connections.size);
  }

  /** Says to every reader that the server stops, and that another one may be asked at once. */
  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    const closing = { code: 'server.stopping', detail: 'This server is stopping; connect again.', retriable: true };
    for (const connection of this.connections) connection.close(closing);
    await Promise.all([this.looking, this.keepingHouse]);
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    while (this.connections.size > 0 && !this.ending.signal.aborted) {
      try {
        await this.lookOnce();
      } catch (error) {
        this.parts.logger.warn({ err: error }, 'how far the feeds have come cannot be read just now');
      }
      await this.wake.sleep(LOOK_MS, this.ending.signal);
    }
    this.isLooking = false;
  }

  private async lookOnce(): Promise<void> {
    const subscribers = new Set([...this.connections].flatMap(({ feed }) => feed.subscriber ?? []));
    if (subscribers.size === 0) return;
    const rows = await this.log.query<FeedState>(STATES, [[...subscribers]]);
    const states = new Map(rows.map((row) => [row.subscriber, row]));
    for (const connection of this.connections) {
      const state = states.get(connection.feed.subscriber ?? 0);
      if (state === undefined) continue;
      const closing = whyClosed(state);
      if (closing !== undefined) connection.close(closing);
      connection.head = Math.max(connection.head, state.sequence);
      this.queue(connection);
    }
  }

  /** Heartbeats, readers that do not read, and whether those who wait may still do so. */
  private async keepHouse(): Promise<void> {
    this.isKeepingHouse = true;
    while (this.connections.size > 0 && !this.ending.signal.aborted) {
      const now = performance.now();
      const { slowMs, checkMs, heartbeatMs } = this.limits;
      for (const connection of this.connections) {
        if (connection.blockedSince !== undefined && now - connection.blockedSince > slowMs) connection.close(TOO_SLOW);
        else if (now - connection.lastWrite > heartbeatMs) connection.heartbeat();
      }
      const due = [...this.connections].filter(({ checkedAt, queued }) => !queued && now - checkedAt > checkMs);
      // Together: their look-ups share statements.
      await Promise.all(due.map((connection) => this.check(connection)));
      await pause(Math.min(HOUSEKEEPING_MS, checkMs), this.ending.signal);
    }
    this.isKeepingHouse = false;
  }

  private async check(connection: Connection): Promise<void> {
    await this.turns.mayGoOn(connection).catch((error: unknown) => {
      this.parts.logger.warn({ err: error }, 'whether a reader may go on cannot be said just now');
    });
  }
}

const TOO_SLOW: Closing = {
  code: 'reader.too-slow',
  detail: 'You do not read as fast as there is something to read. Resume behind the last delivery that you have.',
  retriable: true,
};

function whyClosed({ state, reason, departed }: FeedState): Closing | undefined {
  if (departed)
    return {
      code: 'organisation.departed',
      detail: 'Your organisation has left; notices and answers remain.',
      retriable: false,
    };
  if (state === 'active') return undefined;
  return {
    code: `subscription.${state}`,
    detail: reason ?? `The subscription is ${state}.`,
    retriable: false,
  };
}
