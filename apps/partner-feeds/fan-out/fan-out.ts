import { LogRefusal, type EventLog, type Lease, type LogWrites } from '#event-log';
import { decideOne, decidePlain, isNothing, isPlain } from './decide-event.js';
import type { Desk } from './desk.js';
import { beginEpoch } from './epochs.js';
import { readHeaders, type Header } from './log-reading.js';
import { park } from './parking.js';
import { reconsiderRights } from './reconsider-rights.js';
import { FanOutState, HistoryDiffers, type Doing } from './state.js';
import { Turn } from './turn.js';

/** Name of the lease under which one process fans out. */
export const FAN_OUT_LEASE = 'feed-fanout';

export interface FanOutParts {
  log: EventLog;
  lease: Lease;
  /** Hours until a recall is overdue. */
  recallHours: number;
  /** Positions decided in one transaction, at most. */
  atMost?: number;
}

/** What one step did. */
export interface Step {
  /** Positions gone through, and slots stored. */
  positions: number;
  slots: number;
  /** Whether there was nothing to do. */
  idle: boolean;
}

const AT_MOST = 4_000;
const ATTEMPTS = 3;
const ASK_HISTORY_MS = 1_000;
const HOUR_MS = 3_600_000;

/**
 * Reads the log in position order and decides each event for each subscription. Every step is one transaction: it locks the
 * place that fan-out has in the log, compares it with the one known here, proves the lease and moves the place on, so that a
 * process that was overtaken changes nothing. What is known here is thrown away when a step fails.
 */
export class FanOut {
  private state: FanOutState | undefined;
  private atMost: number;
  /** How often the one event at fault was tried. */
  private attempts = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly parts: FanOutParts) {
    this.atMost = parts.atMost ?? AT_MOST;
  }

  /** Calls back after each step that changed something, in this process. Returns how to end it. */
  onBatch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Position up to which everything is decided. */
  get position(): number {
    return this.state?.position ?? 0;
  }

  /** Streams of which something is parked. */
  get parkedStreams(): number {
    return this.state?.parked.size ?? 0;
  }

  /** Forgets what is known here, as after a failure: the next step reads it anew. */
  forget(): void {
    this.state = undefined;
  }

  /** Takes the lease and decides everything that has a position. @throws {@link LogRefusal} `lease.lost` where it is not to be had */
  async toHead(): Promise<void> {
    if (!(await this.parts.lease.take())) throw new LogRefusal('lease.lost', 'another process fans out');
    let step: Step;
    do step = await this.step();
    while (!step.idle);
  }

  /**
   * One transaction's worth of work.
   * @throws {@link LogRefusal} where the log does not answer or another process fans out: nothing was changed
   */
  async step(): Promise<Step> {
    let from: number | undefined;
    try {
      const state = (this.state ??= await FanOutState.load(this.parts.log));
      from = state.doing === undefined ? state.position : undefined;
      const step = state.doing === undefined ? await this.positions(state) : await this.again(state, state.doing);
      if (!step.idle) for (const listener of this.listeners) listener();
      this.atMost = Math.min(this.atMost * 2, this.parts.atMost ?? AT_MOST);
      this.attempts = 0;
      return step;
    } catch (error) {
      this.state = undefined;
      // An outage parks nothing, and what is looked through again is of no one event.
      if (error instanceof LogRefusal || error instanceof HistoryDiffers || from === undefined) throw error;
      return this.isolate(from, error);
    }
  }

  private async positions(state: FanOutState): Promise<Step> {
    const { log } = this.parts;
    const headers = await readHeaders(log, state.position, state.position + this.atMost);
    if (headers.length > 0) return this.transact(state, (desk) => decideAll(desk, headers));
    if (await this.isNewHistory(state)) return this.transact(state, () => Promise.resolve(undefined));
    return { positions: 0, slots: 0, idle: true };
  }

  /** While nothing comes, whether another copy of the database was put in place is asked now and then. */
  private async isNewHistory({ incarnation }: FanOutState): Promise<boolean> {
    if (performance.now() - this.askedAt < ASK_HISTORY_MS) return false;
    this.askedAt = performance.now();
    return (await this.parts.log.incarnation()) > incarnation;
  }

  private again(state: FanOutState, doing: Doing): Promise<Step> {
    return this.transact(state, async (desk) => {
      state.doing = await reconsiderRights(desk, doing);
      return undefined;
    });
  }

  /** A batch fails while the log answers: it is cut down to the event at fault, which is tried a few times and then parked. */
  private async isolate(from: number, error: unknown): Promise<Step> {
    this.attempts = this.atMost > 1 ? 0 : this.attempts + 1;
    this.atMost = Math.max(1, Math.floor(this.atMost / 4));
    const again = { positions: 0, slots: 0, idle: false };
    if (this.attempts < ATTEMPTS) return again;
    const state = (this.state = await FanOutState.load(this.parts.log));
    const [header] = await readHeaders(this.parts.log, from, from + 1);
    this.attempts = 0;
    if (header === undefined || state.position !== from) return again;
    const { name, code } = error as { name?: string; code?: string };
    return this.transact(state, async (desk) => {
      await park(desk, header, `it cannot be decided: ${name} ${code ?? ''}`.trim());
      return header;
    });
  }

  private async transact(state: FanOutState, work: (desk: Desk) => Promise<Header | undefined>): Promise<Step> {
    const { log, lease, recallHours } = this.parts;
    const from = state.position;
    const slots = await log.transact<number>(() =>
      Promise.resolve({
        append: 'nothing',
        afterwards: async (write) => {
          const incarnation = await lockPlace(write, state);
          const turn = new Turn(write, state.subscribers, recallHours * HOUR_MS);
          const desk: Desk = { log, turn, state, atMost: this.parts.atMost ?? AT_MOST };
          if (incarnation > state.incarnation) await beginEpoch(desk, incarnation);
          const last = await work(desk);
          if (last !== undefined) {
            state.position = last.position;
            state.event = last.id;
          }
          // Together: they need no answer of each other, and subscribers wait for each of them.
          await Promise.all([turn.end(), saveAndProve(write, state, lease)]);
          return turn.stored;
        },
      }),
    );
    return { positions: state.position - from, slots, idle: false };
  }
}

/** Decides events in order, as far as nobody has to be looked through again; returns the last one decided. */
async function decideAll(desk: Desk, headers: readonly Header[]): Promise<Header | undefined> {
  let plain: Header[] = [];
  for (const header of headers) {
    if (isPlain(header)) plain.push(header);
    else if (!isNothing(header)) {
      await decidePlain(desk, plain);
      plain = [];
      desk.state.doing = await decideOne(desk, header);
      if (desk.state.doing !== undefined) return header;
    }
  }
  await decidePlain(desk, plain);
  return headers.at(-1);
}

/** From here to the end of the transaction nobody else moves fan-out on. Returns the history that the log stands for. */
async function lockPlace(write: LogWrites, { position, event, doing }: FanOutState): Promise<number> {
  const [place] = await write.query<{ position: number; event: string | null; doing: Doing | null; now: number }>(
    `SELECT f.position, f.event, f.doing, s.incarnation AS now
     FROM feed_fanout f CROSS JOIN log_state s FOR UPDATE OF f`,
    [],
  );
  const same =
    place?.position === position &&
    place.event === event &&
    place.doing?.phase === doing?.phase &&
    place.doing?.cursor === doing?.cursor;
  if (place === undefined || !same) throw new LogRefusal('lease.lost', 'another process has fanned out meanwhile');
  return place.now;
}

async function saveAndProve(write: LogWrites, state: FanOutState, lease: Lease): Promise<void> {
  const { position, event, doing, policy, policyChanged } = state;
  const proof = lease.proof();
  const saving = write.query(
    `UPDATE feed_fanout
     SET position = $1, event = $2, doing = $3::jsonb, policy = coalesce($4::jsonb, policy), incarnation = $5`,
    [
      position,
      event,
      doing === undefined ? null : JSON.stringify(doing),
      policyChanged ? JSON.stringify(policy) : null,
      state.incarnation,
    ],
  );
  const proving = write.query<{ kept: boolean }>('SELECT renew_lease($1, $2, $3, $4, $5) AS kept', proof);
  const [, [row]] = await Promise.all([saving, proving]);
  if (row?.kept !== true) throw new LogRefusal('lease.lost', 'another process fans out');
  state.policyChanged = false;
}
