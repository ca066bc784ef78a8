/** command-api with agencies, platforms and the timekeeper's duties at hand, for specs of referrals, holds and deadlines. */
import { randomUUID } from 'node:crypto';
import { DeconflictionSettings } from '#casework';
import type { Lease } from '#event-log';
import type { ProblemDocument } from '#runtime';
import type { Duty } from '../../apps/timekeeper/duty.js';
import { breachDeadlines } from '../../apps/timekeeper/referrals/breach-deadlines.js';
import { endChecks } from '../../apps/timekeeper/referrals/end-checks.js';
import { escalateHolds } from '../../apps/timekeeper/referrals/escalate-holds.js';
import { TIMEKEEPER_LEASE } from '../../apps/timekeeper/timekeeper.js';
import { newKey } from './assertions.js';
import { openTestCommandApp, type TestCommandApp } from './command-app.js';
import { call, type Answer } from './http.js';
import { referralBody } from './referrals.js';

const PURPOSE = 'operation-tern';
const never = new AbortController().signal;

export class CaseworkStand {
  private lease: Promise<Lease> | undefined;

  private constructor(
    readonly app: TestCommandApp,
    readonly settings: DeconflictionSettings,
  ) {}

  /** The window of the check has no length unless a spec wants one: then nothing has to be waited for. */
  static async open(name: string, windowSeconds = 0): Promise<CaseworkStand> {
    const app = await openTestCommandApp(name, { BREAKWATER_DECONFLICTION_WINDOW_SECONDS: String(windowSeconds) });
    return new CaseworkStand(app, Object.assign(new DeconflictionSettings(), { windowSeconds }));
  }

  async send<Body = object>(
    persona: string,
    route: string,
    json: object,
    headers: Record<string, string> = newKey(),
  ): Promise<Answer<Body & ProblemDocument>> {
    return call(this.app.address, `POST /v1/${route}`, {
      token: await this.app.tokenOf(persona),
      json: { purpose: PURPOSE, ...json },
      headers,
    });
  }

  async look<Body = object>(persona: string, path: string): Promise<Answer<Body & ProblemDocument>> {
    return call(this.app.address, `GET /v1/${path}`, {
      token: await this.app.tokenOf(persona),
      headers: { 'breakwater-purpose': PURPOSE },
    });
  }

  async drafted(persona: string, changes: object = {}): Promise<string> {
    const { status, body, text } = await this.send<{ referral: string }>(persona, 'referrals', referralBody(changes));
    if (status !== 201) throw new Error(`the draft was answered with ${status}: ${text}`);
    return body.referral;
  }

  /** Drafted and put to the check. */
  async checked(persona: string, changes: object = {}): Promise<string> {
    const referral = await this.drafted(persona, changes);
    const { status, text } = await this.send(persona, `referrals/${referral}/check`, {});
    if (status !== 200) throw new Error(`the check was answered with ${status}: ${text}`);
    return referral;
  }

  async endChecks(): Promise<void> {
    await this.endChecksDuty(await this.held()).run(never);
  }

  async breachDeadlines(): Promise<void> {
    await breachDeadlines({ log: this.app.store.log, lease: await this.held() }).run(never);
  }

  async escalateHolds(): Promise<void> {
    await escalateHolds({ log: this.app.store.log }).run(never);
  }

  endChecksDuty(lease: Lease): Duty {
    return endChecks({ log: this.app.store.log, lease, settings: this.settings });
  }

  async types(referral: string): Promise<string[]> {
    const { rows } = await this.app.owner.query<{ type: string }>(
      'SELECT type FROM events WHERE stream = $1 ORDER BY stream_version',
      [`referral-${referral}`],
    );
    return rows.map(({ type }) => type);
  }

  async close(): Promise<void> {
    await this.app.close();
  }

  /** Renewed and not taken again while it lasts: a second taking ends the first, and duties of a spec run at the same time. */
  private async held(): Promise<Lease> {
    this.lease ??= this.takeLease();
    const lease = await this.lease;
    if (!(await lease.renew())) await lease.take();
    return lease;
  }

  private async takeLease(): Promise<Lease> {
    const lease = this.app.store.log.lease(TIMEKEEPER_LEASE, { holder: randomUUID(), seconds: 60 });
    await lease.take();
    return lease;
  }
}
