import { v7 as uuid } from 'uuid';
import { bodyOf, type EventBody, type EventDraft, type FeedFilter, type Marking } from '#events';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { GREEN, type Placed } from '../../../test/support/feed-stand.js';
import { openTestFeedsApp, type TestFeedsApp } from '../../../test/support/feeds-app.js';
import { openFanOut } from '../../../test/support/feed-events.js';
import { call, type Answer } from '../../../test/support/http.js';
import { hasOasisSchemas, OasisSchemas } from '../stix/oasis-schemas.fixture.js';
import { DEFINITIONS } from '../stix/stix-of.js';
import type { FanOut } from '../fan-out/fan-out.js';
import { MAX_LIMIT } from './page-query.js';
import { StrictTaxiiClient, type Envelope } from './strict-client.fixture.js';

const TAXII = 'application/taxii+json;version=2.1';
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const SIZES = Number(process.env['BREAKWATER_TAXII_SIZES'] ?? (FULL ? 25 : 5));
const AMBER: Marking = { ...GREEN, tlp: 'AMBER' };
const NUMBER = { kind: 'phone-number', key: '+447700900123' } as const;
const SUBJECT = { kind: 'account', key: 'telegram:100012345' } as const;
const NOBODYS = '01980000-0000-7000-8000-00000000dead';

let feeds: TestFeedsApp;
let fanOut: FanOut;
let token: string;
let client: StrictTaxiiClient;

beforeAll(async () => {
  feeds = await openTestFeedsApp('taxii');
  fanOut = openFanOut(feeds.stand.log);
  token = await feeds.stand.store.tokenOf('partner-feed');
  client = new StrictTaxiiClient(feeds.address, token);
}, STARTUP_MS);
afterAll(() => feeds?.close());

/** A subscription that fan-out has reached: collection of all that is live. */
async function collection(
  organisation: string = ORGANISATIONS.partner.organisation,
  filter: FeedFilter = {},
): Promise<string> {
  const subscription = uuid();
  const made = { subscription, organisation, name: 'Everything', filter, channel: { kind: 'pull' } } as const;
  await feeds.stand.store.owner.query(
    `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, version, made_at)
     VALUES ($1, $2, 'Everything', 'active', $3, '{"kind": "pull"}', 1, now())`,
    [subscription, organisation, filter],
  );
  await feeds.stand.append(`subscription-${subscription}`, 0, { body: bodyOf('subscription.made', made) });
  await fanOut.toHead();
  return subscription;
}

async function say(marking: Marking = GREEN, changes: Partial<EventDraft> = {}): Promise<Placed> {
  const said = await feeds.stand.said(marking, changes);
  await fanOut.toHead();
  return said;
}

const POST = { kind: 'post', location: { kind: 'item', key: 'https://lumen.example/v/9' } } as const;

async function removalDecided(): Promise<{ stream: string; removal: string; corrects: string }> {
  const removal = uuid();
  const stream = `removal-${removal}`;
  const outcome = { result: 'actioned', effect: 'removed', effectiveAt: '2026-03-09T21:15:00.000Z' } as const;
  const decided = { marking: GREEN, body: bodyOf('removal.decided', { removal, outcome, item: POST }) };
  const { id: corrects } = await feeds.stand.append(stream, 0, decided);
  await fanOut.toHead();
  return { stream, removal, corrects };
}

async function withdraw({ stream }: Placed, version = 1): Promise<void> {
  const statements = [{ index: 0, relation: 'USES_NUMBER' as const, object: NUMBER }];
  const body = bodyOf('assertion.withdrawn', { subject: SUBJECT, statements, reason: 'The source lied.' });
  await feeds.stand.append(stream, version, { body, marking: GREEN });
  await fanOut.toHead();
}

async function regrade(said: Placed, marking: Marking): Promise<void> {
  await feeds.stand.regraded(said, marking);
  await fanOut.toHead();
}

const pathOf = (id: string, rest = 'objects/'): string => `/taxii2/feeds/collections/${id}/${rest}`;

function raw<Body = Envelope>(path: string, headers: Record<string, string> = {}, as = token): Promise<Answer<Body>> {
  return call<Body>(feeds.address, `GET ${path}`, { token: as, headers });
}

async function everything(
  id: string,
  filters: Record<string, string> = {},
  limit = 20,
): Promise<Envelope['objects'] & object> {
  const all: Envelope['objects'] & object = [];
  for await (const page of client.pages(pathOf(id), limit, filters)) all.push(...(page.objects ?? []));
  return all;
}

const nameOf = ({ id, modified }: { id: string; modified?: string }): string => `${id} ${modified ?? ''}`;

describe('what clients were seen to do (domain-standards 3.3)', () => {
  it('1: they add the slash at the end themselves, and nothing is redirected', async () => {
    const id = await collection();
    for (const path of [
      '/taxii2',
      '/taxii2/feeds',
      '/taxii2/feeds/collections',
      pathOf(id, 'objects'),
      pathOf(id, 'manifest'),
    ])
      for (const end of ['', '/']) expect([path, end, (await raw(path + end)).status]).toEqual([path, end, 200]);
  });

  it('2: they look for both parts of the media type, in answers and in errors', async () => {
    const id = await collection();
    const unknown = call(feeds.address, 'GET /taxii2/nothing/', { token });
    for (const answer of [
      await raw(pathOf(id)),
      await unknown,
      await raw(pathOf(NOBODYS)),
      await raw('/taxii2/', {}, 'no-token'),
    ])
      expect(answer.headers['content-type']).toBe(TAXII);
  });

  it('3: they send next percent-encoded, with limit and added_after, in any order', async () => {
    const id = await collection();
    await say();
    const after = '2026-01-01T00:00:00Z';
    const { body } = await raw(`${pathOf(id)}?limit=1&added_after=${encodeURIComponent(after)}`);
    const [next, date] = [encodeURIComponent(body.next ?? ''), encodeURIComponent(after)];
    const one = await raw(`${pathOf(id)}?next=${next}&limit=2&added_after=${date}`);
    const other = await raw(`${pathOf(id)}?added_after=${date}&limit=2&next=${next}`);
    expect([one.status, one.text]).toEqual([200, other.text]);
    expect(one.body.objects).toHaveLength(2);
  });

  it('4: they make do with smaller pages once one was not full, so each is as full as asked while there is more', async () => {
    const id = await collection();
    const hidden = await say();
    for (let i = 0; i < 3; i += 1) await say();
    await withdraw(hidden);
    const strict = new StrictTaxiiClient(feeds.address, token);
    for (const limit of [1, 2, 7, 10_000])
      for await (const { objects = [], more } of strict.pages(pathOf(id), limit))
        if (more === true) expect(objects).toHaveLength(Math.min(limit, MAX_LIMIT));
    expect(strict.shrunk).toBe(0);
  });

  it('5: they repeat page one for ever where more comes without next, so it never does', async () => {
    const id = await collection();
    for await (const { more, next } of client.pages(pathOf(id), 5))
      expect(more === true).toBe(next !== undefined && next !== '');
  });

  it('6: they build addresses from the ids of collections, which stand in the address', async () => {
    const id = await collection();
    const found = await client.collections();
    expect(found.map((one) => one.id)).toContain(id);
    for (const one of found) {
      expect(one.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect((await client.get<Envelope>(`${one.url}objects/`)).body.objects?.length).toBeGreaterThan(0);
    }
  });

  it('7: they tell people that the version is wrong at a 406, so it is only given for that', async () => {
    const id = await collection();
    const statusOf = async (accept: string): Promise<number> => (await raw(pathOf(id), { accept })).status;
    for (const accept of [
      TAXII,
      'application/taxii+json',
      'application/taxii+json; version="2.1"',
      '*/*',
      `text/html, ${TAXII};q=0.1`,
    ])
      expect([accept, await statusOf(accept)]).toEqual([accept, 200]);
    for (const accept of [
      'application/taxii+json;version=2.0',
      'application/vnd.oasis.taxii+json; version=2.0',
      'application/json',
    ])
      expect([accept, await statusOf(accept)]).toEqual([accept, 406]);
  });
});

describe('a TAXII collection', () => {
  it('gives everything once and in order for every size of a page while more is being said, and ends', async () => {
    const id = await collection();
    for (let size = 1; size <= SIZES; size += 1) {
      const seen: string[] = [];
      const dates: string[] = [];
      let pages = 0;
      for await (const { objects = [], more } of client.pages(pathOf(id), size)) {
        pages += 1;
        if (more === true && pages % 5 === 2 && pages < 20) await say(GREEN, { body: aboutNumber(size * 100 + pages) });
        seen.push(...objects.map(nameOf));
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual((await everything(id)).map(nameOf));
      dates.push(...(await manifestOf(id)).map(({ date_added: date }) => date));
      expect(dates).toEqual([...new Set(dates)].sort());
    }
  });

  it('lets a client go on from the last date alone, as some do', async () => {
    const id = await collection();
    const seen: string[] = [];
    let after = '1970-01-01T00:00:00Z';
    for (let more = true; more;) {
      const { body, headers } = await raw(`${pathOf(id)}?limit=7&added_after=${after}`);
      seen.push(...(body.objects ?? []).map(nameOf));
      after = String(headers['x-taxii-date-added-last']);
      more = body.more === true;
    }
    expect(seen).toEqual((await everything(id)).map(nameOf));
    const { body, headers } = await raw(`${pathOf(id)}?added_after=${after}`);
    expect([body, headers['x-taxii-date-added-first'], headers['x-taxii-date-added-last']]).toEqual([{}, after, after]);
  });

  it('begins with what its objects refer to, and each object refers to what is there', async () => {
    const id = await collection();
    await say();
    const all = await everything(id);
    expect(all.slice(0, DEFINITIONS.length)).toEqual(DEFINITIONS);
    const there = new Set(all.map((object) => object.id));
    const refs = all.flatMap((object) => [
      object['created_by_ref'],
      object['object_marking_refs'],
      object['source_ref'],
      object['target_ref'],
    ]);
    for (const ref of refs.flat().filter((one) => one !== undefined)) expect(there).toContain(ref);
    expect(all.find((object) => object['identity_class'] === 'organization')?.['name']).not.toMatch(/^Organisation /);
  });

  it('makes a regrade a version, and a withdrawal the last one, revoked', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: aboutNumber(1) });
    const [first] = await links(id, said);
    await regrade(said, { ...GREEN, handling: ['P'] });
    const [second] = await links(id, said);
    expect(second).toMatchObject({ id: first!.id, created: first!['created'], confidence: 80 });
    expect(second!.modified! > first!.modified!).toBe(true);
    expect(second!['object_marking_refs']).toHaveLength((first!['object_marking_refs'] as string[]).length + 1);
    expect(await versionsOf(id, first!.id)).toEqual([first!.modified, second!.modified]);
    await withdraw(said, 2);
    const [last] = await links(id, said);
    expect(last).toMatchObject({ id: first!.id, revoked: true });
    expect(await versionsOf(id, first!.id)).toEqual([last!.modified]);
    expect(last!.modified! > second!.modified!).toBe(true);
  });

  it('takes back from a recipient what it may not see any more, and gives it anew under another id', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: aboutNumber(2) });
    const [first] = await links(id, said);
    await regrade(said, { ...AMBER, releasableTo: [] });
    expect(await links(id, said)).toEqual([expect.objectContaining({ id: first!.id, revoked: true })]);
    await feeds.stand.append(said.stream, 2, {
      marking: GREEN,
      body: bodyOf('assertion.regraded', {
        subject: SUBJECT,
        statements: [{ index: 0, relation: 'USES_NUMBER', object: NUMBER }],
        reason: 'Wider again.',
      }),
    });
    await fanOut.toHead();
    const [gone, again] = await links(id, said);
    expect(gone).toMatchObject({ id: first!.id, revoked: true });
    expect(again).toMatchObject({ confidence: 80 });
    expect(again!.id).not.toBe(first!.id);
    expect(again).not.toHaveProperty('revoked');
    // What took it back is told once more with the rest, after the recall: the list does not rest on when it is made.
    await forgotten(id);
    expect(await links(id, said)).toEqual([gone, again]);
  });

  it('takes back in part what is withdrawn in part, and the rest stands', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: twoStatements(8) });
    const [link] = await links(id, said);
    await withdraw(said);
    expect(await links(id, said)).toEqual([expect.objectContaining({ id: link!.id, revoked: true })]);
    const notes = await everything(id, { 'match[type]': 'note' });
    expect(notes.filter((note) => note['content'] === 'bio: x').map((note) => note['revoked'])).toEqual([undefined]);
  });

  it('takes back what was sent, also where a withdrawal of a part of it ended before it was sent itself', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: twoStatements(9) });
    const [link] = await links(id, said);
    await withdraw(said);
    const rest = { subject: SUBJECT, statements: [{ index: 1, relation: 'STATED' as const }], reason: 'All of it.' };
    await feeds.stand.append(said.stream, 2, { body: bodyOf('assertion.withdrawn', rest), marking: GREEN });
    await fanOut.toHead();
    expect(await links(id, said)).toEqual([expect.objectContaining({ id: link!.id, revoked: true })]);
    await forgotten(id);
    expect(await links(id, said)).toEqual([expect.objectContaining({ id: link!.id, revoked: true })]);
  });

  it('makes the correction of a removal the next version of it', async () => {
    const id = await collection();
    const { stream, removal, corrects } = await removalDecided();
    const [before] = await everything(id, { 'match[type]': 'breakwater-removal' });
    const body = bodyOf('removal.corrected', { removal, corrects, reason: 'Another post.', item: POST });
    await feeds.stand.append(stream, 1, { marking: GREEN, body });
    await fanOut.toHead();
    const [after, ...others] = await everything(id, { 'match[type]': 'breakwater-removal' });
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before!.id, created: before!['created'], state: 'corrected' });
    expect(after).not.toHaveProperty('revoked');
    expect(after!.modified! > before!.modified!).toBe(true);
  });

  it('leaves what else stands of a removal whose correction the filter keeps out', async () => {
    const id = await collection(undefined, { types: ['removal.decided', 'removal.appeal-decided'] });
    const { stream, removal, corrects } = await removalDecided();
    const [held] = await everything(id, { 'match[type]': 'breakwater-removal' });
    const upheld = bodyOf('removal.appeal-decided', { removal, result: 'upheld', reason: 'Seen again.', item: POST });
    await feeds.stand.append(stream, 1, { marking: GREEN, body: upheld });
    await fanOut.toHead();
    const body = bodyOf('removal.corrected', { removal, corrects, reason: 'Another post.', item: POST });
    await feeds.stand.append(stream, 2, { marking: GREEN, body });
    await fanOut.toHead();
    const after = await everything(id, { 'match[type]': 'breakwater-removal' });
    expect(after).toEqual([
      expect.objectContaining({ id: held!.id, revoked: true }),
      expect.objectContaining({ state: 'appeal-upheld' }),
    ]);
    expect(after[1]!.id).not.toBe(held!.id);
    await forgotten(id);
    expect(await everything(id, { 'match[type]': 'breakwater-removal' })).toEqual(after);
  });

  it('shows nothing that may not be delivered now, whether fan-out has heard of it or not', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: aboutNumber(3) });
    const [link] = await links(id, said);
    await feeds.stand.regraded(said, AMBER);
    expect(await links(id, said)).toEqual([]);
    expect((await raw(pathOf(id, `objects/${link!.id}/`))).status).toBe(404);
    expect((await raw(pathOf(id, `objects/${link!.id}/versions/`))).status).toBe(404);
    expect((await manifestOf(id)).map((one) => one.id)).not.toContain(link!.id);
    await fanOut.toHead();
  });

  it('gives the same bytes whatever is said that it may not hold', async () => {
    const id = await collection();
    await say(GREEN, { body: aboutNumber(4) });
    const look = async (): Promise<string[]> => {
      const manifest = await raw(pathOf(id, 'manifest/?match[version]=all'));
      const [page, last] = [await raw(`${pathOf(id)}?limit=9`), await raw(`${pathOf(id)}?limit=500`)];
      return [manifest, page, last].flatMap(({ text, headers }) => [
        text,
        String(headers['x-taxii-date-added-first']),
        String(headers['x-taxii-date-added-last']),
      ]);
    };
    const before = await look();
    const hidden = await say({ ...GREEN, tlp: 'RED' }, { body: aboutNumber(4) });
    await say(AMBER, { body: aboutNumber(5) });
    await withdraw(hidden);
    await feeds.stand.append(`assertion-${uuid()}`, 0, { marking: { ...GREEN, compartment: 'tern' } });
    await fanOut.toHead();
    expect(await look()).toEqual(before);
  });

  it('records each object that leaves, on its own channel', async () => {
    const id = await collection();
    const said = await say(GREEN, { body: aboutNumber(6) });
    await links(id, said);
    const rows = await feeds.stand.log.query<{ ids: string[] }>(
      `SELECT a.ids FROM feed_ledger l JOIN audit a ON a.seq = l.audit WHERE l.channel = 'taxii' AND a.reason = 'feed.taxii'`,
      [],
    );
    expect(rows.flatMap(({ ids }) => ids)).toContain(said.stream);
  });

  it('filters by id, type and version, and takes no type amiss', async () => {
    const id = await collection();
    await say(GREEN, { body: aboutNumber(7) });
    const types = async (query: string): Promise<string[]> => [
      ...new Set((await raw(`${pathOf(id)}?limit=500&${query}`)).body.objects?.map(({ type }) => type)),
    ];
    expect(await types('match[type]=relationship,marking-definition')).toEqual(['marking-definition', 'relationship']);
    expect(await types('match[type]=unheard-of')).toEqual([]);
    expect(await types('match[spec_version]=2.0')).toEqual([]);
    expect(await types('match[version]=2001-01-01T00:00:00Z')).toEqual([]);
    const [link] = await everything(id, { 'match[type]': 'relationship' });
    expect(await types(`match[id]=${link!.id},${NOBODYS}`)).toEqual(['relationship']);
    expect(await everything(id, { 'match[id]': link!.id, 'match[version]': link!.modified! })).toEqual([link]);
    expect((await raw(pathOf(id, `objects/${link!.id}/`))).body.objects).toEqual([link]);
  });
});

(hasOasisSchemas ? describe : describe.skip)('all that was given, by the OASIS schemas', () => {
  it('is valid, in every version', async () => {
    const schemas = new OasisSchemas();
    let [revoked, checked] = [0, 0];
    for (const { url } of await client.collections())
      for await (const { objects = [] } of client.pages(`${url}objects/`, 500, { 'match[version]': 'all' }))
        for (const object of objects) {
          expect(schemas.faultsOf(object)).toBeUndefined();
          checked += 1;
          if (object['revoked'] === true) revoked += 1;
        }
    expect(checked).toBeGreaterThan(100);
    expect(revoked).toBeGreaterThan(1);
  });
});

describe('the test collection', () => {
  it('is the same for everybody, page by page', async () => {
    const { id } = (await client.collections()).find(({ title }) => title === 'Test collection')!;
    const other = new StrictTaxiiClient(feeds.address, token);
    const all = await everything(id, {}, 500);
    const paged: string[] = [];
    for await (const { objects = [] } of other.pages(pathOf(id), 3)) paged.push(...objects.map(nameOf));
    expect(paged).toEqual(all.map(nameOf));
    expect(all.some((object) => object['revoked'] === true)).toBe(true);
  });
});

describe('refusals in the form of TAXII', () => {
  it('tell a wrong question what is wrong with it', async () => {
    const id = await collection();
    const wrong = [
      ...[
        'limit=0',
        'limit=-1',
        'limit=1.5',
        'limit=',
        'limit=many',
        'limit=1&limit=2',
        'added_after=yesterday',
        'added_after=',
      ],
      ...[
        'added_after=2026-02-30T00:00:00Z',
        'added_after=2026-01-01T00:00:00%2B00:00',
        'match[colour]=red',
        'next=xyz',
      ],
      ...['match[type]=a&match[type]=b', 'match[version]=all,last', 'match[version]=new', 'match[id]=a,,b'],
    ];
    for (const query of wrong) {
      const { status, body } = await raw<Record<string, unknown>>(`${pathOf(id)}?${query}`);
      expect([query, status]).toEqual([query, 400]);
      expect(body).toMatchObject({
        title: expect.any(String) as string,
        http_status: '400',
        error_code: expect.stringMatching(/^taxii\./) as string,
      });
    }
  });

  it("do not open another collection's next, nor one with other filters", async () => {
    const [id, other] = [await collection(), await collection()];
    const next = encodeURIComponent((await raw(`${pathOf(id)}?limit=1`)).body.next ?? '');
    expect((await raw(`${pathOf(id)}?limit=3&next=${next}`)).status).toBe(200);
    for (const path of [
      `${pathOf(other)}?next=${next}`,
      `${pathOf(id)}?next=${next}&match[type]=note`,
      `${pathOf(id)}?next=${next.slice(0, -2)}AA`,
    ])
      expect((await raw<{ error_code: string }>(path)).body.error_code).toBe('taxii.next');
  });

  it('say the same of what is not there and of what is not yours', async () => {
    const foreign = await collection(ORGANISATIONS.border.organisation);
    for (const rest of ['', 'objects/', 'manifest/', `objects/note--${uuid()}/`, `objects/note--${uuid()}/versions/`]) {
      const answers = [
        await raw<object>(pathOf(foreign, rest)),
        await raw<object>(pathOf(NOBODYS, rest)),
        await raw<object>(pathOf('x', rest)),
      ];
      const [one, ...others] = answers.map(({ status, body, headers }) => [
        status,
        { ...body, error_id: '' },
        headers['content-type'],
      ]);
      expect(one).toMatchObject([404, { http_status: '404', error_code: 'not-found' }, TAXII]);
      for (const each of others) expect(each).toEqual(one);
    }
  });

  it('say why nothing is delivered while the subscription is paused', async () => {
    const id = await collection();
    await feeds.stand.store.owner.query(`UPDATE subscriptions SET state = 'paused' WHERE subscription = $1`, [id]);
    await say();
    expect(await raw(`${pathOf(id)}?limit=500`)).toMatchObject({
      status: 409,
      body: { http_status: '409', error_code: 'subscription.paused' },
    });
  });

  it('refuse whoever is not signed in, has another role, or wants to write', async () => {
    const id = await collection();
    const analyst = await feeds.stand.store.tokenOf('coastal-analyst');
    expect(await raw(pathOf(id), {}, 'none')).toMatchObject({
      status: 401,
      body: { http_status: '401', error_code: 'not-signed-in' },
    });
    expect(await raw(pathOf(id), {}, analyst)).toMatchObject({
      status: 403,
      body: { http_status: '403', error_code: 'role.missing' },
    });
    for (const [method, headers] of [
      ['POST', { 'content-type': TAXII }],
      ['DELETE', {}],
    ] as const) {
      const answer = await call<object>(feeds.address, `${method} ${pathOf(id)}`, {
        token,
        headers,
        ...(method === 'POST' && { bytes: '{}' }),
      });
      expect(answer).toMatchObject({
        status: 405,
        headers: { 'content-type': TAXII, allow: 'GET' },
        body: { http_status: '405' },
      });
    }
  });
});

function aboutNumber(n: number): EventDraft['body'] {
  const object = { kind: 'phone-number', key: `+4477009${String(n).padStart(5, '0')}` } as const;
  return bodyOf('assertion.made', {
    subject: SUBJECT,
    statements: [{ relation: 'USES_NUMBER', object, confidence: 80 }],
  });
}

/** What is said of one record. */
async function links(id: string, { stream }: Placed): Promise<Envelope['objects'] & object> {
  const all = await everything(id, { 'match[type]': 'relationship' }, 500);
  const ours = new Set<string>();
  const termsOf = (object: (typeof all)[number]): { record?: string }[] =>
    Object.values((object['extensions'] ?? {}) as object) as { record?: string }[];
  known.set(id, known.get(id) ?? new Map());
  for (const object of all)
    if (termsOf(object).some(({ record }) => record === stream)) known.get(id)!.set(object.id, stream);
  for (const [object, of] of known.get(id)!) if (of === stream) ours.add(object);
  return all.filter((object) => ours.has(object.id));
}
/** Says a number and a word, which can be withdrawn one by one. */
function twoStatements(n: number): EventBody {
  const body = aboutNumber(n);
  const { statements } = body.data as { statements: object[] };
  const word = { relation: 'STATED', property: 'bio', value: 'x' };
  return { ...body, data: { ...(body.data as object), statements: [...statements, word] } } as EventBody;
}

/** The list is made anew from the slots when it is asked for again. */
async function forgotten(id: string): Promise<void> {
  for (const table of ['feed_objects', 'feed_indexed'])
    await feeds.stand.store.owner.query(
      `DELETE FROM ${table} WHERE subscriber = (SELECT subscriber FROM feed_subscribers WHERE subscription = $1)`,
      [id],
    );
}

/** Which record an object was seen to be of: a revoked one does not say it any more. */
const known = new Map<string, Map<string, string>>();

async function versionsOf(id: string, object: string): Promise<string[]> {
  return (await client.get<{ versions: string[] }>(pathOf(id, `objects/${object}/versions/`))).body.versions;
}

async function manifestOf(id: string): Promise<{ id: string; date_added: string; version: string }[]> {
  const { body } = await client.get<{ objects: { id: string; date_added: string; version: string }[] }>(
    pathOf(id, 'manifest/'),
    { limit: '500' },
  );
  return body.objects;
}
