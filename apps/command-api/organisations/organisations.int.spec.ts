import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { v7 } from 'uuid';
import { ACCESS_MIGRATIONS } from '#access';
import { LOG_MIGRATIONS, openRelayLog } from '#event-log';
import { bodyOf, type EventDraft, type Marking } from '#events';
import { createLogger, type HttpApp, type ProblemDocument } from '#runtime';
import { localPath } from '../../../infra/local/checkout.js';
import { ORGANISATIONS, startIssuer, type LocalIssuer } from '../../../infra/local/issuer/index.js';
import { until } from '../../../infra/local/until.js';
import { STARTUP_MS, uniquePrefix } from '../../../infra/local/test-servers.js';
import { call, type Answer } from '../../../test/support/http.js';
import { openTestLog, type TestLog } from '../../../test/support/test-log.js';
import { startCommandApi } from '../command-api.js';
import { eventText } from '../log/event-text.js';
import { LogClient } from '../log/log-client.js';
import type { LogPage } from '../log/log-reader.js';
import { COMMAND_MIGRATIONS } from '../migrations/index.js';
import { bootstrap, type Bootstrap } from './bootstrap.js';
import type { ListedOrganisation } from './organisation-lists.js';

const coastal = ORGANISATIONS.coastal.organisation;
const border = ORGANISATIONS.border.organisation;
const dataDir = localPath(uniquePrefix('test-organisations'));
let database: TestLog;
let issuer: LocalIssuer;
let app: HttpApp;

beforeAll(async () => {
  database = await openTestLog('command-api', [LOG_MIGRATIONS, ACCESS_MIGRATIONS, COMMAND_MIGRATIONS]);
  issuer = await startIssuer({ dataDir });
  const environment = {
    BREAKWATER_ENV: 'local',
    BREAKWATER_ID_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: database.url,
    ...issuer.env(),
  };
  app = await startCommandApi(environment, { ownsProcess: false, log: createLogger('command-api', 'silent') });
}, STARTUP_MS);

afterAll(async () => {
  await app?.close();
  await issuer?.stop();
  await database?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function command(
  persona: string,
  route: string,
  json: object,
  key = randomUUID(),
): Promise<Answer<ProblemDocument & { changed: boolean }>> {
  const token = await issuer.tokenFor(persona);
  return call(app.address, `POST /v1/organisations${route}`, {
    token,
    json: { purpose: 'staffing', ...json },
    headers: { 'idempotency-key': key },
  });
}

async function read(persona: string, path: string): Promise<Answer<LogPage & ProblemDocument>> {
  return call(app.address, `GET /v1/log/${path}`, {
    token: await issuer.tokenFor(persona),
    headers: { 'breakwater-purpose': 'review' },
  });
}

const member = (subject: string, more: object = {}) => ({
  issuer: issuer.issuer,
  subject,
  roles: ['analyst'],
  compartments: [],
  ...more,
});

describe('the first organisations and members', () => {
  it('come in as events, once, and are at home at once', async () => {
    const given = issuer.bootstrap() as Bootstrap;
    const [one, other] = await Promise.all([bootstrap(database.log, given), bootstrap(database.log, given)]);
    expect(one.registered + other.registered).toBe(given.organisations.length);
    expect(one.admitted + other.admitted).toBe(given.members.length);
    expect(await bootstrap(database.log, given)).toEqual({ registered: 0, admitted: 0 });
    expect((await read('coastal-auditor', 'tail')).status).toBe(200);
  });

  it('are not brought back by running it again after they have been removed', async () => {
    expect(
      (
        await command('coastal-administrator', `/${coastal}/members/remove`, {
          ...bare('coastal-importer'),
          reason: 'left',
        })
      ).body.changed,
    ).toBe(true);
    expect(await bootstrap(database.log, issuer.bootstrap() as Bootstrap)).toEqual({ registered: 0, admitted: 0 });
  });
});

const bare = (subject: string) => ({ issuer: issuer.issuer, subject });

describe('an administrator', () => {
  it('admits a member, who is let in with the next request, and removes it, who is not', async () => {
    const token = await issuer.tokenFor('coastal-analyst', { subject: 'new-auditor' });
    const enter = async (): Promise<number> =>
      (await call(app.address, 'GET /v1/log/tail', { token, headers: { 'breakwater-purpose': 'review' } })).status;
    expect(await enter()).toBe(401);
    expect(
      (await command('coastal-administrator', `/${coastal}/members`, member('new-auditor', { roles: ['auditor'] })))
        .body,
    ).toEqual({ organisation: coastal, changed: true });
    expect(await enter()).toBe(200);
    await command('coastal-administrator', `/${coastal}/members`, member('new-auditor', { roles: ['analyst'] }));
    expect(await enter()).toBe(403);
    await command('coastal-administrator', `/${coastal}/members/remove`, { ...bare('new-auditor'), reason: 'left' });
    expect(await enter()).toBe(401);
  });

  it('is let in nowhere while its organisation has departed, and again once it is readmitted', async () => {
    const route = `/${ORGANISATIONS.partner.organisation}`;
    const enter = async (): Promise<string> => {
      const { status, body } = await read('partner-auditor', 'tail');
      return `${status} ${body.code ?? ''}`.trim();
    };
    const aDay = expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string;
    const departures = async (): Promise<unknown[]> => {
      const { body } = await call<{ rows: ListedOrganisation[] }>(app.address, 'GET /v1/organisations', {
        token: await issuer.tokenFor('coastal-analyst'),
        headers: { 'breakwater-purpose': 'review' },
      });
      return body.rows.flatMap(({ organisation, departed }) =>
        departed === undefined ? [] : [[organisation, departed]],
      );
    };
    expect(await enter()).toBe('200');
    expect(await departures()).toEqual([]);
    expect((await command('operations-administrator', `${route}/depart`, { reason: 'over' })).body.changed).toBe(true);
    expect(await enter()).toBe('403 organisation.departed');
    expect(await departures()).toEqual([[ORGANISATIONS.partner.organisation, aDay]]);
    expect((await command('operations-administrator', `${route}/readmit`, {})).body.changed).toBe(true);
    expect(await enter()).toBe('200');
    expect(await departures()).toEqual([]);
  });

  it('gets the same answer for the same call, and does nothing twice', async () => {
    const key = randomUUID();
    const first = await command('coastal-administrator', `/${coastal}/members`, member('twice'), key);
    const again = await command('coastal-administrator', `/${coastal}/members`, member('twice'), key);
    const anew = await command('coastal-administrator', `/${coastal}/members`, member('twice'));
    expect([first.body.changed, again.body.changed, anew.body.changed]).toEqual([true, true, false]);
    const { rows } = await database.owner.query(`SELECT 1 FROM events WHERE body LIKE '%"subject":"twice"%'`);
    expect(rows).toHaveLength(1);
  });

  it('has nothing to say in another organisation, whether or not it exists', async () => {
    const there = await command('coastal-administrator', `/${border}/members`, member('mole'));
    const nowhere = await command('coastal-administrator', `/${randomUUID()}/members`, member('mole'));
    expect([there.status, there.body.code]).toEqual([403, 'organisation.not-yours']);
    expect({ ...nowhere.body, requestId: '' }).toEqual({ ...there.body, requestId: '' });
  });

  it('cannot admit whom another organisation has: whom a caller speaks for is never open to choice', async () => {
    const answer = await command('coastal-administrator', `/${coastal}/members`, member('border-analyst'));
    expect([answer.status, answer.body.code]).toEqual([409, 'member.elsewhere']);
    const { rows } = await database.owner.query(`SELECT organisation FROM members WHERE subject = 'border-analyst'`);
    expect(rows).toEqual([{ organisation: border }]);
  });

  it('registers no organisation unless it is an operator', async () => {
    const asked = {
      organisation: randomUUID(),
      name: 'Northern Agency',
      kind: 'agency',
      groups: ['crossing-task-force'],
    };
    expect((await command('coastal-administrator', '', asked)).body.code).toBe('organisation.operators-only');
    expect((await command('operations-administrator', '', asked)).body).toEqual({
      organisation: asked.organisation,
      changed: true,
    });
  });

  it.each([
    ['/roles field.is-in', { roles: ['king'] }],
    ['/roles field.array-min-size', { roles: [] }],
    ['/subject field.matches', { subject: 'ana@example.org' }],
    ['/compartments field.matches', { compartments: ['a+b'] }],
    ['/organisation field.unknown', { organisation: border }],
    ['/purpose field.matches', { purpose: '' }],
  ])('is told each fault by its place: %s', async (fault, more) => {
    const answer = await command('coastal-administrator', `/${coastal}/members`, member('faulty', more));
    expect(answer.status).toBe(400);
    expect(answer.body.faults?.map(({ pointer, code }) => `${pointer} ${code}`)).toContain(fault);
  });

  it('leaves a trace of each act and each refusal in the audit', async () => {
    const { rows } = await database.owner.query(
      `SELECT act, reason, count(*)::int AS count FROM audit WHERE subject = 'coastal-administrator' GROUP BY act, reason ORDER BY act, reason`,
    );
    expect(rows).toEqual([
      { act: 'alteration', reason: 'organisation.admit', count: 4 },
      { act: 'alteration', reason: 'organisation.remove', count: 2 },
      { act: 'consultation', reason: 'request.answered', count: 1 }, // a repeat that got its kept answer
      { act: 'refusal', reason: 'input.invalid', count: 6 },
      { act: 'refusal', reason: 'member.elsewhere', count: 1 },
      { act: 'refusal', reason: 'organisation.not-yours', count: 2 },
      { act: 'refusal', reason: 'organisation.operators-only', count: 1 },
    ]);
  });
});

describe('the log', () => {
  const stream = `assertion-${randomUUID()}`;
  let ids: string[];

  /** Two that everybody in the community may read, and one between them for Coastal alone. */
  beforeAll(async () => {
    const drafts = ['GREEN', 'AMBER+STRICT', 'GREEN'].map((tlp) => assertion(tlp));
    ids = drafts.map(({ id }) => id);
    await database.log.transact(async () => ({
      append: [{ stream, expectedVersion: 0, source: coastal, events: drafts }],
      afterwards: () => Promise.resolve(),
    }));
    const relay = await openRelayLog({ url: database.url, applicationName: 'spec-relay', poolSize: 2 });
    const lease = relay.log.lease('event-relay', { holder: 'spec', seconds: 30 });
    await lease.take();
    // Transactions of other specs on the same server may hold positions back for a moment.
    await until('not every event got its position', async () => {
      await relay.sequence(lease, 500);
      return (await relay.oldestUnsequencedSeconds()) === 0;
    });
    await relay.log.close();
  });

  it('shows an auditor what its markings let it see, and no number that tells of the rest', async () => {
    const own = await read('coastal-auditor', `streams/${stream}`);
    const others = await read('border-auditor', `streams/${stream}`);
    expect(own.body.events.map(({ id }) => id)).toEqual(ids);
    expect(others.body.events.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(others.text).not.toMatch(/streamVersion|position/i);
    expect(own.body.events[0]).toMatchObject({ type: 'assertion.made', source: coastal, marking: { tlp: 'GREEN' } });
  });

  it('answers for what may not be seen as for what does not exist', async () => {
    const answers = await Promise.all(
      [
        `events/${ids[1]}`,
        `events/${randomUUID()}`,
        `tail?after=${ids[1]}`,
        `tail?after=${randomUUID()}`,
        `streams/assertion-${randomUUID()}`,
      ].map((path) => read('border-auditor', path)),
    );
    for (const { status, body } of answers)
      expect([status, { ...body, requestId: '' }]).toEqual([404, { ...answers[0]?.body, requestId: '' }]);
    expect((await read('coastal-auditor', `events/${ids[1]}`)).status).toBe(200);
  });

  it('is read on from the last event that was seen, page by page, without gap or repeat', async () => {
    const all = (await read('border-auditor', 'tail?limit=200')).body.events.map(({ id }) => id);
    expect(all).toContain(ids[2]);
    expect(all).not.toContain(ids[1]);
    const seen = [all[0] ?? ''];
    for (let truncated = true; truncated;) {
      const page = (await read('border-auditor', `tail?limit=3&after=${seen.at(-1) ?? ''}`)).body;
      seen.push(...page.events.map(({ id }) => id));
      truncated = page.truncated;
    }
    expect(seen).toEqual(all);
    expect((await read('border-auditor', 'tail?limit=2')).body.events.map(({ id }) => id)).toEqual(all.slice(-2));
  });

  it('is closed to analysts and to callers who do not say what for', async () => {
    expect((await read('coastal-analyst', 'tail')).status).toBe(403);
    const token = await issuer.tokenFor('coastal-auditor');
    const answer = await call<ProblemDocument>(app.address, 'GET /v1/log/tail', { token });
    expect([answer.status, answer.body.code]).toEqual([400, 'purpose.missing']);
  });

  it('R17: records who read what, and who looked for what was not there', async () => {
    const { rows } = await database.owner.query(
      `SELECT ids FROM audit WHERE subject = 'border-auditor' AND act = 'consultation' AND reason IN ('log.stream', 'log.event') ORDER BY seq`,
    );
    const read = rows as { ids: string[] }[];
    expect(read[0]?.ids).toEqual([ids[0], ids[2]]);
    expect(read.flatMap((row) => row.ids)).toContain(ids[1]);
  });

  it('prints what was said for people, with nothing in it that could steer their terminal', async () => {
    const client = new LogClient({ url: app.address, token: () => issuer.tokenFor('coastal-auditor') }, 'review');
    const text = eventText(await client.event(ids[0] ?? ''));
    expect(text).toContain(`assertion.made  ${ids[0]}`);
    expect(text).toMatch(/marking +OFFICIAL \/\/ TLP:GREEN \/\/ P/);
    expect(text).toContain('عبور');
    for (const steering of ['\u001b', '\u202e']) expect(text).not.toContain(steering);
    await expect(client.event(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });
});

function assertion(tlp: string): EventDraft {
  const marking: Marking = {
    gsc: 'OFFICIAL',
    tlp,
    handling: ['P'],
    conditions: [],
    releasableTo: [],
    originator: coastal,
    compartment: null,
  };
  return {
    id: v7(),
    body: bodyOf('assertion.made', {
      subject: { kind: 'item', key: 'item-1' },
      statements: [{ relation: 'STATED', property: 'text', value: 'عبور \u001b[2J \u202e gnissorc' }],
    }),
    time: { at: '2026-11-01', precision: 'day' },
    actor: { organisation: coastal, user: 'coastal-analyst', role: 'analyst' },
    purpose: 'spec',
    basis: [],
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '1', information: 'B' },
    marking,
  };
}
