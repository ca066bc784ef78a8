import { request } from 'node:http';
import type { CypherParams, Graph } from '#graph';
import { FETCHES, NODES_FETCHES, PAST_ALL_RIGHTS } from '../../apps/query-api/query-api.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import { PURPOSE, QuestionStand, markingFor } from '../flow/questions-stand.js';
import { call } from '../support/http.js';
import { PAYLOADS } from './payloads.js';
import { requestsIn, withText, type Field, type OpenApi, type Request } from './request-fields.js';

/** Whatever somebody writes into a question, it stays a text: nothing breaks, nothing is run, and nobody else's data come out. */

/** What only another organisation may see; it must never come back. */
const SECRET_NUMBER = '447700900666';
const SECRET_NAME = 'zzkeeperzz';
const AT_ONCE = 8;
/** Of so many texts one is tried in each open field alone. */
const ALONE = process.env['BREAKWATER_PROOF'] === 'full' ? 1 : 10;
const LONG = 'UNWIND range(1, 1000000) AS tern UNWIND range(1, 1000000) AS b WITH tern * b AS c WHERE c < 0 RETURN c';

let stand: QuestionStand;
let requests: Request[];
let token: string;
/** Texts of Cypher that arrived at the store. */
const sent = new Set<string>();
/** Whether the next questions take for ever. */
let slow = false;

beforeAll(async () => {
  stand = await QuestionStand.open({ BREAKWATER_POSITION_FRESH_MS: '1000' }, watched);
  await stand.say('coastal', { marking: markingFor('border') });
  await stand.say('border', {
    marking: markingFor(),
    subject: { kind: 'name', value: SECRET_NAME },
    statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: `+${SECRET_NUMBER}` } }],
  } as never);
  await stand.hold();
  token = await stand.commands.tokenOf('coastal-analyst');
  requests = requestsIn((await call<OpenApi>(stand.queries.address, 'GET /v1/openapi.json')).body);
}, STARTUP_MS);
afterAll(() => stand?.close());

function watched(graph: Graph): Graph {
  const read = (cypher: string, params?: CypherParams, options?: object): Promise<unknown[]> => {
    sent.add(cypher);
    return graph.read(slow && cypher.includes('$audiences') ? LONG : cypher, params, options);
  };
  return Object.assign(Object.create(graph) as Graph, { read: read as Graph['read'] });
}

interface Said {
  code?: string;
  faults?: { pointer: string; code: string }[];
}

const ask = (question: string, json: unknown) =>
  call<Said>(stand.queries.address, `POST /v1/questions/${question}`, {
    token,
    headers: { 'breakwater-purpose': PURPOSE },
    json,
  });

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const pointerOf = (field: Field): string => field.map((step) => `/${step}`).join('');

/** Fields in which only codes, dates or ids may stand: a text there is refused before anything is looked for. */
async function closedOf({ question, body, fields }: Request): Promise<Field[]> {
  const closed: Field[] = [];
  for (const field of fields) {
    const { status, body: said } = await ask(question, withText(body, field, '{no code}'));
    if (status === 400 && said.faults?.some(({ pointer }) => pointer.startsWith(pointerOf(field)))) closed.push(field);
  }
  return closed;
}

describe('a text in a question', () => {
  it('of whatever kind stays a text, in every field of every question', async () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
    expect(requests.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    let asked = 0;
    const tried = async (question: string, body: unknown, field: string): Promise<void> => {
      asked += 1;
      const { status, text } = await ask(question, body);
      if (status >= 500 || text.includes(SECRET_NUMBER) || text.includes(SECRET_NAME))
        wrong.push(`${question} ${field} ${JSON.stringify(body).slice(0, 200)}: ${status} ${text.slice(0, 200)}`);
    };
    for (const { question, body, fields } of requests) {
      const closed = await closedOf({ question, body, fields });
      const open = fields.filter((field) => !closed.includes(field));
      const filled = (some: readonly Field[], at: number): unknown =>
        // Each field gets each text, beside other texts in the others.
        some.reduce<unknown>(
          (whole, one, nth) => withText(whole, one, PAYLOADS[(at + 67 * nth) % PAYLOADS.length]!),
          body,
        );
      const all = [...PAYLOADS.keys()];
      for (const some of [open, closed].filter(({ length }) => length > 0))
        await eachOf(all, (at) => tried(question, filled(some, at), some.map(pointerOf).join(' ')));
      // Alone as well: where one of them makes the question refuse, another is not reached.
      for (const [nth, field] of open.entries())
        await eachOf(
          all.filter((at) => (at + nth) % ALONE === 0),
          (at) => tried(question, filled([field], at), pointerOf(field)),
        );
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    process.stdout.write(
      `${asked} requests with hostile texts in ${requests.flatMap(({ fields }) => fields).length} fields\n`,
    );
  }, 400_000);

  it('never becomes part of a statement', () => {
    const constant = new Set([...FETCHES, ...NODES_FETCHES, ...PAST_ALL_RIGHTS].map(({ cypher }) => cypher));
    const others = [...sent].filter((cypher) => !constant.has(cypher));
    // How far the graph is, which no question has a part in.
    expect(others.filter((cypher) => cypher.includes('$') || !cypher.includes('Position'))).toEqual([]);
    expect(sent.size).toBeGreaterThan(10);
  });
});

describe('bad input', () => {
  const seed = { value: '+44 7700 900101' };
  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it.each([
    ['an unknown key', 'entity-card', { seed, colour: 'red' }, 400],
    ['a key of the language', 'entity-card', JSON.parse('{"seed": {"value": "x"}, "__proto__": {"viewer": 1}}'), 400],
    ['a text in place of an object', 'cluster', { seed: 'x' }, 400],
    ['dates the wrong way round', 'entity-card', { seed, validFrom: '2026-03', validTo: '2026-01' }, 400],
    ['a date that is none', 'timeline', { seed, validAt: '2026-02-31' }, 400],
    ['a path of one end', 'paths', { seeds: [seed] }, 400],
    ['ten thousand seeds', 'paths', { seeds: Array.from({ length: 10_000 }, () => seed) }, 400],
    ['ten thousand identifiers', 'list-look-up', { identifiers: Array.from({ length: 10_000 }, () => 'x') }, 400],
    [
      'more steps than any path may have',
      'paths',
      { seeds: [seed, { value: '+44 7700 900102' }], steps: 1_000_000 },
      400,
    ],
    ['a page without end', 'cluster', { seed, limit: 1e9 }, 400],
    ['nothing to search for', 'search', { text: '   ' }, 400],
    [
      'a grading of no scheme',
      'entity-card',
      { seed, minimumGrading: { scheme: '3x5x2', source: '9', information: 'Z' } },
      400,
    ],
  ])('is refused with a code: %s', async (_, question, json, status) => {
    const answer = await ask(question, json);
    expect([answer.status, typeof answer.body.code]).toEqual([status, 'string']);
    expect(answer.body.faults?.every(({ code }) => code !== '')).not.toBe(false);
  });

  it.each([
    ['nested without end', deep(50_000)],
    ['cut short', '{"seed": {"value": "x"'],
    ['no object', '[1, 2]'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ])('is refused where the body is %s', async (_, bytes) => {
    const { status, body } = await call<Said>(stand.queries.address, 'POST /v1/questions/entity-card', {
      token,
      headers: { 'breakwater-purpose': PURPOSE, 'content-type': 'application/json' },
      bytes,
    });
    expect(status).toBe(400);
    expect(typeof body.code).toBe('string');
  });
});

describe('a caller who goes away', () => {
  const running = async (): Promise<number> => {
    const [row] = await stand.graph.read<{ running: number }>(
      "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range(1, 1000000) AS tern' RETURN count(*) AS running",
    );
    return row!.running;
  };

  it('leaves no query running in the store', async () => {
    slow = true;
    try {
      const { hostname, port } = new URL(stand.queries.address);
      const gone = request({
        ...{ hostname, port, method: 'POST', path: '/v1/questions/cluster' },
        headers: {
          authorization: `Bearer ${token}`,
          'breakwater-purpose': PURPOSE,
          'content-type': 'application/json',
        },
      });
      gone.on('error', () => undefined);
      gone.end(JSON.stringify({ seed: { value: '+44 7700 900101' } }));
      await until('the question does not run', async () => (await running()) > 0, 10_000);
      gone.destroy();
      await until('the question still runs', async () => (await running()) === 0, 10_000);
    } finally {
      slow = false;
    }
  });
});
