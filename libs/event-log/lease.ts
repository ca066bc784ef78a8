import type { Queryable } from './queryable.js';
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
  /** Prolongs it; false when another one has taken it meanwhile, or the database server started anew: look at it again. */
  renew(): Promise<boolean>;
  /** Gives it back at once, so that a standby need not wait for it to run out. */
  release(): Promise<void>;
  /** What proves the lease inside a statement. @throws {@link LogRefusal} `lease.lost` where this process holds none */
  proof(): LeaseProof;
}

/** Name, holder, fence, start of the server it was taken on (a restored copy may hold the same fence), seconds. */
export type LeaseProof = [string, string, number, string, number];

/** A lease kept in the table `leases`. */
export class DatabaseLease implements Lease {
  private taking: { fence: number; server: string } | undefined;

  constructor(
    private readonly on: Queryable,
    readonly name: string,
    readonly holder: string,
    readonly seconds: number,
  ) {}

  get fence(): number | undefined {
    return this.taking?.fence;
  }

  async take(): Promise<boolean> {
    const taking = await this.call<{ fence: number | null; server: string }>({
      name: 'take_lease',
      text: 'SELECT fence, server FROM take_lease($1, $2, $3)',
      values: [this.name, this.holder, this.seconds],
    });
    this.taking = taking.fence === null ? undefined : { fence: taking.fence, server: taking.server };
    return this.taking !== undefined;
  }

  async renew(): Promise<boolean> {
    const kept = await this.prolong(this.seconds);
    if (!kept) this.taking = undefined;
    return kept;
  }

  async release(): Promise<void> {
    await this.prolong(-1);
    this.taking = undefined;
  }

  /** The arguments that prove the lease to the functions of the relay: name, holder, fence, server start, seconds. */
  proof(): LeaseProof {
    if (this.taking === undefined)
      throw new LogRefusal('lease.lost', `this process does not hold the lease ${this.name}`);
    return [this.name, this.holder, this.taking.fence, this.taking.server, this.seconds];
  }

  private async prolong(seconds: number): Promise<boolean> {
    if (this.taking === undefined) return false;
    const values = [this.name, this.holder, this.taking.fence, this.taking.server, seconds];
    const text = 'SELECT renew_lease($1, $2, $3, $4, $5) AS kept';
    return (await this.call<{ kept: boolean }>({ name: 'renew_lease', text, values })).kept;
  }

  private async call<Row>(statement: { name: string; text: string; values: unknown[] }): Promise<Row> {
    try {
      return (await this.on.query(statement)).rows[0] as Row;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}
