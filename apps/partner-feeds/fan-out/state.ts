import type { Marking } from '#events';
import { Decisions } from './decisions.js';
import type { Reads } from './log-reading.js';
import { NO_POLICY, type Policy } from './policy.js';
import type { Counted } from './turn.js';

/** A look through what some subscribers hold and have missed, under way; kept with the position, so that it is done whole. */
export interface Doing {
  /** First what they may see no more ends, then they are told, then what they have missed is appended. */
  phase: 'lost' | 'told' | 'gained';
  /** Position of the event that asked for it, and its time in microseconds since 1970. */
  position: number;
  givenAt: number;
  subscribers: number[];
  gained: boolean;
  /** Why they may have lost something. */
  reason: string;
  /** Positions up to here are looked through in this phase. */
  cursor: number;
}

/** The log is not the one that feeds were made of: somebody has to look, since nothing here can mend it. */
export class HistoryDiffers extends Error {
  readonly code = 'feed.history';
}

/** Where fan-out stands: what the database keeps of it, and what follows from that. */
export class FanOutState {
  readonly markings = new Map<number, Marking>();
  policyChanged = false;
  private decided: { policy: Policy; at: number; decisions: Decisions } | undefined;

  private constructor(
    public position: number,
    public event: string | null,
    public incarnation: number,
    public policy: Policy,
    public doing: Doing | undefined,
    readonly subscribers: Map<number, Counted>,
    /** By stream: versions that are parked. */
    readonly parked: Map<string, Set<number>>,
  ) {}

  /** As the database has it; at the beginning of the log where nothing was ever fanned out. */
  static async load(on: Reads): Promise<FanOutState> {
    await on.query(
      `INSERT INTO feed_fanout (position, incarnation, policy) SELECT 0, incarnation, $1::jsonb FROM log_state
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(NO_POLICY)],
    );
    const [saved] = await on.query<{
      position: number;
      event: string | null;
      incarnation: number;
      policy: Policy;
      doing: Doing | null;
      there: string | null;
    }>(
      `SELECT f.position, f.event, f.incarnation, f.policy, f.doing, (
         SELECT e.id FROM log_positions p JOIN events e ON e.seq = p.seq WHERE p.position = f.position
       ) AS there
       FROM feed_fanout f`,
      [],
    );
    if (saved === undefined) throw new Error('fan-out has no place in the log');
    if (saved.event !== null && saved.event !== saved.there)
      throw new HistoryDiffers(`another event stands at position ${saved.position} than the one that was fanned out`);
    const counted = await on.query<Counted>('SELECT subscriber, sequence, added FROM feed_subscribers', []);
    const parked = await on.query<{ stream: string; version: number }>(
      'SELECT stream, stream_version AS version FROM feed_parked',
      [],
    );
    const { position, event, incarnation, policy, doing } = saved;
    const byStream = new Map<string, Set<number>>();
    for (const { stream, version } of parked) byStream.set(stream, (byStream.get(stream) ?? new Set()).add(version));
    const subscribers = new Map(counted.map((each) => [each.subscriber, each]));
    return new FanOutState(position, event, incarnation, policy, doing ?? undefined, subscribers, byStream);
  }

  change(policy: Policy): void {
    this.policyChanged ||= policy !== this.policy;
    this.policy = policy;
  }

  /** The decisions of a time, in microseconds since 1970. Markings have to be read before they are asked about. */
  decisionsAt(givenAt: number): Decisions {
    const at = Math.floor(givenAt / 1000);
    const { decided } = this;
    if (decided !== undefined && decided.policy === this.policy && decided.at <= at && at < decided.decisions.until)
      return decided.decisions;
    const decisions = new Decisions(this.policy, at, this.markings);
    this.decided = { policy: this.policy, at, decisions };
    return decisions;
  }

  isLeftOut(stream: string, streamVersion: number): boolean {
    return (
      this.parked.get(stream)?.has(streamVersion) === true ||
      this.policy.discarded[stream]?.includes(streamVersion) === true
    );
  }
}
