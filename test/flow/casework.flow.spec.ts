import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import type { Stack } from '../../infra/local/stack/stack.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import type { Asked } from '../../apps/query-api/reading/asking.js';
import type { Cluster } from '../../apps/query-api/questions/cluster.js';
import type { EntityCard } from '../../apps/query-api/questions/entity-card.js';
import { assertionBody, newKey } from '../support/assertions.js';
import { call, type Answer } from '../support/http.js';
import { itemBody, referralBody } from '../support/referrals.js';
import { runTool } from '../support/run-tool.js';
import { startOnSharedServers } from '../support/test-stack.js';
import { Page } from './page.js';

/**
 * Two platforms and three agencies, through the built apps: HTTP, PostgreSQL, Kafka and Neo4j. What agencies and platforms are
 * told to do by their pages is done as it stands there.
 */
const SOON_MS = 60_000;
jest.setTimeout(SOON_MS * 3);

const WINDOW = { BREAKWATER_DECONFLICTION_WINDOW_SECONDS: '1' };

let stack: Stack;
beforeAll(async () => {
  stack = await startOnSharedServers('casework', { appEnv: { 'command-api': WINDOW, timekeeper: WINDOW } });
}, STARTUP_MS);
afterAll(async () => await stack?.stop(), SOON_MS * 2);

interface Shown {
  referral: string;
  removal: string;
  state: string;
  items: { state: string; outcome?: { effect: string } }[];
  removals: { removal: string; requests: object[]; item: { identifier: string } }[];
  total: { items: number; outcomes: Record<string, number> };
  subscriptions: { subscription: string }[];
  compared: number;
  different: number;
}

async function send(persona: string, route: string, json: object): Promise<Shown> {
  const { status, body, text } = await call<Shown>(stack.apps['command-api'].url, `POST /v1/${route}`, {
    token: await stack.issuer.tokenFor(persona),
    json: { purpose: 'operation-tern', ...json },
    headers: newKey(),
  });
  if (status >= 300) throw new Error(`${route} as ${persona}: ${status} ${text}`);
  return body;
}

async function look(persona: string, path: string): Promise<Shown> {
  const { body } = await call<Shown>(stack.apps['command-api'].url, `GET /v1/${path}`, {
    token: await stack.issuer.tokenFor(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
  return body;
}

async function question<Told>(persona: string, name: string, seed: object): Promise<Asked & Told> {
  const answer: Answer<Asked & Told> = await call(stack.apps['query-api'].url, `POST /v1/questions/${name}`, {
    token: await stack.issuer.tokenFor(persona),
    json: { seed },
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
  if (answer.status !== 200) throw new Error(`${name} as ${persona}: ${answer.status} ${answer.text}`);
  return answer.body;
}

const { border, chatter, coastal, partner, lumen } = ORGANISATIONS;
const AGENCIES = ['coastal', 'border', 'partner'] as const;

async function reached(agency: string, referral: string, state: string): Promise<Shown> {
  return await until(
    `the referral of ${agency} did not come to be ${state}`,
    async () => {
      const shown = await look(`${agency}-referrer`, `referrals/${referral}`);
      return shown.state === state && shown;
    },
    SOON_MS,
  );
}

/** Drafted, checked, and with the platform when the window has ended. */
async function referred(agency: string, item: object, changes: object = {}): Promise<string> {
  const items = [itemBody(undefined, { kind: 'account', ...item })];
  const terms = referralBody({ platform: chatter.organisation, items, ...changes });
  const { referral } = await send(`${agency}-referrer`, 'referrals', terms);
  await send(`${agency}-referrer`, `referrals/${referral}/check`, {});
  await reached(agency, referral, 'submitted');
  return referral;
}

const terminated = (): object => ({
  result: 'actioned',
  effect: 'account-terminated',
  effectiveAt: new Date().toISOString(),
});

describe('the pages for agencies and platforms', () => {
  it('run as they stand, from the draft to the figures', async () => {
    const agency = await Page.open('for-agencies.md', stack, ['coastal-referrer', 'coastal-analyst']);
    const platform = await Page.open('for-platforms.md', stack, ['chatter-moderator']);
    const states = async (): Promise<string[]> => {
      const list = await look('coastal-referrer', 'referrals?reference=TERN/2026/113');
      return (list as unknown as { referrals: Shown[] }).referrals.map(({ state }) => state);
    };
    const become = async (state: string): Promise<unknown> =>
      await until(`the referral did not come to be ${state}`, async () => (await states())[0] === state, SOON_MS);

    await agency.follow();
    await agency.follow();
    expect(await agency.follow()).toContain('"state":"deconfliction-pending"');
    await become('submitted');
    await platform.follow();
    expect(await platform.follow()).toContain('"state":"needs-information"');
    await agency.follow();
    expect(await platform.follow()).toContain('"state":"decided"');
    await become('answered');
    const pushed = await platform.follow();
    expect(pushed.match(/"accepted":2/g)?.length).toBeGreaterThanOrEqual(2);
    expect(await platform.follow()).toContain('"undone":2');
    expect(await platform.follow()).toContain('"side":"platform"');
    while (agency.left > 0) await agency.follow();
    expect([await states(), platform.left]).toEqual([['closed'], 0]);
    await agency.close();
    await platform.close();
  });
});

describe('the page for partners', () => {
  it('runs as it stands, from the first delivery to the answered recall', async () => {
    const page = await Page.open('for-partners.md', stack, ['partner-feed', 'coastal-analyst']);
    const entriesOf = async (path: string): Promise<{ notice?: { notice: string; state?: string } }[]> => {
      const [{ subscription }] = (await look('partner-feed', 'subscriptions')).subscriptions as [
        { subscription: string },
      ];
      const { body } = await call<{ entries?: [] }>(
        stack.apps['partner-feeds'].url,
        `GET /v1/feeds/${subscription}/${path}`,
        { token: await stack.issuer.tokenFor('partner-feed') },
      );
      return body.entries ?? [];
    };
    const wait = (path: string): Promise<unknown> =>
      until(`there were no ${path}`, async () => (await entriesOf(path)).length > 0, SOON_MS);

    await page.follow();
    expect(await page.follow()).toContain('"digest"');
    await page.follow();
    await wait('entries');
    await page.follow();
    expect(await page.follow()).toMatch(/^retry: /);
    expect(await page.follow()).toContain('"+442079460123"');
    expect(await page.follow()).toContain('complete');
    await page.follow();
    await wait('recalls');
    expect(await page.follow()).toContain('"state":"applied"');
    expect((await entriesOf('recalls')).map(({ notice }) => [notice?.notice, notice?.state])).toEqual([
      ['recall', 'applied'],
    ]);
    expect((await page.follow()).trim()).toMatch(/2$/);
    expect(await page.follow()).toContain('genuine');
    expect(await page.follow()).toContain('"state":"ended"');
    expect(page.left).toBe(0);
    await page.close();
  });
});

describe('a network that three agencies refer', () => {
  const FIRST = ['https://www.instagram.com/Flow_Taxi/?hl=en', 'instagr.am/flow_taxi', '@flow_taxi'] as const;
  const number = '+44 20 7946 0155';

  it('is one item for the platform, is removed, comes back, and all of that stands in the graph', async () => {
    const referrals = await Promise.all(
      AGENCIES.map((agency, at) => referred(agency, { location: FIRST[at], platform: 'instagram' })),
    );
    const inbox = await look('chatter-moderator', 'inbox');
    const asked = inbox.removals.filter(({ item }) => item.identifier === 'instagram:flow_taxi');
    expect(asked.map(({ requests }) => requests.length)).toEqual([3]);
    await send('chatter-moderator', `inbox/${asked[0]?.removal}/decide`, { outcome: terminated() });
    for (const [at, agency] of AGENCIES.entries())
      expect((await reached(agency, referrals[at]!, 'answered')).items).toMatchObject([
        { state: 'actioned', outcome: { effect: 'account-terminated' } },
      ]);

    const location = 'https://www.instagram.com/flow_taxi_2/';
    await referred('coastal', { location, successorOf: { referral: referrals[0], item: 0 } });
    const [back] = (await look('chatter-moderator', 'inbox')).removals.filter(
      ({ item }) => item.identifier === 'instagram:flow_taxi_2',
    );
    const refusal = { result: 'rejected', effect: 'none', reason: 'asking-is-permitted' };
    await send('chatter-moderator', `inbox/${back?.removal}/decide`, { outcome: refusal });
    await send('lumen-moderator', 'removals', {
      item: { kind: 'video', location: 'https://www.tiktok.com/@flow/video/7300000000000000155' },
      outcome: { ...terminated(), effect: 'removed' },
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER', releasableTo: [coastal.organisation] },
    });
    const said = assertionBody({
      subject: { kind: 'handle', platform: 'instagram', value: 'flow_taxi' },
      statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: number } }],
    });
    await send('coastal-analyst', 'assertions', said);

    const members = await until(
      'the graph did not come to show the network',
      async () => {
        const { members = [] } = await question<Cluster>('coastal-analyst', 'cluster', { value: number });
        const [, first, second] = members;
        return first?.cases?.removed !== undefined && second?.cases?.referred !== undefined && members;
      },
      SOON_MS,
    );
    expect(members.map(({ entity, cases }) => [entity.key, cases])).toEqual([
      ['+442079460155', undefined],
      ['instagram:flow_taxi', { referred: timesOf(1), removed: timesOf(1) }],
      ['instagram:flow_taxi_2', { referred: timesOf(1) }],
    ]);
    const [link] = members[2]?.links ?? [];
    expect(link).toMatchObject({ relation: 'SUCCESSOR_OF', direction: 'outgoing' });
    expect(link?.secondsAfterRemoval).toBeGreaterThanOrEqual(0);
  });

  it('shows each agency its own case alone, and what a platform lets it see', async () => {
    const seen = async (persona: string, seed: object): Promise<string[]> => {
      const { totals = [] } = await question<EntityCard>(persona, 'entity-card', seed);
      return totals.map(({ relation, direction, statements }) => `${relation} ${direction} ${statements}`);
    };
    const handle = { kind: 'handle', platform: 'instagram', value: 'flow_taxi' };
    const own = ['REFERS incoming 1', 'REMOVED incoming 1'];
    for (const persona of ['border-analyst', 'partner-analyst']) expect(await seen(persona, handle)).toEqual(own);
    const video = { kind: 'item', value: 'tiktok.com/@/video/7300000000000000155' };
    expect(await seen('coastal-analyst', video)).toEqual(['REMOVED outgoing 1']);
    expect(await seen('border-analyst', video)).toEqual([]);
  });

  it('has figures that the two sides’ records agree on', async () => {
    const { total } = await look('border-analyst', 'figures');
    expect([total.items, total.outcomes['actioned']]).toEqual([1, 1]);
    for (const persona of ['border-analyst', 'partner-analyst'])
      expect(await look(persona, 'figures/differences')).toMatchObject({ compared: 1, different: 0 });
    const pushed = await look('lumen-moderator', `figures?platform=${lumen.organisation}`);
    expect(pushed.total).toMatchObject({ items: 1, outcomes: { actioned: 1 } });
    expect([border, partner].map(({ groups }) => groups.length)).toEqual([1, 0]);
  });

  it('leaves a graph that is what the log says', async () => {
    const entry = ['apps', 'graph-projector', 'graph', 'main.js'];
    expect(await runTool(stack, entry, ['verify', '--json'])).toMatchObject({ ok: true });
  });
});

function timesOf(statements: number): unknown {
  return { statements, first: expect.any(String) as string, last: expect.any(String) as string };
}
