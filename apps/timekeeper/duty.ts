import type { EventLog, Lease } from '#event-log';

/**
 * Something that is due by time and done by one process only. It runs under the timekeeper's lease, again and again, one run
 * at a time; a run that throws is an alarm and is tried again, and other duties go on.
 */
export interface Duty {
  /** In log lines and figures: `audit-seal`. */
  readonly name: string;
  /** From the end of one run to the beginning of the next. */
  readonly everyMs: number;
  /**
   * One run. Must be safe to break off anywhere and to do again: the process may be killed or overtaken at any moment, so
   * what it changes stands in one transaction, or is guarded by `Lease.proof`. Stop soon when `signal` fires.
   * @returns whether there is more to do at once, without the pause
   */
  run(signal: AbortSignal): Promise<DutyResult>;
}

export type DutyResult = 'more' | void;

/** What a duty can be made of. Every duty of the app is made in `duties.ts`. */
export interface DutyParts {
  log: EventLog;
  /** The timekeeper's: its proof guards statements against a process that was overtaken. */
  lease: Lease;
  /** Says in log and figures that somebody has to look at something. `kind` is a stable code. */
  alarm(kind: string, fields: object, text: string): void;
}
