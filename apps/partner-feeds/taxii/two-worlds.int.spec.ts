import { openLog, type EventLog } from '#event-log';
import { bodyOf, type EventBody, type Marking } from '#events';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { GREEN } from '../../../test/support/feed-stand.js';
import { openTestFeedsApp, type TestFeedsApp } from '../../../test/support/feeds-app.js';
import { openFanOut } from '../../../test/support/feeds-stand.js';
import { call } from '../../../test/support/http.js';
import { someDraft } from '../../../test/support/log-events.js';
import type { FanOut } from '../fan-out/fan-out.js';

const idOf = (n: number): string => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const SUBSCRIPTION = idOf(1);
const SOURCE = ORGANISATIONS.coastal.organisation;
const RED: Marking = { ...GREEN, tlp: 'RED' };
const NUMBER = { kind: 'phone-number', key: '+447700900123' } as const;
const SUBJECT = { kind: 'account', key: 'telegram:100012345' } as const;
const ENDS = { subject: SUBJECT, statements: [{ index: 0, relation: 'USES_NUMBER' as const, object: NUMBER }] };
const REFERRAL = idOf(70);

/** What is said, and whether the partner may know of it. */
interface Step {
  stream: string;
  body: EventBody;
  marking: Marking;
  hidden?: true;
}

const made: EventBody = bodyOf('assertion.made', {
  subject: SUBJECT,
  statements: [{ relation: 'USES_NUMBER', object: NUMBER, confidence: 80 }],
});
const assertion = (n: number, body: EventBody, marking = GREEN): Step => ({
  stream: `assertion-${idOf(n)}`,
  body,
  marking,
});
const hidden = (step: Step): Step => ({ ...step, hidden: true });
const referral = (body: EventBody): Step => ({ stream: `referral-${REFERRAL}`, body, marking: GREEN });

const STEPS: readonly Step[] = [
  hidden(assertion(20, made, RED)),
  assertion(21, made),
  hidden(
    referral(bodyOf('referral.held', { referral: REFERRAL, until: '2026-03-02T00:00:00.000Z', contact: 'The desk' })),
  ),
  hidden(referral(bodyOf('referral.cleared', { referral: REFERRAL, by: 'hold-expired' }))),
  referral(
    bodyOf('referral.submitted', {
      referral: REFERRAL,
      platform: ORGANISATIONS.chatter.organisation,
      instrument: 'voluntary',
      theme: 'boat-crossing',
      receivedAt: '2026-03-01T00:00:00.000Z',
      items: [{ kind: 'post', location: { kind: 'item', key: 'https://lumen.example/v/1' } }],
    }),
  ),
  hidden(assertion(20, bodyOf('assertion.withdrawn', { ...ENDS, reason: 'A secret.' }), RED)),
  assertion(22, made),
  hidden(assertion(23, made, { ...GREEN, compartment: 'tern' })),
  assertion(21, bodyOf('assertion.regraded', { ...ENDS, reason: 'Conditions.' }), { ...GREEN, handling: ['P'] }),
  hidden(
    referral(
      bodyOf('deadline.breached', {
        referral: REFERRAL,
        item: 0,
        instrument: 'voluntary',
        dueAt: '2026-03-01T00:00:00.000Z',
      }),
    ),
  ),
  assertion(22, bodyOf('assertion.withdrawn', { ...ENDS, reason: 'The source lied.' })),
  referral(bodyOf('referral.closed', { referral: REFERRAL, reason: 'Done.' })),
];

class World {
  private constructor(
    private readonly feeds: TestFeedsApp,
    private readonly said: EventLog,
    private readonly token: string,
    private readonly fanOut: FanOut,
  ) {}

  static async open(name: string): Promise<World> {
    const feeds = await openTestFeedsApp(name);
    const clock = (): Date => new Date('2026-03-01T00:00:00.000Z');
    const said = await openLog({ url: feeds.stand.store.store.url, applicationName: name, poolSize: 2, clock });
    await feeds.stand.store.owner.query(
      `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, version, made_at)
       VALUES ($1, $2, 'Everything', 'active', '{}', '{"kind": "pull"}', 1, '2026-03-01')`,
      [SUBSCRIPTION, ORGANISATIONS.partner.organisation],
    );
    return new World(feeds, said, await feeds.stand.store.tokenOf('partner-feed'), openFanOut(feeds.stand.log));
  }

  /** Says it all, and looks at the collection after every second step that the partner may know of. */
  async looks(steps: readonly Step[]): Promise<string[]> {
    const { organisation } = ORGANISATIONS.partner;
    const subscription = {
      subscription: SUBSCRIPTION,
      organisation,
      name: 'Everything',
      filter: {},
      channel: { kind: 'pull' },
    } as const;
    await this.say(
      { stream: `subscription-${SUBSCRIPTION}`, body: bodyOf('subscription.made', subscription), marking: RED },
      1,
    );
    const looks: string[] = [];
    const known = STEPS.filter((step) => step.hidden !== true);
    for (const step of steps) {
      await this.say(step, STEPS.indexOf(step) + 100);
      if (known.indexOf(step) % 2 === 1) looks.push(...(await this.look()));
    }
    return looks;
  }

  private async say({ stream, body, marking }: Step, n: number): Promise<void> {
    const version = (await this.said.readStream(stream)).length;
    const draft = someDraft({ id: idOf(n), body, marking });
    await this.said.transact(() =>
      Promise.resolve({
        append: [{ stream, expectedVersion: version, source: SOURCE, events: [draft] }],
        afterwards: () => Promise.resolve(),
      }),
    );
    const { stand } = this.feeds;
    await stand.positionOf(draft.id);
    await stand.store.owner.query(`UPDATE log_positions SET given_at = '2026-03-01T00:00:00Z'`);
    await this.fanOut.toHead();
  }

  private async look(): Promise<string[]> {
    const path = `/taxii2/feeds/collections/${SUBSCRIPTION}/`;
    const all: string[] = [];
    for (const asked of [
      '',
      'manifest/?match[version]=all',
      'objects/?limit=7',
      'objects/?match[version]=all&limit=500',
      'objects/?match[type]=relationship',
    ]) {
      const { status, headers, text } = await call(this.feeds.address, `GET ${path}${asked}`, { token: this.token });
      all.push(
        [asked, status, headers['x-taxii-date-added-first'], headers['x-taxii-date-added-last'], text].join('\n'),
      );
    }
    return all;
  }

  async close(): Promise<void> {
    await this.said.close();
    await this.feeds.close();
  }
}

let worlds: World[] = [];
beforeAll(async () => {
  worlds = [await World.open('taxii-with'), await World.open('taxii-without')];
}, STARTUP_MS);
afterAll(() => Promise.all(worlds.map((world) => world.close())));

describe('two worlds that differ in what a partner may not know', () => {
  it('are one collection, to the byte: objects, ids, versions, dates and next', async () => {
    const [full, bare] = worlds as [World, World];
    const withHidden = await full.looks(STEPS);
    expect(withHidden).toEqual(await bare.looks(STEPS.filter((step) => step.hidden !== true)));
    // Or there would be nothing that could differ.
    expect(withHidden.at(-2)).toMatch(/"revoked":true/);
    expect(withHidden.filter((look) => /"more":true/.test(look))).not.toEqual([]);
    expect(new Set(withHidden).size).toBeGreaterThan(8);
  }, 60_000);
});
