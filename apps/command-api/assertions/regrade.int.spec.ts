import { MAX_APPEND_EVENTS } from '#event-log';
import type { Marking } from '#events';
import { isAtMostAsWide } from '#access';
import { until } from '../../../infra/local/until.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { assertionBody, newKey, type AssertionBody } from '../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer } from '../../../test/support/http.js';

const COASTAL = ORGANISATIONS.coastal.organisation;
const BORDER = ORGANISATIONS.border.organisation;
const PARTNER = ORGANISATIONS.partner.organisation;

interface Body {
  id: string;
  version: number;
  code?: string;
  detail?: string;
}

let app: TestCommandApp;
let tokens: Record<string, string>;

beforeAll(async () => {
  app = await openTestCommandApp('regrades');
  const names = ['coastal-analyst', 'coastal-authoriser', 'coastal-auditor', 'border-analyst', 'partner-analyst'];
  tokens = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await app.tokenOf(name)])));
}, STARTUP_MS);
afterAll(() => app.close());

const amberFor = (...releasableTo: string[]) => ({
  gsc: 'OFFICIAL-SENSITIVE',
  tlp: 'AMBER',
  handling: ['P'],
  releasableTo,
});
const TO_ALL = amberFor(COASTAL, BORDER, PARTNER);

function send(persona: string, route: string, json: object, headers = newKey()): Promise<Answer<Body>> {
  return call<Body>(app.address, route, { token: tokens[persona] ?? '', json, headers });
}

async function say(persona: string, changes: AssertionBody): Promise<string> {
  const { status, body, text } = await send(persona, 'POST /v1/assertions', assertionBody(changes));
  if (status !== 201) throw new Error(`answered with ${status}: ${text}`);
  return body.id;
}

function regrade(persona: string, id: string, terms: object, headers = newKey()): Promise<Answer<Body>> {
  const json = { reason: 'Assessed anew.', purpose: 'operation-tern', ...terms };
  return send(persona, `POST /v1/assertions/${id}/regrade`, json, headers);
}

const historyOf = (id: string) => app.store.log.readStream(`assertion-${id}`);
const markingOf = async (id: string): Promise<Marking> => (await historyOf(id)).at(-1)!.marking;

async function rows<Row>(sql: string, ...params: unknown[]): Promise<Row[]> {
  return (await app.owner.query(sql, params)).rows as Row[];
}

describe('a regrade over HTTP', () => {
  it('is recorded with its grader and reason, once, and its marking is the one in force', async () => {
    const id = await say('coastal-analyst', { marking: TO_ALL });
    const headers = newKey();
    const grading = { scheme: '3x5x2', source: '3', information: 'E' };
    const first = await regrade('coastal-analyst', id, { marking: amberFor(BORDER), grading }, headers);
    expect(first).toMatchObject({ status: 200, body: { id, version: 2 } });
    const again = await regrade('coastal-analyst', id, { marking: amberFor(BORDER), grading }, headers);
    expect(again.body).toEqual(first.body);
    expect(await historyOf(id)).toMatchObject([
      { grading: { source: '2', information: 'B' } },
      { body: { type: 'assertion.regraded', data: { reason: 'Assessed anew.' } }, grading, actor: { role: 'analyst' } },
    ]);
    expect(
      await rows(
        `SELECT m.marking -> 'releasableTo' AS to FROM markings_in_force f JOIN markings m USING (audience) WHERE f.stream = $1`,
        `assertion-${id}`,
      ),
    ).toEqual([{ to: [BORDER] }]);
    expect(await rows(`SELECT act, reason, subject FROM audit WHERE ids[1] = $1 AND act = 'alteration'`, id)).toEqual([
      { act: 'alteration', reason: 'regrade', subject: 'coastal-analyst' },
    ]);
  });

  it('that widens is for an authoriser; of others it answers like one of what does not exist', async () => {
    const id = await say('coastal-analyst', { marking: amberFor(BORDER) });
    expect(await regrade('coastal-analyst', id, { marking: TO_ALL })).toMatchObject({
      status: 403,
      body: { code: 'regrade.widens' },
    });
    expect(await regrade('border-analyst', id, { marking: amberFor() })).toMatchObject({
      status: 403,
      body: { code: 'assertion.not-yours' },
    });
    const hidden = await regrade('partner-analyst', id, { marking: amberFor() });
    const absent = await regrade('partner-analyst', '0193a1f2-7c00-7000-8000-000000000001', { marking: amberFor() });
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect((await regrade('coastal-auditor', id, { marking: amberFor() })).status).toBe(403);
    expect((await regrade('coastal-authoriser', id, { marking: TO_ALL })).status).toBe(200);
    const withdrawn = await send('coastal-analyst', `POST /v1/assertions/${id}/withdraw`, {
      reason: 'It was a relative.',
      purpose: 'operation-tern',
    });
    expect(withdrawn.status).toBe(200);
    expect((await markingOf(id)).releasableTo).toHaveLength(3);
    expect((await regrade('coastal-analyst', id, { marking: amberFor() })).status).toBe(200);
  });
});

describe('R4: what rests on what was narrowed', () => {
  it('is narrowed in the same append, also by others, and nothing tells them whose it was', async () => {
    const original = await say('coastal-analyst', { marking: TO_ALL });
    const derived = await say('border-analyst', { marking: amberFor(PARTNER), basis: [original] });
    const further = await say('partner-analyst', { marking: amberFor(), basis: [derived] });
    const answer = await regrade('coastal-analyst', original, { marking: amberFor() });
    expect(Object.keys(answer.body).sort()).toEqual(['id', 'stream', 'version']);
    const [, narrowed] = await historyOf(derived);
    expect(narrowed).toMatchObject({
      source: BORDER,
      actor: { organisation: BORDER, user: 'rule:R4', role: 'rule' },
      purpose: 'marking-follows-basis',
      marking: { originator: BORDER, releasableTo: [BORDER] },
      body: { data: { reason: 'narrowed because what it rests on was narrowed' } },
      basis: [derived],
    });
    expect(JSON.stringify(narrowed)).not.toMatch(new RegExp(`${COASTAL}|${original}|operation-tern|coastal-analyst`));
    expect(await historyOf(further)).toHaveLength(1); // for nobody else already
    expect(
      await rows(
        `SELECT DISTINCT txid FROM events WHERE type = 'assertion.regraded' AND stream IN ($1, $2)`,
        `assertion-${original}`,
        `assertion-${derived}`,
      ),
    ).toHaveLength(1);
    const audit = await rows<{ organisation: string; ids: string[] }>(
      `SELECT organisation, ids FROM audit WHERE reason LIKE 'regrade%' AND ids && $1`,
      [original, derived],
    );
    expect(audit.find(({ organisation }) => organisation === COASTAL)?.ids).not.toContain(derived);
    expect(audit.find(({ organisation }) => organisation === BORDER)?.ids).toEqual([derived, narrowed?.id]);
  });

  it('is narrowed too where it came in by bulk, also when it was withdrawn since', async () => {
    const original = await say('coastal-analyst', { marking: TO_ALL });
    const line = assertionBody({ marking: amberFor(PARTNER), basis: [original], reference: `bulk-${original}` });
    const bulk = await call(app.address, 'POST /v1/assertions/bulk', {
      token: tokens['border-analyst'] ?? '',
      headers: { 'content-type': 'application/x-ndjson' },
      bytes: JSON.stringify(line),
    });
    const { id, outcome } = JSON.parse(bulk.text.split('\n')[0] ?? '') as { id: string; outcome: string };
    expect(outcome).toBe('accepted');
    const why = { reason: 'It was a relative.', purpose: 'operation-tern' };
    expect((await send('border-analyst', `POST /v1/assertions/${id}/withdraw`, why)).status).toBe(200);
    expect((await regrade('coastal-analyst', original, { marking: amberFor() })).status).toBe(200);
    expect(await historyOf(id)).toMatchObject([{}, {}, { marking: { releasableTo: [BORDER] } }]);
  });

  it('is checked against the marking in force, before and after; widening the one does not widen the other', async () => {
    const original = await say('coastal-analyst', { marking: TO_ALL });
    await regrade('coastal-analyst', original, { marking: amberFor(BORDER) });
    const wider = await send(
      'border-analyst',
      'POST /v1/assertions',
      assertionBody({ marking: amberFor(PARTNER), basis: [original] }),
    );
    expect(wider.body.code).toBe('marking.wider-than-basis');
    const derived = await say('border-analyst', { marking: amberFor(), basis: [original] });
    await regrade('coastal-authoriser', original, { marking: TO_ALL });
    expect(await historyOf(derived)).toHaveLength(1);
    const gone = await send(
      'partner-analyst',
      'POST /v1/assertions',
      assertionBody({ marking: amberFor(), basis: [derived] }),
    );
    expect(gone.body.code).toBe('basis.unknown');
  });

  it('is refused where one append could not hold it, and nothing of it happens', async () => {
    const original = await say('coastal-analyst', { marking: TO_ALL });
    await app.owner.query(
      `INSERT INTO assertion_basis (basis_event, basis_stream, derived_stream)
       SELECT $1::uuid, 'assertion-' || $1, 'assertion-' || gen_random_uuid() FROM generate_series(1, $2)`,
      [original, MAX_APPEND_EVENTS],
    );
    expect(await regrade('coastal-analyst', original, { marking: amberFor() })).toMatchObject({
      status: 409,
      body: { code: 'regrade.too-much-rests-on-it' },
    });
    expect(await historyOf(original)).toHaveLength(1);
  });

  it.each([
    ['deriving', 'assertion_basis'],
    ['narrowing', 'audit'],
  ])('waits for %s that has begun, and then sees what it came to', async (first, table) => {
    const original = await say('coastal-analyst', { marking: TO_ALL });
    const body = assertionBody({ marking: amberFor(COASTAL, BORDER), basis: [original] });
    const derive = () => send('partner-analyst', 'POST /v1/assertions', body);
    const narrow = () => regrade('coastal-analyst', original, { marking: amberFor(PARTNER) });
    // Whoever came first has read and appended, and cannot write what follows, so it is not committed yet.
    await app.owner.query('BEGIN');
    await app.owner.query(`LOCK TABLE ${table} IN SHARE MODE`);
    const waits = (kind: string) => async () =>
      (
        await rows(
          `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = $1 AND database = (
         SELECT oid FROM pg_database WHERE datname = current_database())`,
          kind,
        )
      ).length > 0;
    const [one, other] = first === 'deriving' ? [derive, narrow] : [narrow, derive];
    const begun = one();
    await until(`${first} did not come to its writes`, waits('relation'));
    let settled = false;
    const met = other().finally(() => (settled = true));
    await until('the other one neither waited nor ended', async () => settled || (await waits('advisory')()));
    await app.owner.query('COMMIT');
    const [a, b] = [await begun, await met];
    const [derived, narrowed] = first === 'deriving' ? [a, b] : [b, a];
    expect(narrowed.status).toBe(200);
    expect(derived.status).toBe(first === 'deriving' ? 201 : 400);
    if (derived.status === 201)
      expect(isAtMostAsWide(await markingOf(derived.body.id), await markingOf(original))).toBe(true);
    else expect(derived.body.code).toBe('marking.wider-than-basis');
  });

  it('carries both where two things that it rests on are narrowed at once, and it is regraded beside them', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, two] = [
        await say('coastal-analyst', { marking: TO_ALL }),
        await say('border-analyst', { marking: TO_ALL }),
      ];
      const derived = await say('partner-analyst', { marking: amberFor(COASTAL, BORDER), basis: [one, two] });
      const outcomes = await Promise.all([
        regrade('coastal-analyst', one, { marking: amberFor(BORDER, PARTNER) }),
        regrade('border-analyst', two, { marking: amberFor(COASTAL, PARTNER) }),
        regrade('partner-analyst', derived, { grading: { scheme: '3x5x2', source: '3', information: 'C' } }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
      const rests = await markingOf(derived);
      for (const basis of [one, two]) expect(isAtMostAsWide(rests, await markingOf(basis))).toBe(true);
      expect((await historyOf(derived)).filter(({ grading }) => grading !== undefined)).toHaveLength(2);
    }
  });

  it('never ends wider than it, however deriving and narrowing meet: 200 pairs, twenty at once', async () => {
    const PAIRS = 200;
    // One pair each way does not meet: both outcomes come up, however unlike the two are in speed.
    const APART = 2;
    const pair = async (at: number): Promise<'derived' | 'refused'> => {
      const original = await say('coastal-analyst', { marking: TO_ALL });
      // Now and then something in between, so that the narrowing has to reach further than it looks.
      const between = at % 3 === 0 ? await say('border-analyst', { marking: TO_ALL, basis: [original] }) : original;
      const body = assertionBody({ marking: TO_ALL, basis: [between] });
      const derive = () => send('partner-analyst', 'POST /v1/assertions', body);
      const narrow = () => regrade('coastal-analyst', original, { marking: amberFor(BORDER) });
      const [one, other] = at % 2 === 0 ? [derive, narrow] : [narrow, derive];
      const begun = one();
      if (at < APART) await begun;
      const [first, second] = await Promise.all([begun, other()]);
      const [derived, narrowed] = at % 2 === 0 ? [first, second] : [second, first];
      expect({ status: narrowed.status, text: narrowed.text }).toMatchObject({ status: 200 });
      const [basis, now] = [await markingOf(between), await markingOf(original)];
      expect(isAtMostAsWide(basis, now)).toBe(true);
      if (derived.status !== 201) {
        expect(derived.body.code).toBe('basis.unknown');
        return 'refused';
      }
      const rests = await markingOf(derived.body.id);
      expect(isAtMostAsWide(rests, basis) && isAtMostAsWide(rests, now)).toBe(true);
      return 'derived';
    };
    const outcomes: string[] = [];
    for (let at = 0; at < PAIRS; at += 20)
      outcomes.push(...(await Promise.all(Array.from({ length: 20 }, (_, n) => pair(at + n)))));
    expect(new Set(outcomes)).toEqual(new Set(['derived', 'refused']));
  }, 180_000);
});
