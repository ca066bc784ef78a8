import type { Lease, RelayLog, TopicRecord } from '#event-log';
import { openPublisher, topicNameOf, type KafkaAddress, type TopicAdmin } from '#kafka';
import { type Logger, Wake, pause } from '#runtime';
import type { RelayAlarms } from './alarms.js';
import { settleHistory } from './history.js';
import { lanesOf } from './outgoing-batch.js';
import { publishLoop } from './publishing.js';
import type { RelayMetrics } from './relay-metrics.js';
import { sequenceLoop } from './sequencing.js';
import { openGenerations, isKafkaAway, readyTopics, topicsLoop, type TopicsAtHand } from './topics.js';
import { SessionOver, watchLoop } from './watching.js';

const STANDBY_MS = 250;
const OUTAGE_MS = { first: 100, longest: 2_000 };

export interface RelayParts {
  relay: RelayLog;
  lease: Lease;
  admin: TopicAdmin;
  kafka: KafkaAddress;
  prefix: string;
  alarms: RelayAlarms;
  metrics: RelayMetrics;
  log: Logger;
}

/**
 * The relay's life: stand by until the lease is ours, look at both servers, then sequence and publish until something
 * breaks; then begin again. Nothing that is known about the log outlives a session: after every break the database may be
 * another one. Throws only what no waiting can mend (`retriable: false`): then the process must not run on.
 */
export class Relay {
  /** Why nothing is relayed; undefined while a session runs or this process stands by. */
  trouble: Error | undefined = new Error('the relay has not looked at its servers yet');

  constructor(private readonly parts: RelayParts) {}

  async run(signal: AbortSignal): Promise<void> {
    const { lease, log } = this.parts;
    let wait = OUTAGE_MS.first;
    while (!signal.aborted) {
      try {
        if (await lease.take()) await this.session(signal);
        else await this.standBy(signal);
        wait = OUTAGE_MS.first;
      } catch (error) {
        this.trouble = error as Error;
        if ((error as { retriable?: boolean }).retriable === false) throw error;
        this.tell(error as Error);
        await pause(wait, signal);
        wait = Math.min(wait * 2, OUTAGE_MS.longest);
      }
    }
    await lease
      .release()
      .catch((error: unknown) => log.warn({ err: error }, 'the lease was not given back; it runs out'));
  }

  private async standBy(signal: AbortSignal): Promise<void> {
    this.trouble = undefined;
    await pause(STANDBY_MS, signal);
  }

  /** One stretch of work under one taking of the lease and on one start of the database server. */
  private async session(stop: AbortSignal): Promise<void> {
    const { relay, lease, log, metrics } = this.parts;
    await relay.verify();
    const records = await readyTopics(this.parts);
    const { incarnation, sent } = await this.settle(records);
    const head = await relay.log.positions.head();
    const published = await relay.log.positions.published();
    metrics.begins(head, published);
    log.info({ fence: lease.fence, incarnation, head, published }, 'sequencing and publishing');
    this.trouble = undefined;
    metrics.isActive(true);
    try {
      await this.work({ records, incarnation, published, sent }, stop);
    } finally {
      metrics.isActive(false);
    }
  }

  /** Compares Kafka's newest records with the log; returns the incarnation, and the highest position that was ever sent. */
  private async settle(records: readonly TopicRecord[]): Promise<{ incarnation: number; sent: number }> {
    const { relay, lease, admin, alarms } = this.parts;
    const newest = await admin.newest(records.map(topicNameOf));
    const incarnation = await settleHistory(relay, lease, newest, alarms);
    const ofThisHistory = newest.filter(({ record }) => record?.incarnation === incarnation);
    return { incarnation, sent: Math.max(0, ...ofThisHistory.map(({ record }) => record?.position ?? 0)) };
  }

  private async work(begin: Beginning, stop: AbortSignal): Promise<void> {
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    const given = new Wake();
    let wanted: TopicRecord[] = [];
    const publisher = openPublisher(this.parts.kafka);
    const loops = [
      sequenceLoop({ ...this.parts, given }, signal),
      publishLoop(
        {
          ...this.parts,
          publisher,
          given,
          incarnation: begin.incarnation,
          lanes: lanesOf(begin.records),
          published: begin.published,
          recheck: () => this.recheck(begin),
          drained: async (position) => {
            // What a crashed predecessor sent and did not record must be recorded first, or it would be in both generations.
            if (wanted.length === 0 || position < begin.sent) return false;
            await openGenerations(this.parts as TopicsAtHand, wanted);
            return true;
          },
        },
        signal,
      ),
      watchLoop(this.parts, signal),
      topicsLoop(this.parts, (records) => (wanted = records), signal),
    ];
    try {
      await Promise.race(loops); // the first that ends, however it ends, ends the session
    } finally {
      end.abort();
      await Promise.allSettled(loops);
      await publisher.close().catch(() => undefined);
    }
  }

  /** Before a batch is sent again: the topics are there, and Kafka holds no other history than when the session began. */
  private async recheck({ incarnation, records }: Beginning): Promise<void> {
    const { alarms } = this.parts;
    let now: number;
    try {
      await readyTopics(this.parts);
      now = (await this.settle(records)).incarnation;
    } catch (error) {
      if (!isKafkaAway(error)) throw error;
      alarms.raise('kafka-unreachable', { reason: (error as Error).message }, 'Kafka does not answer');
      return; // the next attempt to send tells whether it is back
    }
    if (now !== incarnation) throw new SessionOver('Kafka holds another history than at the beginning of the session');
  }

  private tell(error: Error): void {
    const { alarms } = this.parts;
    const { code } = error as { code?: string };
    if (code === 'kafka.unavailable') alarms.raise('kafka-unreachable', { err: error }, 'Kafka does not answer');
    else if (code === 'lease.lost') alarms.raise('lease-lost', {}, error.message);
    else if (code === 'log.unavailable') alarms.raise('log-unreachable', { err: error }, error.message);
    else alarms.raise('session-failed', { err: error }, 'the session ended and begins again');
  }
}

interface Beginning {
  records: TopicRecord[];
  incarnation: number;
  published: number;
  sent: number;
}
