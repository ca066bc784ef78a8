import type { Queryable } from './read.js';
import { LogRefusal, refusalOf } from './refusals.js';

/**
 * A right to be the only active one, timed by the database's clock. Never a session lock: a paused process keeps its session
 * and would keep its lock. Whoever was overtaken finds out by `fence`, a number that grows with each taking.
 */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly seconds: number;
  /** Number of this taking, or undefined while it is not held as far as this process knows. */
  readonly fence: number | undefined;
  /** Takes the lease when it is free, run out, or already ours. */
  take(): Promise<boolean>;
  /** Prolongs it; false when another one has taken it meanwhile. */
  renew(): Promise<boolean>;
  /** Gives it back at once, so that a standby need not wait for it to run out. */
  release(): Promise<void>;
}

/** A lease kept in the table `leases`. */
export class DatabaseLease implements Lease {
  fence: number | undefined;

  constructor(
    private readonly on: Queryable,
    readonly name: string,
    readonly holder: string,
    readonly seconds: number,
  ) {}

  async take(): Promise<boolean> {
    const fence = await this.call<number | null>('take_lease', '$1, $2, $3', [this.name, this.holder, this.seconds]);
    this.fence = fence ?? undefined;
    return this.fence !== undefined;
  }

  async renew(): Promise<boolean> {
    if (this.fence === undefined) return false;
    const kept = await this.prolong(this.seconds);
    if (!kept) this.fence = undefined;
    return kept;
  }

  async release(): Promise<void> {
    if (this.fence === undefined) return;
    await this.prolong(-1);
    this.fence = undefined;
  }

  private prolong(seconds: number): Promise<boolean> {
    return this.call<boolean>('renew_lease', '$1, $2, $3, $4', [this.name, this.holder, this.fence, seconds]);
  }

  private async call<T>(name: 'take_lease' | 'renew_lease', places: string, values: unknown[]): Promise<T> {
    try {
      const { rows } = await this.on.query({ name, text: `SELECT ${name}(${places}) AS answer`, values });
      return (rows[0] as { answer: T }).answer;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

/** The arguments that prove a lease to the functions of the relay. Throws `lease.lost` where this process holds none. */
export function proofOf(lease: Lease): [string, string, number, number] {
  if (lease.fence === undefined) throw new LogRefusal('lease.lost', `this process does not hold the lease ${lease.name}`);
  return [lease.name, lease.holder, lease.fence, lease.seconds];
}
