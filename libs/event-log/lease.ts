/**
 * A right to be the only active one, timed by the database's clock. Never a session lock: a paused process keeps its session
 * and would keep its lock. Whoever was overtaken finds out by `fence`, a number that grows with each taking.
 */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Number of this taking, or undefined while it is not held as far as this process knows. */
  readonly fence: number | undefined;
  /** Takes the lease when it is free, run out, or already ours. */
  take(): Promise<boolean>;
  /** Prolongs it; false when another one has taken it meanwhile. */
  renew(): Promise<boolean>;
  /** Gives it back at once, so that a standby need not wait for it to run out. */
  release(): Promise<void>;
}
