import { rm } from 'node:fs/promises';
import { SignJWT, UnsecuredJWT } from 'jose';
import { LOG_MIGRATIONS } from '#event-log';
import type { Role } from '#events';
import type { HttpApp, ProblemDocument } from '#runtime';
import { localPath } from '../../infra/local/index.js';
import { ORGANISATIONS, startIssuer, type LocalIssuer } from '../../infra/local/issuer/index.js';
import { STARTUP_MS, uniquePrefix } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import { call, type Answer, type CallOptions } from '../../test/support/http.js';
import { oidcSettings, seedMembers, startDoors } from '../../test/support/doors-app.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { issuerKeys } from './issuer-keys.js';
import { ACCESS_MIGRATIONS } from './migrations/index.js';
import { TokenVerifier } from './token-verifier.js';
import type { Viewer } from './viewer.js';

const coastal = ORGANISATIONS.coastal.organisation;
const dataDir = localPath(uniquePrefix('test-access'));
let database: TestLog;
let owner: TestLog['owner'];
let issuer: LocalIssuer;
let running: HttpApp;

beforeAll(async () => {
  database = await openTestLog('access', [LOG_MIGRATIONS, ACCESS_MIGRATIONS]);
  owner = database.owner;
  issuer = await startIssuer({ dataDir });
  await seedMembers(owner, issuer.issuer);
  running = await startDoors(database.log, issuer);
}, STARTUP_MS);

afterAll(async () => {
  await running?.close();
  await issuer?.stop();
  await database?.close();
  await rm(dataDir, { recursive: true, force: true });
});

function ask(route: string, options: CallOptions = {}): Promise<Answer<ProblemDocument & Viewer>> {
  return call(running.address, route, options);
}

async function refusals(): Promise<{ subject: string; organisation: string | null; ids: string[]; reason: string }[]> {
  const { rows } = await owner.query(
    `SELECT subject, organisation, ids, reason FROM audit WHERE act = 'refusal' ORDER BY seq`,
  );
  return rows as Awaited<ReturnType<typeof refusals>>;
}

async function setRoles(subject: string, roles: Role[]): Promise<void> {
  await owner.query('UPDATE members SET roles = $2 WHERE subject = $1', [subject, roles]);
}

describe('an answer whose route recorded nothing', () => {
  it('stands in the audit all the same, and does not leave where it cannot', async () => {
    const token = await issuer.tokenFor('coastal-analyst');
    const ids = async (): Promise<string[]> => {
      const { rows } = await owner.query<{ line: string }>(
        `SELECT act || ' ' || reason || ' ' || purpose || ' ' || ids[1] AS line FROM audit ORDER BY seq DESC LIMIT 1`,
      );
      return rows.map(({ line }) => line);
    };
    expect((await ask('GET /v1/who', { token, headers: { 'breakwater-purpose': 'OP-TIDE' } })).status).toBe(200);
    expect(await ids()).toEqual(['consultation request.answered OP-TIDE GET /v1/who']);
    expect((await ask('GET /v1/question', { token })).status).toBe(400);
    expect(await ids()).toEqual(['refusal purpose.missing unspecified GET /v1/question']);
    await owner.query('ALTER TABLE audit RENAME TO audit_away');
    try {
      const answer = await ask('GET /v1/who', { token });
      expect([answer.status, answer.headers['content-type']]).toEqual([500, 'application/problem+json']);
      expect(answer.text).not.toContain('analyst');
    } finally {
      await owner.query('ALTER TABLE audit_away RENAME TO audit');
    }
  });
});

describe('a caller', () => {
  it('is whom the issuer names, with organisation, groups and roles as the log knows them', async () => {
    const answer = await ask('GET /v1/who', { token: await issuer.tokenFor('coastal-saltmarsh') });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      organisation: coastal,
      kind: 'agency',
      subject: 'coastal-saltmarsh',
      roles: ['analyst'],
      groups: ['crossing-task-force'],
      compartments: ['saltmarsh'],
    });
  });

  it('cannot name itself: headers and parameters change nothing', async () => {
    const answer = await ask(`GET /v1/who?organisation=${ORGANISATIONS.border.organisation}`, {
      token: await issuer.tokenFor('coastal-analyst'),
      headers: {
        organisation: ORGANISATIONS.border.organisation,
        'x-user': 'border-analyst',
        'x-roles': 'administrator',
      },
    });
    expect(answer.body).toMatchObject({ organisation: coastal, subject: 'coastal-analyst', roles: ['analyst'] });
  });

  describe('without a token that does', () => {
    const wrong: [string, () => Promise<string | undefined>][] = [
      ['no token', () => Promise.resolve(undefined)],
      ['a text that is no token', () => Promise.resolve('not.a.token')],
      ['an expired token', () => issuer.tokenFor('coastal-analyst', { seconds: -60 })],
      ['a token for another audience', () => issuer.tokenFor('coastal-analyst', { audience: 'another-system' })],
      [
        'a token of another issuer',
        () => issuer.tokenFor('coastal-analyst', { issuer: 'http://issuer.localhost/000000000000' }),
      ],
      ['a token without signature', () => Promise.resolve(claims(new UnsecuredJWT({})).encode())],
      ['a token signed with a shared secret', () => signedWithSecret('somebody-knows-this')],
      [
        'a token signed with the public key as the secret',
        async () => signedWithSecret(await (await fetch(issuer.jwksUri)).text()),
      ],
      ['a token that was changed', async () => changed(await issuer.tokenFor('coastal-analyst'))],
      ['a token without an end', () => issuer.tokenFor('coastal-analyst', { seconds: null })],
      [
        'a token of a subject whom no organisation knows',
        () => issuer.tokenFor('coastal-analyst', { subject: 'stranger' }),
      ],
      ['a very long token', () => Promise.resolve('a'.repeat(12_000))],
    ];

    it('gets one and the same answer whatever is wrong', async () => {
      const answers = await Promise.all(
        wrong.map(async ([name, make]) => {
          const token = await make();
          const { status, headers, body } = await ask('GET /v1/who', token === undefined ? {} : { token });
          return [name, status, { ...body, requestId: '' }, Object.keys(headers).sort()];
        }),
      );
      const [, ...first] = answers[0] ?? [];
      expect(first[0]).toBe(401);
      expect(first[1]).toMatchObject({ code: 'not-signed-in' });
      expect(answers).toEqual(wrong.map(([name]) => [name, ...first]));
    });
  });

  it('whom no organisation knows is in the audit; without a subject there is nobody to put there', async () => {
    const before = (await refusals()).length;
    await ask('GET /v1/who');
    await ask('GET /v1/who', { token: await issuer.tokenFor('coastal-analyst', { subject: 'stranger-2' }) });
    expect((await refusals()).slice(before)).toEqual([
      { subject: 'stranger-2', organisation: null, ids: ['GET /v1/who'], reason: 'member.unknown' },
    ]);
  });
});

describe('a door', () => {
  it('is closed to members without its role, and R17: that is in the audit', async () => {
    const before = (await refusals()).length;
    const answer = await ask('POST /v1/admin', { token: await issuer.tokenFor('coastal-analyst') });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('role.missing');
    expect((await ask('POST /v1/admin', { token: await issuer.tokenFor('coastal-administrator') })).text).toBe('in');
    expect((await refusals()).slice(before)).toEqual([
      { subject: 'coastal-analyst', organisation: coastal, ids: ['POST /v1/admin'], reason: 'role.missing' },
    ]);
  });

  it('that names no role is closed to everybody', async () => {
    for (const persona of ['coastal-analyst', 'coastal-administrator', 'operations-administrator']) {
      const answer = await ask('GET /v1/forgotten', { token: await issuer.tokenFor(persona) });
      expect(answer.status).toBe(403);
    }
  });

  it('is the same in every spelling of its address', async () => {
    const spellings = [
      '/v1/%61dmin',
      '/v1/admin/',
      '/V1/admin',
      '//v1/admin',
      '/v1/./admin',
      '/v1/x/../admin',
      '/v1%2fadmin',
      '/v1/admin?x=1',
      '/v1/admin%00',
      '/v1/admin;a=b',
      '/v1/%2561dmin',
      '/v1/admin.json',
    ];
    for (const spelling of spellings) {
      const answer = await ask(`POST ${spelling}`, { token: await issuer.tokenFor('coastal-analyst') });
      expect([spelling, [400, 403, 404].includes(answer.status)]).toEqual([spelling, true]);
    }
  });

  it('of a question asks what the question is for', async () => {
    const token = await issuer.tokenFor('coastal-analyst');
    const answer = await ask('GET /v1/question', { token });
    expect([answer.status, answer.body.code]).toEqual([400, 'purpose.missing']);
    const asked = await ask('GET /v1/question', { token, headers: { 'breakwater-purpose': 'OP-SALTMARSH/12' } });
    expect(asked.body).toEqual({ purpose: 'OP-SALTMARSH/12' });
  });
});

describe('a token', () => {
  const settings = () => oidcSettings(issuer).oidc;

  it('is checked once and then known by its hash, until it expires and not longer', async () => {
    let now = Date.now();
    let looks = 0;
    const keys = issuerKeys(issuer.jwksUri);
    const counting: typeof keys = (...asked) => {
      looks += 1;
      return keys(...asked);
    };
    const verifier = new TokenVerifier(settings(), { keys: counting, clock: () => new Date(now) });
    const token = await issuer.tokenFor('coastal-analyst', { seconds: 60 });
    const who = await Promise.all([verifier.verify(token), verifier.verify(token)]);
    expect(who[0]).toEqual({ issuer: issuer.issuer, subject: 'coastal-analyst' });
    const looked = looks;
    await verifier.verify(token);
    expect(looks).toBe(looked);
    await verifier.verify(await issuer.tokenFor('coastal-analyst', { seconds: 61 }));
    expect(looks).toBe(looked + 1);
    now += 70_000;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.expired', kind: 'Unauthenticated' });
  });

  it('under an algorithm that is not on the list does not do, although its key is the issuer’s', async () => {
    const verifier = new TokenVerifier({ ...settings(), algorithms: ['PS256'] });
    const token = await issuer.tokenFor('coastal-analyst');
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.algorithm' });
    await expect(new TokenVerifier(settings()).verify(token)).resolves.toMatchObject({ subject: 'coastal-analyst' });
  });

  it('is what a machine gets for its own credentials, and nobody without them', async () => {
    const form = (secret: string): RequestInit => ({
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'coastal-importer',
        client_secret: secret,
      }),
    });
    const endpoint = issuer.tokenUrl;
    const given = await fetch(endpoint, form(issuer.secretOf('coastal-importer')));
    const { access_token: token } = (await given.json()) as { access_token: string };
    expect((await ask('GET /v1/who', { token })).body).toMatchObject({
      subject: 'coastal-importer',
      organisation: coastal,
    });
    expect((await fetch(endpoint, form('a guess'))).status).toBe(401);
  });
});

describe('a right that is lost', () => {
  it('is gone at the next request, although the token is still good', async () => {
    const token = await issuer.tokenFor('border-administrator');
    expect((await ask('POST /v1/admin', { token })).status).toBe(201);
    await setRoles('border-administrator', ['analyst']);
    expect((await ask('POST /v1/admin', { token })).status).toBe(403);
    expect((await ask('GET /v1/who', { token })).body.roles).toEqual(['analyst']);
    await setRoles('border-administrator', ['administrator']);
  });

  it('of membership makes a stranger at the next request', async () => {
    const token = await issuer.tokenFor('border-authoriser', { subject: 'border-auditor' });
    expect((await ask('GET /v1/who', { token })).status).toBe(200);
    await owner.query(`DELETE FROM members WHERE subject = 'border-auditor'`);
    expect((await ask('GET /v1/who', { token })).status).toBe(401);
  });
});

describe('the keys of the issuer', () => {
  it('may be new: a running app finds the one that a token names, and the old one still does', async () => {
    const old = await issuer.tokenFor('coastal-analyst', { seconds: 600 });
    await issuer.rotate({ algorithm: 'ES256' });
    const token = await issuer.tokenFor('coastal-analyst');
    // After a look for a key there is a pause, so that a flood of invented keys does not reach the issuer.
    await until('The app did not find the new key', async () => (await ask('GET /v1/who', { token })).status === 200);
    expect((await ask('GET /v1/who', { token: old })).status).toBe(200);
  });

  it('that are withdrawn make their tokens worthless once the keys are fetched again', async () => {
    const old = await issuer.tokenFor('coastal-analyst', { seconds: 700 });
    await issuer.rotate({ dropOld: true });
    const fresh = await startDoors(database.log, issuer);
    try {
      expect((await call(fresh.address, 'GET /v1/who', { token: old })).status).toBe(401);
    } finally {
      await fresh.close();
    }
  });

  describe('while the issuer does not answer', () => {
    let silent: LocalIssuer;
    beforeEach(async () => {
      silent = await startIssuer({ dataDir: `${dataDir}/silent` });
    });
    afterEach(() => silent.stop());

    it('are those of its last good answer, for as long as an outage may last', async () => {
      let now = Date.now();
      const keys = issuerKeys(silent.jwksUri, { freshMs: 0, outageMs: 60_000, now: () => now });
      const { oidc } = oidcSettings(silent);
      const token = (seconds: number): Promise<string> => silent.tokenFor('coastal-analyst', { seconds });
      const identity = { issuer: silent.issuer, subject: 'coastal-analyst' };
      expect(await new TokenVerifier(oidc, { keys }).verify(await token(600))).toEqual(identity);
      await silent.stop();
      now += 59_000;
      expect(await new TokenVerifier(oidc, { keys }).verify(await token(700))).toEqual(identity);
      now += 2_000;
      await expect(new TokenVerifier(oidc, { keys }).verify(await token(800))).rejects.toMatchObject({
        code: 'issuer.unavailable',
        kind: 'Unavailable',
      });
    });

    it('leave an app that never had them saying "not now" instead of "no"', async () => {
      const unknowing = await startDoors(database.log, silent);
      await silent.stop();
      try {
        const token = await silent.tokenFor('coastal-analyst');
        const answer = await call<ProblemDocument>(unknowing.address, 'GET /v1/who', { token });
        expect([answer.status, answer.body.code, answer.body.retriable]).toEqual([503, 'issuer.unavailable', true]);
      } finally {
        await unknowing.close();
      }
    });
  });
});

function claims<Token extends SignJWT | UnsecuredJWT>(token: Token): Token {
  return token
    .setIssuer(issuer.issuer)
    .setSubject('coastal-analyst')
    .setAudience(issuer.audience)
    .setExpirationTime('1h') as Token;
}

function signedWithSecret(secret: string): Promise<string> {
  return claims(new SignJWT({}))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret.padEnd(32)));
}

function changed(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return [
    header,
    Buffer.from(JSON.stringify({ ...said, sub: 'coastal-administrator' })).toString('base64url'),
    signature,
  ].join('.');
}
