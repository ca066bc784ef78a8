/** Cases between agencies and platforms as specs make them, through the doors that everybody uses. */
import type { ProblemDocument } from '#runtime';
import type { LineOutcome, Summary } from '../../apps/command-api/bulk-intake/outcome.js';
import { newKey } from './assertions.js';
import type { TestCommandApp } from './command-app.js';
import { call, type Answer } from './http.js';
import { itemBody, referralBody } from './referrals.js';

export type CaseBody = ProblemDocument & {
  removal: string;
  referral: string;
  state: string;
  matched: boolean;
  outcome: { result: string; effect: string };
  requests: { referral: string; organisation: string; acknowledged: boolean }[];
  items: { state: string; appeal: string; outcome?: { effect: string }; deadline?: object }[];
  removals: { removal: string; state: string; priority: string; item: { location: string; identifier: string } }[];
  truncated: boolean;
  after: string;
  [field: string]: unknown;
};

export interface BulkAnswer {
  status: number;
  call: string;
  outcomes: LineOutcome[];
  summary: Summary;
  headers: Answer['headers'];
}

/** Acts in a spec's stories, each by the persona of its name. */
export class Cases {
  constructor(private readonly app: TestCommandApp) {}

  async send(persona: string, route: string, json: object, headers: object = newKey()): Promise<Answer<CaseBody>> {
    return call(this.app.address, `POST /v1/${route}`, {
      token: await this.app.tokenOf(persona),
      json: { purpose: 'operation-tern', ...json },
      headers: { ...newKey(), ...headers },
    });
  }

  async look<T = CaseBody>(persona: string, path: string): Promise<Answer<T>> {
    return call(this.app.address, `GET /v1/${path}`, {
      token: await this.app.tokenOf(persona),
      headers: { 'breakwater-purpose': 'operation-tern' },
    });
  }

  /** A referral of one item that has reached its platform: its authoriser lets it pass before the window of the check ends. */
  referred(agency: string, location: string, changes: object = {}): Promise<string> {
    return this.referredAll(agency, [location], changes);
  }

  /** The same with many items. */
  async referredAll(agency: string, locations: readonly string[], changes: object = {}): Promise<string> {
    const items = locations.map((location) => itemBody(undefined, { location }));
    const { body } = await this.send(`${agency}-referrer`, 'referrals', referralBody({ items, ...changes }));
    await this.expect200(this.send(`${agency}-referrer`, `referrals/${body.referral}/check`, {}));
    await this.expect200(
      this.send(`${agency}-authoriser`, `referrals/${body.referral}/override`, { reason: 'The boat leaves tonight.' }),
    );
    return body.referral;
  }

  /** The removal that asks for an item. */
  async removalOf(location: string, moderator = 'lumen-moderator'): Promise<string> {
    for (let after = ''; ;) {
      const { body } = await this.look(moderator, `inbox?limit=200${after}`);
      const found = body.removals.find(({ item }) => item.location === location);
      if (found !== undefined) return found.removal;
      if (!body.truncated) throw new Error(`nobody asks for ${location}`);
      after = `&after=${body.after}`;
    }
  }

  async bulk(lines: readonly object[], route = 'removals/bulk', persona = 'lumen-moderator'): Promise<BulkAnswer> {
    const { status, text, headers } = await call(this.app.address, `POST /v1/${route}`, {
      token: await this.app.tokenOf(persona),
      bytes: Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    return { status, headers, ...readBulk(text), call: String(headers['bulk-call']) };
  }

  private async expect200(answer: Promise<Answer<CaseBody>>): Promise<void> {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status} ${body.code}: ${body.detail}`);
  }
}

export function readBulk(text: string): Pick<BulkAnswer, 'outcomes' | 'summary'> {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LineOutcome | { summary: Summary });
  const last = lines.pop() as { summary: Summary };
  return { outcomes: lines as LineOutcome[], summary: last.summary };
}

/** A location nobody else speaks of: a video under a fresh id. */
export function freshVideo(): { id: string; url: string } {
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(9)))
    .toString('base64url')
    .slice(0, 11)
    .replaceAll(/[-_]/g, 'A');
  const padded = id.padEnd(11, 'x');
  return { id: padded, url: `https://www.youtube.com/watch?v=${padded}` };
}

/** Now, cut to the second: platforms tell times so. */
export function nowish(seconds = 0): string {
  return `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export function pushBody(location: string, changes: object = {}): Record<string, unknown> {
  return {
    item: { kind: 'post', location },
    outcome: { result: 'actioned', effect: 'removed', effectiveAt: nowish() },
    purpose: 'trust-and-safety',
    ...changes,
  };
}
