import { ROLES, type Role } from '#events';
import { openLog, type EventLog } from '#event-log';
import { createSchema, openGraph, type Graph } from '#graph';
import {
  createLogger,
  CursorKeySettings,
  FeedKeySettings,
  IdKeySettings,
  OidcSettings,
  readSettings,
  type HttpApp,
} from '#runtime';
import { startPartnerFeeds } from '../../apps/partner-feeds/partner-feeds.js';
import { FeedSettings } from '../../apps/partner-feeds/settings.js';
import { startQueryApi } from '../../apps/query-api/query-api.js';
import { QuestionSettings } from '../../apps/query-api/settings.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { ownNeo4j, STARTUP_MS, type OwnNeo4j } from '../../infra/local/test-servers.js';
import { openTestCommandApp, type TestCommandApp } from '../support/command-app.js';
import { call, type Answer, type CallOptions } from '../support/http.js';
import { doorsOf, knocking, type Door } from './doors.js';
import { spellingsOf } from './spellings.js';

/**
 * Every door of every app, tried by everybody: as the OpenAPI documents name them, so a new route is tried without a line
 * here. A pass is an answer that only comes from behind the guard.
 */

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
/** One organisation of each kind; all of them in the full proof. */
const TRIED = FULL ? Object.keys(ORGANISATIONS) : ['operations', 'coastal', 'lumen'];
const AT_ONCE = 8;
const KEY = Buffer.alloc(32, 9).toString('base64');
/** Nothing there, not this method, no address, no such body: said before anything of a route has run. */
const SAID_BEFORE = [
  'route.unknown',
  'method.not-allowed',
  'url.too-long',
  'content-type.unsupported',
  'request.malformed',
];

let commands: TestCommandApp;
let queries: HttpApp;
let feeds: HttpApp;
let log: EventLog;
let graph: Graph;
let doors: Door[];

let neo4j: OwnNeo4j | undefined;

beforeAll(async () => {
  commands = await openTestCommandApp('doors');
  neo4j = await ownNeo4j();
  graph = await openGraph(neo4j);
  await createSchema(graph);
  log = await openLog({ url: commands.store.url, applicationName: 'doors', poolSize: 4 });
  const settings = readSettings(
    {
      oidc: OidcSettings,
      idKey: IdKeySettings,
      cursorKey: CursorKeySettings,
      feedKey: FeedKeySettings,
      questions: QuestionSettings,
      feeds: FeedSettings,
    },
    { ...commands.environment, BREAKWATER_CURSOR_KEY: KEY, BREAKWATER_FEED_KEY: KEY },
  );
  const quiet = { ownsProcess: false, log: createLogger('doors', 'silent') };
  queries = await startQueryApi(settings, { log, graph }, quiet);
  feeds = await startPartnerFeeds(settings, log, quiet);
  doors = [
    ...(await doorsOf('command-api', commands.address)),
    ...(await doorsOf('query-api', queries.address)),
    ...(await doorsOf('partner-feeds', feeds.address)),
  ];
}, STARTUP_MS);

afterAll(async () => {
  await queries?.close();
  await feeds?.close();
  await log?.close();
  await graph?.close();
  await neo4j?.release();
  await commands?.close();
});

/** A member of an organisation in one role alone, and its token. */
async function member(organisation: string, role: Role): Promise<{ subject: string; token: string }> {
  const subject = `doors-${organisation}-${role}`;
  const { organisation: id } = ORGANISATIONS[organisation as keyof typeof ORGANISATIONS];
  await commands.owner.query(
    `INSERT INTO members (issuer, subject, organisation, roles, compartments) VALUES ($1, $2, $3, $4, '{}')
     ON CONFLICT DO NOTHING`,
    [commands.issuer, subject, id, [role]],
  );
  return { subject, token: await commands.tokenOf('coastal-analyst', { subject }) };
}

/** TAXII names the code of an error otherwise than problem+json does. */
type Refused = { code?: string; error_code?: string };

const knock = async (door: Door, more: CallOptions = {}): Promise<Answer<{ code?: string }>> => {
  const { headers, ...rest } = knocking(door);
  const answer = await call<Refused | undefined>(door.address, `${door.method} ${door.path}`, {
    ...rest,
    ...more,
    headers: { ...headers, ...more.headers },
  });
  const { error_code: own, code = own } = answer.body ?? {};
  return { ...answer, body: { ...answer.body, ...(code !== undefined && { code }) } };
};

/** What a refusal at the door looks like; everything else comes from behind it. */
const stoppedBy = ({ status, body }: Answer<{ code?: string }>): string | undefined =>
  status === 401 || (status === 403 && body?.code === 'role.missing') ? `${status} ${body?.code}` : undefined;

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

describe('every door', () => {
  it('is in the document with its roles', () => {
    expect(doors.length).toBeGreaterThan(20);
    expect(doors.filter(({ roles }) => roles.length === 0)).toEqual([]);
  });

  it('opens to members in its roles and to no other role, in whichever organisation they are', async () => {
    const wrong: string[] = [];
    let [open, closed] = [0, 0];
    for (const organisation of TRIED)
      for (const role of ROLES) {
        const { token } = await member(organisation, role);
        await eachOf(doors, async (door) => {
          const answer = await knock(door, { token });
          const stopped = stoppedBy(answer);
          const may = door.roles.includes(role);
          if (may) open += 1;
          else closed += 1;
          if (may ? stopped !== undefined : stopped !== '403 role.missing')
            wrong.push(`${door.method} ${door.path} as ${role} of ${organisation}: ${answer.status} ${answer.text}`);
        });
      }
    expect(wrong).toEqual([]);
    expect(open + closed).toBe(doors.length * TRIED.length * ROLES.length);
    expect(Math.min(open, closed)).toBeGreaterThan(TRIED.length * 20);
    process.stdout.write(`${doors.length} doors: ${open} tries of members who may, ${closed} of those who may not\n`);
  }, 240_000);

  it('is closed to members of an organisation that has departed, but where recalls are read and answered', async () => {
    const tokens = new Map<Role, string>();
    for (const role of ROLES) tokens.set(role, (await member('chatter', role)).token);
    await commands.owner.query(`UPDATE organisations SET departed_at = now() WHERE organisation = $1`, [
      ORGANISATIONS.chatter.organisation,
    ]);
    const wrong: string[] = [];
    await eachOf(doors, async (door) => {
      const { status, body } = await knock(door, { token: tokens.get(door.roles[0]!)! });
      const isShut = status === 403 && body.code === 'organisation.departed';
      if (isShut === door.evenDeparted) wrong.push(`${door.method} ${door.path}: ${status} ${body.code}`);
    });
    expect(wrong).toEqual([]);
    const open = doors.filter(({ evenDeparted }) => evenDeparted).map(({ method, path }) => `${method} ${path}`);
    expect(open.every((door) => /^(POST|GET) \/v1\/(subscriptions|feeds)\//.test(door))).toBe(true);
    expect(open.some((door) => door.endsWith('/answer'))).toBe(true);
  });

  it('is closed without a token that does, and to whoever was a member', async () => {
    const tokens: [string, CallOptions][] = [
      ['no token', {}],
      ['an expired token', { token: await commands.tokenOf('coastal-analyst', { seconds: -60 }) }],
      ['a token without an end', { token: await commands.tokenOf('coastal-analyst', { seconds: null }) }],
      ['a token for another audience', { token: await commands.tokenOf('coastal-analyst', { audience: 'another' }) }],
      ['a token of another issuer', { token: await commands.tokenOf('coastal-analyst', { issuer: 'http://other' }) }],
      ['a token of a stranger', { token: await commands.tokenOf('coastal-analyst', { subject: 'stranger' }) }],
      ['no token but text', { token: 'not.a.token' }],
      ['a password', { headers: { authorization: 'Basic Y29hc3RhbC1hbmFseXN0OmE=' } }],
      ['a token in a cookie', { headers: { cookie: `access_token=${await commands.tokenOf('coastal-analyst')}` } }],
    ];
    for (const role of ROLES) {
      const { subject, token } = await member('coastal', role);
      const answered = await knock(doors.find(({ roles }) => roles.includes(role)) ?? doors[0]!, { token });
      expect(answered.status).not.toBe(401);
      await commands.owner.query('DELETE FROM members WHERE subject = $1', [subject]);
      tokens.push([`a former ${role}`, { token }]);
    }
    const passes: string[] = [];
    let tries = 0;
    for (const [name, options] of tokens)
      await eachOf(doors, async (door) => {
        tries += 1;
        const { status, body } = await knock(door, options);
        if (status !== 401 || body.code !== 'not-signed-in')
          passes.push(`${door.method} ${door.path} with ${name}: ${status}`);
      });
    expect(passes).toEqual([]);
    expect(tries).toBe(doors.length * tokens.length);
    expect(tokens.length).toBe(9 + ROLES.length);
  });

  it('stays closed however its address is written: to strangers, and to members in no role of it', async () => {
    const outsiders = new Map<Role, string>();
    for (const role of ROLES) outsiders.set(role, (await member('border', role)).token);
    const passes: string[] = [];
    let tries = 0;
    await eachOf(doors, async (door) => {
      const outside = ROLES.find((role) => !door.roles.includes(role));
      for (const token of [undefined, outside === undefined ? undefined : outsiders.get(outside)])
        for (const { name, method = door.method, path, headers = {} } of spellingsOf(door.method, door.path)) {
          tries += 1;
          const knocked = knock({ ...door, method, path }, { ...(token === undefined ? {} : { token }), headers });
          // A request that the parser refuses to read gets an answer or a closed connection; both are closed doors.
          const answer = await knocked.catch(() => undefined);
          if (answer === undefined || stoppedBy(answer) !== undefined) continue;
          if (SAID_BEFORE.includes(answer.body?.code ?? '')) continue;
          // An answer to HEAD has no body.
          if (method === 'HEAD' && [404, 405].includes(answer.status)) continue;
          passes.push(`${method} ${path} (${name}): ${answer.status} ${answer.text}`);
        }
    });
    expect(passes).toEqual([]);
    expect(tries).toBeGreaterThanOrEqual(doors.length * 2 * 12);
    process.stdout.write(`${tries} tries of ${doors.length} doors in other spellings\n`);
  }, 240_000);
});
