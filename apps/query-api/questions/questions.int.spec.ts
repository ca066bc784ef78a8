import { lookUpShown, recordAnswer } from '#access';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { until } from '../../../infra/local/until.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { markingFor, PURPOSE, QuestionStand } from '../../../test/flow/questions-stand.js';
import type { Asked } from '../reading/asking.js';
import { byText } from '../reading/statement-row.js';
import type { Cluster } from './cluster.js';
import type { EntityCard } from './entity-card.js';
import type { KeyPlayers } from './key-players.js';
import type { ListLookUp } from './list-look-up.js';
import type { Neighbours } from './neighbours.js';
import type { Paths } from './paths.js';

/** The whole way of a question over HTTP: token, rights, position, graph, audit, answer. Numbers are those kept for fiction. */

const NUMBER = '+44 20 7946 0123';
const seed = { value: NUMBER };
const telegram = (value: string): object => ({ kind: 'account', value, platform: 'telegram' });
const uses = (value = NUMBER, terms: object = {}): object => ({
  relation: 'USES_NUMBER',
  object: { kind: 'phone-number', value },
  ...terms,
});

interface Problem {
  code: string;
  detail: string;
  faults?: { pointer: string; code: string }[];
}

let stand: QuestionStand;
let withdrawn: string;
let beforeWithdrawal: Date;

beforeAll(async () => {
  stand = await QuestionStand.open();
  const shared = markingFor('coastal', 'border');
  await stand.say('border', { subject: telegram('1001'), statements: [uses()], marking: shared, origin: 'report 1' });
  await stand.say('coastal', {
    subject: telegram('1001'),
    statements: [uses()],
    marking: markingFor('border'),
    origin: 'report 1',
  });
  await stand.say('coastal', {
    subject: telegram('1002'),
    statements: [uses(), uses('+44 20 7946 0124')],
    marking: markingFor(),
    origin: 'report 2',
  });
  await stand.say('partner', { subject: telegram('1003'), statements: [uses()], marking: markingFor() });
  withdrawn = await stand.say('border', { subject: telegram('1004'), statements: [uses()], marking: shared });
  await stand.hold();
  // A second that begins after everything said so far was given its position, and ends before the withdrawal is.
  beforeWithdrawal = await laterSecond(await databaseSecond());
  await laterSecond(beforeWithdrawal);
  await stand.withdraw('border', withdrawn);
  await stand.hold();
}, STARTUP_MS);
afterAll(() => stand.close());

async function laterSecond(than: Date): Promise<Date> {
  return await until('the next second did not come', async () => {
    const now = await databaseSecond();
    return now > than && now;
  });
}

async function databaseSecond(): Promise<Date> {
  const { rows } = await stand.commands.owner.query<{ now: Date }>(
    "SELECT date_trunc('second', clock_timestamp()) AS now",
  );
  return rows[0]!.now;
}

const others = (card: EntityCard): string[] => (card.claims ?? []).map((claim) => claim.other!.key).sort();

describe('a card over HTTP', () => {
  it('tells who said what, recorded when, in which assertion, and how far the graph is', async () => {
    const { status, body } = await stand.ask<Asked & EntityCard>('entity-card', { seed });
    expect(status).toBe(200);
    expect(body).toMatchObject({ found: true, truncated: false, lagSeconds: 0, entity: { kind: 'phone-number' } });
    expect(body.asOf).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(others(body)).toEqual(['telegram:1001', 'telegram:1002']);
    const claim = body.claims!.find(({ other }) => other?.key === 'telegram:1001')!;
    expect(claim.corroboration).toEqual({ statements: 2, organisations: 2, independentOrigins: 1, withoutOrigin: 0 });
    expect(claim.statements.map(({ organisation }) => organisation).sort()).toEqual(['Border Unit', 'Coastal Agency']);
    expect(claim.statements[0]).toMatchObject({
      assertion: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      kind: 'fact',
      grading: { scheme: '3x5x2', source: '2', information: 'B' },
    });
    expect(new Set(claim.statements.map(({ origin }) => origin)).size).toBe(1);
    expect(JSON.stringify(body)).not.toMatch(/"pos"|"aud"|position/);
  });

  it('shows each organisation what it may see, and nothing of the rest', async () => {
    const seen = async (as: string): Promise<string[]> =>
      others((await stand.ask<EntityCard>('entity-card', { seed }, { as })).body);
    expect(await seen('border-analyst')).toEqual(['telegram:1001']);
    expect(await seen('partner-analyst')).toEqual(['telegram:1003']);
  });

  it('answers about a hidden entity as about one that nobody named, in every question, but for the key that was asked', async () => {
    const hidden = { value: '+44 20 7946 0124' };
    const unknown = { value: '+44 20 7946 0125' };
    for (const question of ['entity-card', 'neighbours', 'cluster']) {
      const answer = async (seed: object): Promise<string> => {
        const { status, text, headers } = await stand.ask(question, { seed }, { as: 'partner-analyst' });
        const { date: _, 'request-id': __, traceparent: ___, ...rest } = headers;
        return JSON.stringify([status, rest, text]).replaceAll(
          /7946 ?012\d|"asOf\\?":\\?"[^"]*"|lagSeconds\\?":\d+/g,
          '',
        );
      };
      expect(await answer(hidden)).toBe(await answer(unknown));
    }
  });

  it('asked by its id says the same: an id that a colleague passed on opens nothing', async () => {
    const { body } = await stand.ask<EntityCard>('entity-card', { seed: { value: '+44 20 7946 0124' } });
    const { id } = body.entity!;
    const { asOf: _, ...hidden } = (await stand.ask('entity-card', { seed: { id } }, { as: 'partner-analyst' })).body;
    const { asOf: __, ...unknown } = (
      await stand.ask('entity-card', { seed: { id: 'f'.repeat(32) } }, { as: 'partner-analyst' })
    ).body;
    expect(hidden).toEqual(unknown);
    expect(hidden).toEqual({ found: false, understoodAs: [], lagSeconds: 0, truncated: false });
  });

  it('as known before a withdrawal still holds what was withdrawn since', async () => {
    const knownAt = beforeWithdrawal.toISOString();
    const then = await stand.ask<Asked & EntityCard>('entity-card', { seed, knownAt }, { as: 'border-analyst' });
    expect(others(then.body)).toEqual(['telegram:1001', 'telegram:1004']);
    expect(then.body.knownAt).toEqual({ asked: knownAt, laterThanKnown: false });
    expect(then.body.asOf).toBe(`${knownAt.slice(0, 19)}Z`);
    expect(others((await stand.ask<EntityCard>('entity-card', { seed }, { as: 'border-analyst' })).body)).toEqual([
      'telegram:1001',
    ]);
    expect((await stand.ask<EntityCard>('entity-card', { seed, knownAt: '2020' })).body.found).toBe(false);
  });

  it('as known in the future is answered as of now, and says so', async () => {
    const { body } = await stand.ask<Asked & EntityCard>('entity-card', { seed, knownAt: '2999' });
    expect(body.knownAt).toEqual({ asked: '2999', laterThanKnown: true });
    expect(Date.parse(body.asOf)).toBeLessThanOrEqual(Date.now());
    expect(body.found).toBe(true);
  });
});

describe('what has been recorded and is not in the graph yet', () => {
  it('is no part of an answer, which says how far it is behind; then it is', async () => {
    const later = { value: '+44 20 7946 0130' };
    await stand.say('coastal', { subject: telegram('1010'), statements: [uses('+44 20 7946 0130')] });
    const unsent = (await stand.ask<Asked & EntityCard>('entity-card', { seed: later })).body;
    expect(unsent.found).toBe(false);
    await stand.send();
    const sent = (await stand.ask<Asked & EntityCard>('entity-card', { seed: later })).body;
    expect(sent.found).toBe(false);
    // As of before it was recorded: the time of the answer never claims what the graph does not hold.
    expect(Date.parse(sent.asOf)).toBeLessThanOrEqual(Date.now());
    await stand.hold();
    const held = (await stand.ask<Asked & EntityCard>('entity-card', { seed: later })).body;
    expect([held.found, held.lagSeconds]).toEqual([true, 0]);
    expect(Date.parse(held.asOf)).toBeGreaterThanOrEqual(Date.parse(sent.asOf));
  });
});

describe('pages over HTTP', () => {
  beforeAll(async () => {
    for (let at = 0; at < 12; at += 1)
      await stand.say('coastal', {
        subject: telegram(`20${at}`),
        statements: [uses('+44 20 7946 0140'), { relation: 'CONTACTED', object: telegram(`20${(at + 1) % 12}`) }],
      });
    await stand.hold();
  }, STARTUP_MS);
  const hub = { value: '+44 20 7946 0140' };

  it.each([1, 5, 12, 100])('of %i give the same whole, none twice, whatever is recorded meanwhile', async (limit) => {
    const keys: string[] = [];
    let continuation: string | undefined;
    const asOf = new Set<string>();
    do {
      const { status, body } = await stand.ask<Asked & Neighbours>('neighbours', {
        seed: hub,
        limit,
        ...(continuation === undefined ? {} : { continuation }),
      });
      expect(status).toBe(200);
      keys.push(...body.neighbours!.map(({ entity }) => entity.key));
      asOf.add(body.asOf);
      ({ continuation } = body);
      expect(body.truncated).toBe(continuation !== undefined);
      if (limit === 5 && keys.length === 5) {
        await stand.say('coastal', { subject: telegram('2099'), statements: [uses('+44 20 7946 0140')] });
        await stand.hold();
      }
    } while (continuation !== undefined);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(limit > 5 ? 13 : 12);
    expect(asOf.size).toBe(1);
  });

  it('cannot be turned by another caller, with other terms, or after tampering: one and the same answer', async () => {
    const { continuation } = (await stand.ask<Asked & Neighbours>('neighbours', { seed: hub, limit: 2 })).body;
    const refused = [
      await stand.ask<Problem>('neighbours', { seed: hub, continuation }, { as: 'coastal-saltmarsh' }),
      await stand.ask<Problem>('neighbours', { seed: hub, continuation }, { as: 'border-analyst' }),
      await stand.ask<Problem>('cluster', { seed: hub, continuation }),
      await stand.ask<Problem>('neighbours', { seed, continuation }),
      await stand.ask<Problem>('neighbours', { seed: hub, validAt: '2026', continuation }),
      await stand.ask<Problem>('neighbours', { seed: hub, continuation: `${continuation!.slice(0, -3)}AAA` }),
      await stand.ask<Problem>('neighbours', { seed: hub, continuation: 'x' }),
    ];
    const texts = refused.map(({ status, text }) => `${status} ${text.replace(/"requestId":"[^"]*"/, '')}`);
    expect(new Set(texts).size).toBe(1);
    expect(refused[0]!.status).toBe(400);
    expect(refused[0]!.body.code).toBe('continuation.not-valid');
    expect(refused[0]!.body.faults?.[0]?.pointer).toBe('/continuation');
  });

  it('of a cluster hold each member once, with its chain', async () => {
    const { body } = await stand.ask<Asked & Cluster>('cluster', { seed: { ...telegram('200') }, limit: 5 });
    expect(body.truncated).toBe(true);
    const next = await stand.ask<Asked & Cluster>('cluster', {
      seed: { ...telegram('200') },
      limit: 50,
      continuation: body.continuation,
    });
    const members = [...body.members!, ...next.body.members!];
    expect(members.map(({ entity }) => entity.key)).toHaveLength(14);
    expect(
      members
        .slice(1)
        .every(({ through, links }) => members.some(({ entity }) => entity.id === through) && links!.length > 0),
    ).toBe(true);
  });
});

describe('key players over HTTP', () => {
  it('are those whom the others need to reach each other, worked out in a thread of its own', async () => {
    const { status, body } = await stand.ask<Asked & KeyPlayers>('key-players', { seed });
    expect(status).toBe(200);
    // Two accounts use the number, one of them another number too.
    expect([body.entities, body.ties, body.truncated]).toEqual([4, 3, false]);
    const [number, account] = body
      .players!.slice(0, 2)
      .sort((one, other) => byText(other.entity.kind, one.entity.kind));
    expect(number).toMatchObject({ entity: { kind: 'phone-number' }, degree: 2, betweenness: 0.666666667 });
    expect(account).toMatchObject({ entity: { key: 'telegram:1002' }, degree: 2, splitsInto: [2, 1] });
    expect(body.players!.map(({ splitsInto }) => splitsInto !== undefined)).toEqual([true, true, false, false]);
    const seen = await stand.ask<KeyPlayers>('key-players', { seed }, { as: 'border-analyst' });
    expect([seen.body.entities, seen.body.ties]).toEqual([2, 1]);
  });

  it('come page by page, and each once', async () => {
    const keys: string[] = [];
    let continuation: string | undefined;
    do {
      const { body } = await stand.ask<Asked & KeyPlayers>('key-players', { seed, limit: 3, continuation });
      keys.push(...body.players!.map(({ entity }) => entity.key));
      continuation = body.continuation;
    } while (continuation !== undefined);
    expect([keys.length, new Set(keys).size]).toEqual([4, 4]);
  });
});

describe('paths over HTTP', () => {
  const ends = [telegram('1001'), { value: '+44 20 7946 0124' }];

  it('lead over what the caller may see, with who says so', async () => {
    const { status, body } = await stand.ask<Asked & Paths>('paths', { seeds: ends });
    expect(status).toBe(200);
    const [path] = body.paths!;
    expect(path?.steps?.map(({ entity }) => entity.kind)).toEqual(['phone-number', 'account', 'phone-number']);
    expect(path?.steps?.[0]?.links[0]).toMatchObject({ relation: 'USES_NUMBER', corroboration: { statements: 2 } });
    const hidden = await stand.ask<Paths>('paths', { seeds: ends }, { as: 'border-analyst' });
    expect([hidden.body.found, hidden.body.entities?.[1]]).toEqual([false, null]);
  });
});

describe('a list over HTTP', () => {
  const csv = `identifier;note\n${NUMBER};mum\n+44 20 7946 0199;\n;nothing\n=cmd;\n`;

  it('goes in as CSV and comes back as CSV, every row accounted for', async () => {
    const headers = { 'content-type': 'text/csv', accept: 'text/csv' };
    const { status, text, headers: answered } = await stand.ask('list-look-up', undefined, { bytes: csv, headers });
    expect(status).toBe(200);
    expect(answered['content-type']).toContain('text/csv');
    expect(answered['breakwater-as-of']).toMatch(/Z$/);
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((line) => [...line.split(',').slice(0, 4), line.split(',').at(-1)]);
    // What rests on markings for different recipients is for those whom all of them name.
    const marking = `OFFICIAL-SENSITIVE // TLP:AMBER+STRICT // P // REL TO ${ORGANISATIONS.coastal.organisation}`;
    expect(rows.slice(1)).toEqual([
      ['2', NUMBER, 'hit', 'phone-number', marking],
      ['3', '+44 20 7946 0199', 'no-hit', '', ''],
      ['4', '', 'not-understood', '', ''],
      ['5', "'=cmd", 'no-hit', '', ''],
      [`NOTE: As known at ${String(answered['breakwater-as-of'])}.`, '', '', '', marking],
    ]);
  });

  it('R10: leaves victims and witnesses out of a file, unless an authoriser names the authority', async () => {
    const person = (id: string): object => ({ kind: 'person', value: `pole:person/${id}` });
    const involved = (category: string): object => ({
      relation: 'INVOLVED_IN',
      object: { kind: 'incident', value: 'pole:incident/4' },
      category,
    });
    await stand.say('coastal', { subject: person('vera'), statements: [involved('victim')] });
    await stand.say('coastal', { subject: person('sven'), statements: [involved('suspect')] });
    await stand.hold();
    const list = 'identifier,kind\npole:person/vera,person\npole:person/sven,person\n';
    const headers = { 'content-type': 'text/csv', accept: 'text/csv' };
    const outcomes = async (terms: string, as: string) => {
      const { status, text } = await stand.ask(`list-look-up${terms}`, undefined, { bytes: list, headers, as });
      return [
        status,
        ...text
          .trimEnd()
          .split('\r\n')
          .slice(1, -1)
          .map((line) => line.split(',')[2]),
      ];
    };
    expect(await outcomes('', 'coastal-authoriser')).toEqual([200, 'not-exported', 'hit']);
    const under = '?withVictimsAndWitnesses=AUTH-2026/17';
    expect(await outcomes(under, 'coastal-authoriser')).toEqual([200, 'hit', 'hit']);
    expect((await outcomes(under, 'coastal-analyst'))[0]).toBe(403);
    const json = { identifiers: [{ kind: 'person', value: 'pole:person/vera' }] };
    const shown = (await stand.ask<ListLookUp>('list-look-up', json)).body;
    expect(shown.rows[0]?.outcome).toBe('hit');
    const { rows } = await stand.commands.owner.query(
      `SELECT act, reason FROM audit WHERE reason LIKE '%AUTH-2026/17%' OR reason = 'export.needs-authoriser' ORDER BY seq`,
    );
    expect(rows).toEqual([
      { act: 'consultation', reason: 'question.list-look-up, exported, victims-and-witnesses under AUTH-2026/17' },
      { act: 'refusal', reason: 'export.needs-authoriser' },
    ]);
  });

  it('takes JSON of texts and objects, and 5,000 at once', async () => {
    const identifiers = [NUMBER, { value: NUMBER, kind: 'phone-number' }, { value: 'x', kind: 'spaceship' }];
    const { body } = await stand.ask<ListLookUp>('list-look-up', { identifiers });
    expect(body.summary).toEqual({ rows: 3, hits: 2, noHits: 0, notUnderstood: 1 });
    const many = Array.from({ length: 5_000 }, (_, at) => ({
      kind: 'phone-number',
      value: `+4477009${String(at).padStart(5, '0')}`,
    }));
    const answer = await stand.ask<ListLookUp>('list-look-up', { identifiers: many });
    expect(answer.status).toBe(200);
    expect(answer.body.summary.rows).toBe(5_000);
    expect(
      (await stand.ask<Problem>('list-look-up', { identifiers: [...many, NUMBER] })).body.faults?.[0],
    ).toMatchObject({ pointer: '/identifiers' });
    const { body: refused } = await stand.ask<Problem>('list-look-up', undefined, {
      bytes: '"open',
      headers: { 'content-type': 'text/csv' },
    });
    expect(refused.code).toBe('list.not-csv');
  });
});

describe('a question that cannot be answered', () => {
  const faults: [what: string, question: string, body: object, pointer: string, code: string][] = [
    ['no seed', 'entity-card', {}, '/seed', 'field.is-object'],
    ['10,000 seeds', 'cluster', { seed: Array.from({ length: 10_000 }, () => seed) }, '/seed', 'field.is-object'],
    ['an unknown kind', 'entity-card', { seed: { kind: 'spaceship', value: 'x' } }, '/seed/kind', 'field.is-in'],
    ['an unknown field', 'entity-card', { seed, depth: 3 }, '/depth', 'field.unknown'],
    ['one end', 'paths', { seeds: [seed] }, '/seeds', 'field.array-min-size'],
    [
      'a second end that is no text',
      'paths',
      { seeds: [seed, { value: ' ' }] },
      '/seeds/1/value',
      'seed.not-understood',
    ],
    ['an absurd depth', 'paths', { seeds: [seed, seed], steps: 1_000 }, '/steps', 'field.max'],
    ['an absurd limit', 'cluster', { seed, limit: 1_000_000 }, '/limit', 'field.max'],
    ['a limit of nothing', 'neighbours', { seed, limit: 0 }, '/limit', 'field.min'],
    ['reversed dates', 'neighbours', { seed, validFrom: '2026-04', validTo: '2026-03' }, '/validTo', 'period.reversed'],
    ['no date', 'neighbours', { seed, validAt: 'yesterday' }, '/validAt', 'time.not-understood'],
    ['no date of knowledge', 'cluster', { seed, knownAt: '2026-02-30' }, '/knownAt', 'time.not-understood'],
    ['an unknown relation', 'neighbours', { seed, relations: ['LOVES'] }, '/relations', 'field.is-in'],
    [
      'a grading of no scheme',
      'neighbours',
      { seed, minimumGrading: { scheme: '3x5x2', source: '9', information: 'A' } },
      '/minimumGrading',
      'grading.unknown',
    ],
    ['an id and a value', 'entity-card', { seed: { id: 'a'.repeat(32), value: 'x' } }, '/seed', 'seed.twice'],
    ['an empty value', 'entity-card', { seed: { value: ' ' } }, '/seed/value', 'seed.not-understood'],
  ];
  it.each(faults)('because of %s says where the fault is', async (_, question, body, pointer, code) => {
    const answer = await stand.ask<Problem>(question, body);
    expect(answer.status).toBe(400);
    expect(answer.body.faults).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('is refused without a purpose, without a token, and without a role that may ask', async () => {
    expect(
      (await stand.ask<Problem>('entity-card', { seed }, { headers: { 'breakwater-purpose': '' } })).body.code,
    ).toBe('purpose.missing');
    expect((await stand.ask('entity-card', { seed }, { token: 'nobody' })).status).toBe(401);
    expect((await stand.ask('entity-card', { seed }, { as: 'coastal-auditor' })).status).toBe(403);
    expect((await stand.ask('entity-card', { seed }, { as: 'lumen-moderator' })).status).toBe(403);
  });
});

describe('the audit of questions', () => {
  it('names who asked for what and which entities the answer named, and no identifier of a person', async () => {
    const { body } = await stand.ask<EntityCard>('entity-card', { seed });
    const [row, disclosure] = (await stand.audit()).slice(-2);
    const asked = { subject: 'coastal-analyst', purpose: PURPOSE, reason: 'question.entity-card' };
    expect(row).toMatchObject({ ...asked, act: 'consultation', recipients: [] });
    expect(disclosure).toMatchObject({ ...asked, act: 'disclosure', recipients: [ORGANISATIONS.coastal.organisation] });
    // What others said, and only that, was disclosed to the one who asked.
    const ofOthers = body.claims!.flatMap(({ statements }) =>
      statements.flatMap(({ organisation, assertion }) =>
        organisation === ORGANISATIONS.coastal.name ? [] : [assertion],
      ),
    );
    expect(ofOthers.length).toBeGreaterThan(0);
    expect([...disclosure!.ids].sort()).toEqual([...new Set(ofOthers.map((id) => `assertion-${id}`))].sort());
    expect([...row!.ids].sort()).toEqual([body.entity!.id, ...body.claims!.map(({ other }) => other!.id)].sort());
    expect(JSON.stringify(await stand.audit())).not.toMatch(/7946 ?0123/);
    expect(stand.lines.join('\n')).not.toMatch(/7946 ?0123/);
  });

  it('is the same where the sources of a long answer were looked up while it was drawn, and says nothing of what was not shown', async () => {
    const viewer = { organisation: ORGANISATIONS.coastal.organisation, subject: 'coastal-analyst' };
    const entry = { viewer, purpose: PURPOSE, ids: ['somebody'], reason: 'question.cluster' };
    const positions = (await stand.log.readPositions({ after: 0, limit: 1_000 })).map(({ position }) => position);
    const shown = positions.slice(0, -1);
    const recorded = async (known: number[]): Promise<object> => {
      const rows = await recordAnswer(stand.log, entry, shown, await lookUpShown(stand.log, known));
      const [consultation, disclosure] = (await stand.audit()).slice(-2);
      return {
        sources: rows.map(({ position, stream, givenAt }) => `${position} ${stream} ${givenAt}`).sort(),
        consulted: consultation!.ids,
        disclosed: [...disclosure!.ids].sort(),
      };
    };
    const once = await recorded([]);
    expect(once).toMatchObject({
      consulted: ['somebody'],
      disclosed: expect.arrayContaining([expect.any(String)]) as [],
    });
    expect(await recorded(positions)).toEqual(once);
    expect(await recorded(positions.slice(3))).toEqual(once);
  });

  it('holds what was asked in vain too: each question that is refused, with the code and without what was sent', async () => {
    for (const question of ['entity-card', 'timeline', 'neighbours', 'cluster', 'key-players', 'list-look-up'])
      for (const [terms, options, reason] of [
        [{ seed: { value: 7 } }, {}, 'input.invalid'],
        [{ seed }, { headers: { 'breakwater-purpose': '' } }, 'purpose.missing'],
        [{ seed }, { as: 'coastal-auditor' }, 'role.missing'],
      ] as const) {
        const before = (await stand.audit()).length;
        expect((await stand.ask(question, terms, options)).status).toBeGreaterThanOrEqual(400);
        const rows = (await stand.audit()).slice(before);
        expect(rows).toMatchObject([{ act: 'refusal', reason, ids: [`POST /v1/questions/${question}`] }]);
      }
  });

  it('is the condition of every answer: nothing leaves while a row cannot be kept', async () => {
    await stand.commands.owner.query('ALTER TABLE audit RENAME TO audit_away');
    try {
      const { status, text } = await stand.ask('entity-card', { seed });
      expect(status).toBeGreaterThanOrEqual(500);
      expect(text).not.toContain('telegram');
    } finally {
      await stand.commands.owner.query('ALTER TABLE audit_away RENAME TO audit');
    }
  });

  it('means 503 without PostgreSQL, and answers again when it is back', async () => {
    stand.door.shut();
    try {
      const { status, body, text } = await stand.ask<Problem>('entity-card', { seed });
      expect([status, body.code]).toEqual([503, 'log.unavailable']);
      expect(text).not.toContain('telegram');
    } finally {
      stand.door.open();
    }
    expect((await stand.ask('entity-card', { seed })).status).toBe(200);
  });

  it('comes with a document of every question, with examples', async () => {
    const response = await fetch(`${stand.queries.address}/v1/openapi.json`);
    const { paths } = (await response.json()) as {
      paths: Record<string, { post: { responses: Record<string, { content: object }> } }>;
    };
    // It answers everybody the same, and has no answer from the graph to show.
    delete paths['/v1/questions/blind-check'];
    const names = [
      ...['changes', 'cluster', 'entity-card', 'export', 'key-players', 'list-look-up', 'neighbours', 'network-card'],
      ...['paths', 'search', 'timeline', 'what-would-fall'],
    ];
    expect(Object.keys(paths).sort()).toEqual(names.map((name) => `/v1/questions/${name}`));
    for (const { post } of Object.values(paths)) expect(JSON.stringify(post.responses['200'])).toContain('asOf');
    const checks = await until(
      'the app is not ready',
      async () => {
        const ready = await fetch(`${stand.queries.address}/health/ready`);
        return ready.ok && ((await ready.json()) as { checks: object }).checks;
      },
      60_000,
    );
    expect(checks).toEqual({ postgres: 'ok', graph: 'ok', questions: 'ok' });
  });
});
