import { request } from 'node:http';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp, type AppHandle } from '../../infra/local/stack/app-process.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import type { LineOutcome, Summary } from '../../apps/command-api/bulk-intake/outcome.js';
import { assertionBody, newKey } from '../support/assertions.js';
import { openTestCommandStore, type TestCommandStore } from '../support/command-app.js';
import { call, type Answer } from '../support/http.js';

/**
 * The built command-api as a process, killed with no warning while it works: what it answered is kept, what it did not answer
 * is kept once or not at all, and a repeat of the same call settles which.
 */
let store: TestCommandStore;
let app: AppHandle;
let folder: string;
let token: string;

beforeAll(async () => {
  store = await openTestCommandStore('assertions-flow');
  token = await store.tokenOf('coastal-analyst');
  folder = await mkdtemp(join(tmpdir(), 'breakwater-flow-'));
  await mkdir(join(folder, 'logs'));
  app = await makeApp('command-api', {
    instance: 'command-api',
    dataDir: folder,
    env: { ...store.environment, BREAKWATER_LOG_LEVEL: 'warn' },
    endedByItself: () => undefined,
  });
  await app.start();
}, STARTUP_MS);
afterAll(async () => {
  await app.stop();
  await store.close();
  await rm(folder, { recursive: true });
});

const LINES = 3_000;
const BODIES = Array.from({ length: LINES }, (_, index) =>
  JSON.stringify(assertionBody({ reference: `kill/${index}`, origin: `report ${index}` })),
);

/** Sends lines, tells each part of the answer, and resolves with all that came before the connection broke. */
function sendBulk(
  lines: readonly string[],
  onAnswered: (count: number) => void,
): Promise<(LineOutcome | { summary: Summary })[]> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(app.url);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', connection: 'close' };
    let text = '';
    const whole = (): (LineOutcome | { summary: Summary })[] =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LineOutcome | { summary: Summary });
    const sending = request(
      { hostname, port, method: 'POST', path: '/v1/assertions/bulk', headers, agent: false },
      (response) => {
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          onAnswered(text.split('\n').length - 1);
        });
        response.on('error', () => undefined).on('close', () => resolve(whole()));
      },
    );
    sending.on('error', () => resolve(whole()));
    sending.end(lines.join('\n'));
  });
}

async function keptReferences(): Promise<string[]> {
  const { rows } = await store.owner.query(
    `SELECT body::jsonb -> 'data' ->> 'reference' AS reference FROM events WHERE type = 'assertion.made' AND body LIKE '%"reference":"kill/%'`,
  );
  return (rows as { reference: string }[]).map(({ reference }) => reference);
}

describe('command-api killed in the middle of a bulk call', () => {
  it('keeps what it answered, and a repeat of the call keeps each good row exactly once', async () => {
    let killed: Promise<void> | undefined;
    const answered = await sendBulk(BODIES, (count) => {
      if (count >= 500) killed ??= app.kill();
    });
    await killed;
    expect(killed).toBeDefined();
    expect(answered.some((line) => 'summary' in line)).toBe(false);
    const before = new Set(await keptReferences());
    expect(before.size).toBeLessThan(LINES);
    const first = new Map(answered.flatMap((line) => ('id' in line ? [[line.reference, line.id] as const] : [])));
    for (const reference of first.keys()) expect(before.has(reference)).toBe(true);

    await app.start();
    const again = await sendBulk(BODIES, () => undefined);
    expect(again.at(-1)).toMatchObject({
      summary: { lines: LINES, accepted: LINES - before.size, duplicates: before.size, refused: 0, complete: true },
    });
    for (const line of again)
      if ('id' in line && first.has(line.reference)) expect(line.id).toBe(first.get(line.reference));
    const kept = await keptReferences();
    expect(kept).toHaveLength(LINES);
    expect(new Set(kept).size).toBe(LINES);
    const streams = await store.owner.query(`SELECT count(*) AS wrong FROM assertion_references r
      WHERE NOT EXISTS (SELECT FROM events e WHERE e.stream = 'assertion-' || r.assertion)`);
    expect(streams.rows).toEqual([{ wrong: '0' }]);
  });
});

describe('command-api killed in the middle of single commands', () => {
  it('keeps each acknowledged command once, and the repeat of each under its key gives one assertion', async () => {
    const commands = Array.from({ length: 200 }, (_, index) => ({
      headers: newKey(),
      json: assertionBody({ origin: `single-${index}` }),
    }));
    const send = (command: (typeof commands)[number]): Promise<Answer<{ id?: string }> | undefined> =>
      call<{ id?: string }>(app.url, 'POST /v1/assertions', { token, ...command }).catch(() => undefined);
    let done = 0;
    let killed: Promise<void> | undefined;
    const first = await Promise.all(
      commands.map(async (command) => {
        const answer = await send(command);
        if (answer?.status === 201) done += 1;
        if (done >= 20) killed ??= app.kill();
        return answer;
      }),
    );
    await killed;
    expect(killed).toBeDefined();
    await app.start();
    const repeated = await Promise.all(commands.map(send));
    repeated.forEach((answer, index) => {
      expect(answer?.status).toBe(201);
      if (first[index]?.status === 201) expect(answer?.body).toEqual(first[index]?.body);
    });
    const { rows } = await store.owner.query(
      `SELECT count(*) AS events, count(DISTINCT body::jsonb ->> 'origin') AS origins FROM events WHERE body LIKE '%"origin":"single-%'`,
    );
    expect(rows).toEqual([{ events: '200', origins: '200' }]);
  });
});

describe('command-api at its start', () => {
  it('is refused without what protects it, by the names of the settings and never by their values', async () => {
    const unsafe = await makeApp('command-api', {
      instance: 'unsafe',
      dataDir: folder,
      env: { ...store.environment, BREAKWATER_ENV: 'production' },
      endedByItself: () => undefined,
    });
    await expect(unsafe.start()).rejects.toThrow(/OIDC_ISSUER must be an https/);
  });
});
