import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { WebhookTargets } from '#feeds';
import { readSettings } from '#runtime';
import { startNameServer, type NameServer } from '../../../test/support/name-server.js';
import { FeedSettings } from '../settings.js';
import { resolveByDns, type Resolve } from './checked-target.js';
import { postOnce, postTo } from './post-once.js';
import type { Outcome } from './next-step.js';
import { FORBIDDEN_IPV4, FORBIDDEN_IPV6, LOOK_ALIKES, carriers, confusing, spellings } from './ssrf.fixture.js';

/** Public by its form, given to nobody, routed nowhere. */
const NOWHERE = '2e00::1';
/** Packets to nowhere may get no answer at all. */
const LOST_MS = 400;
const POSTING = { headers: { 'content-type': 'application/json' }, body: '{}' };
const NEVER = new AbortController().signal;

/**
 * What has an address here and no business with us listens on every address of this machine, with IPv4 and IPv6. It must stay
 * untouched whatever a subscriber writes down, and its port is allowed, so that nothing but the rule of addresses keeps us away.
 */
describe('a webhook never reaches what is inside', () => {
  let inside: Server;
  let port = 0;
  let touched = 0;
  let outcomes = 0;
  let names: NameServer;
  const leadsTo = new Map<string, () => readonly string[]>();
  let resolve: Resolve;
  let earnest: WebhookTargets;

  beforeAll(async () => {
    inside = createServer((socket) => {
      touched += 1;
      socket.on('error', () => undefined);
      socket.destroy();
    });
    inside.listen(0, '::');
    await once(inside, 'listening');
    ({ port } = inside.address() as AddressInfo);
    names = await startNameServer((name) => leadsTo.get(name)?.() ?? []);
    resolve = resolveByDns([names.address]);
    earnest = { ports: [port, 443], localTargets: [] };
  });

  afterAll(async () => {
    inside.close();
    await names.close();
  });

  beforeEach(() => (touched = 0));

  async function attempt(url: string, by: Resolve = resolve, timeoutMs = 10_000): Promise<Outcome> {
    outcomes += 1;
    return await postOnce({ ...POSTING, url }, { targets: earnest, resolve: by, timeoutMs }, NEVER);
  }

  /** Every one of them is refused before a connection is made, and nothing was touched. */
  async function expectRefused(urls: readonly string[], by?: Resolve): Promise<void> {
    const through: string[] = [];
    for (const url of urls) {
      const outcome = await attempt(url, by);
      const refused = outcome.kind === 'failed' && ['refused-url', 'no-address'].includes(outcome.fault);
      if (!refused) through.push(`${url} ${JSON.stringify(outcome)}`);
    }
    expect(through).toEqual([]);
    expect(touched).toBe(0);
  }

  function named(name: string, answers: () => readonly string[]): string {
    const { hostname } = new URL(`https://${name}/`);
    leadsTo.set(hostname, answers);
    return `https://${name}:${port}/`;
  }

  test('it would be touched if it were allowed: the listener listens', async () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const targets = { ports: [443], localTargets: [host] };
      const outcome = await postOnce({ ...POSTING, url: `https://${host}:${port}/` }, { targets, resolve }, NEVER);
      expect(outcome).toEqual({ kind: 'failed', fault: 'tls' });
    }
    expect(touched).toBe(2);
  });

  test('by its number, however it is spelled', async () => {
    const hosts = FORBIDDEN_IPV4.flatMap(spellings);
    expect(hosts.length).toBeGreaterThanOrEqual(200);
    await expectRefused(hosts.map((host) => `https://${host}:${port}/`));
  });

  test('by IPv6, also with IPv4 inside', async () => {
    const hosts = [...FORBIDDEN_IPV6, ...FORBIDDEN_IPV4.flatMap(carriers)];
    await expectRefused(hosts.map((host) => `https://[${host}]:${port}/`));
  });

  test('by an address that two readers understand differently, or by another scheme', async () => {
    leadsTo.set('partner.example', () => ['127.0.0.1', '::1']);
    await expectRefused(confusing(port));
    await expectRefused([`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`]);
  });

  test('by a name that leads there, alone or among others', async () => {
    const forbidden = [...FORBIDDEN_IPV4, ...FORBIDDEN_IPV6, ...FORBIDDEN_IPV4.slice(0, 4).flatMap(carriers)];
    await expectRefused([
      ...forbidden.map((address, n) => named(`alone-${n}.example`, () => [address])),
      ...forbidden.map((address, n) => named(`among-${n}.example`, () => [NOWHERE, '2e00::2', address])),
      ...LOOK_ALIKES.map((name) => named(name, () => ['127.0.0.1', '::1'])),
    ]);
  });

  test('by an answer that is no plain address', async () => {
    for (const answer of ['fe80::1%lo', '127.1', '0x7f000001', '017700000001', '2130706433', '::ffff:127.0.0.1', ''])
      await expectRefused([`https://partner.example:${port}/`], () => Promise.resolve([NOWHERE, answer]));
  });

  test('by a name that leads elsewhere when it is asked again', async () => {
    let asked = 0;
    const url = named('rebinding.example', () => (++asked <= 2 ? [NOWHERE] : ['127.0.0.1', '::1']));
    const first = await attempt(url, resolve, LOST_MS);
    expect(first.kind === 'failed' && ['unreachable', 'timeout'].includes(first.fault)).toBe(true);
    expect(asked).toBe(2); // once for each family, and nobody asked again to connect
    await expectRefused([url]);
    for (let round = 0; round < 4; round += 1) {
      let turn = round;
      await attempt(url, () => Promise.resolve((turn += 1) % 2 === 0 ? [NOWHERE] : ['127.0.0.1']), LOST_MS);
    }
    expect(touched).toBe(0);
  });

  test('a connection goes to the address that was checked, whatever the name says by now', async () => {
    const hosts: (string | undefined)[] = [];
    const checked = createHttpServer((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    const at = await listening(checked);
    leadsTo.set('rebinding.example', () => ['::1']);
    const url = new URL(`http://rebinding.example:${at}/`);
    const outcome = await postTo({ url, addresses: ['127.0.0.1'] }, { ...POSTING, url: url.href }, NEVER);
    expect(outcome).toEqual({ kind: 'answered', status: 200 });
    expect(hosts).toEqual([`rebinding.example:${at}`]);
    checked.close();
  });

  test.each([301, 302, 303, 307, 308])('by a redirect with %d', async (status) => {
    const redirecting = createHttpServer((_request, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${port}/`, refresh: '0' }).end();
    });
    const at = await listening(redirecting);
    const targets = { ports: [443], localTargets: [`127.0.0.1:${at}`] };
    const outcome = await postOnce({ ...POSTING, url: `http://127.0.0.1:${at}/` }, { targets, resolve }, NEVER);
    expect(outcome).toEqual({ kind: 'answered', status });
    expect(touched).toBe(0);
    redirecting.close();
  });

  test('by a proxy that the environment names', async () => {
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'NODE_USE_ENV_PROXY'];
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : `http://127.0.0.1:${port}`;
    leadsTo.set('outside.example', () => [NOWHERE]);
    await attempt('https://outside.example/', resolve, LOST_MS);
    for (const name of names) delete process.env[name];
    expect(touched).toBe(0);
  });

  test('in earnest, no process starts that could send to this machine', () => {
    const start = (environment: Record<string, string>): FeedSettings =>
      readSettings({ feeds: FeedSettings }, environment).feeds;
    const listed = { BREAKWATER_WEBHOOK_LOCAL_TARGETS: '127.0.0.1:8093, [::1]' };
    expect(start({ BREAKWATER_ENV: 'local', ...listed }).localTargets).toEqual(['127.0.0.1:8093', '[::1]']);
    expect(() => start(listed)).toThrow('BREAKWATER_WEBHOOK_LOCAL_TARGETS is for a local stack only');
    expect(() => start({ BREAKWATER_ALLOW_PLAINTEXT: 'yes', ...listed })).toThrow('is for a local stack only');
    expect(() => start({ BREAKWATER_ENV: 'local', BREAKWATER_WEBHOOK_LOCAL_TARGETS: '10.0.0.1' })).toThrow('127.0.0.1');
    expect(start({ BREAKWATER_WEBHOOK_PORTS: '443, 8443' }).ports).toEqual([443, 8443]);
    for (const ports of ['0', '65536', 'https', '443;80'])
      expect(() => start({ BREAKWATER_WEBHOOK_PORTS: ports })).toThrow('BREAKWATER_WEBHOOK_PORTS');
  });

  test('in more than two hundred ways', () => expect(outcomes).toBeGreaterThan(400));
});

async function listening(server: HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
