import { randomUUID } from 'node:crypto';
import { checkProof, recordAct, type AuditProof, type ChainPage } from '#access';
import { ORGANISATIONS, PERSONAS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { assertionBody, newKey } from '../../../test/support/assertions.js';
import { AUDIT_KEY, sealAndSign, sealEverything } from '../../../test/support/audit-sealer.js';
import { openTestCommandApp, type TestCommandApp } from '../../../test/support/command-app.js';
import { call, type Answer, type CallOptions } from '../../../test/support/http.js';
import { AuditClient } from './audit-client.js';
import type { EntryPage } from './audit-reader.js';
import { verifyPages } from './verify.js';

/** Numbers and names are those kept for fiction. */
const NUMBER = '+44 7700 900188';
const NOWHERE = '0193a1f2-7c00-7000-8000-00000000dead';
const PURPOSE = { 'breakwater-purpose': 'audit-spec' };

let app: TestCommandApp;

beforeAll(async () => {
  app = await openTestCommandApp('audit-routes');
}, STARTUP_MS);
afterAll(() => app?.close());

async function as<Body = Record<string, never>>(
  persona: string,
  route: string,
  options: CallOptions = {},
): Promise<Answer<Body>> {
  const headers = { ...PURPOSE, ...options.headers };
  return await call<Body>(app.address, route, { token: await app.tokenOf(persona), ...options, headers });
}

/** A trace that the caller begins, so that its acts can be found. */
function trace(): { id: string; headers: Record<string, string> } {
  const id = randomUUID().replaceAll('-', '');
  return { id, headers: { traceparent: `00-${id}-00f067aa0ba902b7-01` } };
}

async function rowsOf(id: string): Promise<{ act: string; reason: string | null; subject: string; purpose: string }[]> {
  const { rows } = await app.owner.query('SELECT act, reason, subject, purpose FROM audit WHERE correlation_id = $1', [
    id,
  ]);
  return rows as never;
}

interface Operation {
  'x-roles'?: string[];
  requestBody?: { content: Record<string, unknown> };
}

async function routes(): Promise<{ route: string; roles: string[]; ndjson: boolean }[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(
    app.address,
    'GET /v1/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'seq' ? '999' : name === 'stream' ? `assertion-${NOWHERE}` : NOWHERE))}`,
      roles: operation['x-roles'] ?? [],
      ndjson: 'application/x-ndjson' in (operation.requestBody?.content ?? {}),
    })),
  );
}

describe('every route of the command interface', () => {
  it('leaves something in the audit of each request: who comes in, who is refused, and whoever may not enter', async () => {
    const silent: string[] = [];
    const all = await routes();
    expect(all.length).toBeGreaterThan(12);
    for (const { route, roles, ndjson } of all) {
      const enters = PERSONAS.find((persona) => persona.roles.some((role) => roles.includes(role)))!.name;
      const stays = PERSONAS.find((persona) => !persona.roles.some((role) => roles.includes(role)))?.name;
      for (const persona of [enters, stays]) {
        if (persona === undefined) continue;
        const { id, headers } = trace();
        const body = route.startsWith('GET')
          ? {}
          : ndjson
            ? { bytes: '{"reference":"x"}\n', headers: { 'content-type': 'application/x-ndjson' } }
            : { json: {} };
        const answer = await as(persona, route, { ...body, headers: { ...newKey(), ...headers, ...body.headers } });
        const rows = await rowsOf(id);
        if (rows.length === 0 || rows.some(({ subject }) => subject !== persona))
          silent.push(`${persona}: ${route} ${answer.status}`);
        if (answer.status >= 400)
          expect(rows.map(({ act }) => act)).toContain(answer.status === 404 ? rows[0]?.act : 'refusal');
      }
    }
    expect(silent).toEqual([]);
  });

  it('says which act it was, also of a repeat that got its kept answer', async () => {
    const key = newKey();
    const first = trace();
    const made = await as<{ id: string }>('coastal-analyst', 'POST /v1/assertions', {
      json: assertionBody(),
      headers: { ...key, ...first.headers },
    });
    expect(await rowsOf(first.id)).toMatchObject([{ act: 'collection', purpose: 'operation-tern' }]);
    const second = trace();
    await as('coastal-analyst', 'POST /v1/assertions', {
      json: assertionBody(),
      headers: { ...key, ...second.headers },
    });
    expect(await rowsOf(second.id)).toMatchObject([{ act: 'consultation', reason: 'request.answered' }]);
    const joined = trace();
    const same = {
      relation: 'SAME_AS',
      object: { kind: 'account', value: '100012346', platform: 'telegram' },
    };
    const joining = await as('coastal-analyst', 'POST /v1/assertions', {
      json: assertionBody({ statements: [same], basis: [made.body.id] }),
      headers: { ...newKey(), ...joined.headers },
    });
    expect(joining.status).toBe(201);
    expect((await rowsOf(joined.id)).map(({ act }) => act).toSorted()).toEqual(['collection', 'combination']);
    const withdrawn = trace();
    const words = { reason: 'said in error', purpose: 'operation-tern' };
    await as('coastal-analyst', `POST /v1/assertions/${made.body.id}/withdraw`, {
      json: words,
      headers: { ...newKey(), ...withdrawn.headers },
    });
    expect(await rowsOf(withdrawn.id)).toMatchObject([{ act: 'alteration' }]);
  });

  it('keeps no personal data in it: no identifier, no name, no text that somebody wrote', async () => {
    const secrets = [
      '7700900177',
      '7700 900177',
      'Marlow Quenby',
      'quenby@example.org',
      'sandpiper.ferry',
      'seen at the slipway',
    ];
    const statements = [
      { relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '+44 7700 900177' } },
      { relation: 'HAS_NAME', object: { kind: 'name', value: 'Marlow Quenby' } },
      { relation: 'HAS_HANDLE', object: { kind: 'handle', value: 'sandpiper.ferry', platform: 'instagram' } },
      { relation: 'STATED', property: 'remark', value: 'seen at the slipway' },
    ];
    const ask = { headers: newKey(), json: assertionBody({ statements, reference: 'case/quenby@example.org' }) };
    expect((await as('coastal-analyst', 'POST /v1/assertions', ask)).status).toBe(201);
    for (const json of [
      { value: '+44 7700 900177' },
      { value: 'quenby@example.org' },
      { id: 'Marlow Quenby' },
      { value: 'Marlow Quenby', kind: 'name' },
    ])
      await as('coastal-auditor', 'POST /v1/audit/subject', { json });
    await as('coastal-analyst', 'POST /v1/assertions', { json: { reason: 'quenby@example.org' }, headers: newKey() });
    await as('coastal-auditor', 'GET /v1/log/streams/Marlow%20Quenby');
    const { rows } = await app.owner.query<{ text: string }>('SELECT audit::text AS text FROM audit');
    const all = rows.map(({ text }) => text).join('\n');
    expect(secrets.filter((secret) => all.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
    expect(secrets.filter((secret) => app.lines.join('\n').includes(secret))).toEqual([]);
  });
});

describe('an auditor', () => {
  const seen: Record<string, number> = {};

  beforeAll(async () => {
    for (const [organisation, subject] of [
      [ORGANISATIONS.coastal.organisation, 'coastal-analyst'],
      [ORGANISATIONS.border.organisation, 'border-analyst'],
    ] as const)
      await recordAct(app.store.log, {
        act: 'consultation',
        viewer: { organisation, subject },
        purpose: 'OP-TIDE',
        ids: [await idOf(NUMBER)],
        reason: 'question.entity-card',
      });
    await sealAndSign(app.store.log);
  });

  /** Public id of a number, as the answer of a command names it. */
  async function idOf(value: string): Promise<string> {
    const statements = [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value } }];
    const { body } = await as<{ entities: { kind: string; id: string }[] }>('coastal-analyst', 'POST /v1/assertions', {
      json: assertionBody({ statements }),
      headers: newKey(),
    });
    return body.entities.find(({ kind }) => kind === 'phone-number')!.id;
  }

  it('learns who looked at a number, when and why: of their own organisation; those of the operators, of all', async () => {
    const subjects = async (persona: string, json: object): Promise<string[]> => {
      const { body } = await as<EntryPage>(persona, 'POST /v1/audit/subject', { json });
      return body.entries.map(({ entry }) => `${entry.subject} ${entry.purpose} ${entry.reason}`);
    };
    const coastal = 'coastal-analyst OP-TIDE question.entity-card';
    const border = 'border-analyst OP-TIDE question.entity-card';
    for (const json of [
      { value: NUMBER },
      { value: '07700 900188', kind: 'phone-number', region: 'GB' },
      { id: await idOf(NUMBER) },
    ]) {
      expect(await subjects('coastal-auditor', json)).toEqual([coastal]);
      expect(await subjects('border-auditor', json)).toEqual([border]);
      expect(await subjects('operations-auditor', json)).toEqual([coastal, border]);
    }
    expect(await subjects('coastal-auditor', { value: '+44 7700 900199' })).toEqual([]);
  });

  it('pages through the acts of their organisation, and never meets another one', async () => {
    const read: EntryPage['entries'] = [];
    for (let after = 0; ; after = read.at(-1)!.place) {
      const { body } = await as<EntryPage>('coastal-auditor', `GET /v1/audit/entries?after=${after}&limit=7`);
      read.push(...body.entries);
      if (!body.truncated) break;
    }
    expect(read.length).toBeGreaterThan(7);
    expect(new Set(read.map(({ entry }) => entry.organisation))).toEqual(new Set([ORGANISATIONS.coastal.organisation]));
    expect(read.map(({ place }) => place)).toEqual(read.map(({ place }) => place).toSorted((a, b) => a - b));
    const all = await as<EntryPage>('operations-auditor', 'GET /v1/audit/entries?limit=200');
    expect(new Set(all.body.entries.map(({ entry }) => entry.organisation)).size).toBeGreaterThan(2);
    seen['own'] = read.at(-1)!.entry.seq;
    seen['foreign'] = all.body.entries.find(
      ({ entry }) => entry.organisation === ORGANISATIONS.border.organisation,
    )!.entry.seq;
  });

  it('gets a proof that a partner checks offline; a foreign entry and none at all answer alike', async () => {
    const { body: proof } = await as<AuditProof>('coastal-auditor', `GET /v1/audit/entries/${seen['own']}/proof`);
    expect(checkProof(proof, AUDIT_KEY.id)).toMatchObject({ holds: true });
    expect(checkProof(proof, 'another')).toMatchObject({ holds: false });
    const lies: AuditProof[] = [
      { ...proof, entry: { ...proof.entry, purpose: 'other' } },
      { ...proof, entry: { ...proof.entry, ids: [...proof.entry.ids, 'x'] } },
      { ...proof, place: proof.place - 1 },
      { ...proof, before: 'ff'.repeat(32) },
      { ...proof, after: [...proof.after, 'ff'.repeat(32)] },
      { ...proof, checkpoint: `${proof.checkpoint.slice(0, -8)}AAAAAAAA` },
    ];
    for (const lie of lies) expect(checkProof(lie)).toMatchObject({ holds: false });
    const foreign = await as('coastal-auditor', `GET /v1/audit/entries/${seen['foreign']}/proof`);
    const none = await as('coastal-auditor', 'GET /v1/audit/entries/99999999/proof');
    const told = ({ status, body }: Answer<object>): object => ({ status, ...body, requestId: '' });
    expect(told(foreign)).toEqual(told(none));
    expect(foreign.status).toBe(404);
    await sealEverything(app.store.log);
    const { rows } = await app.owner.query<{ seq: string }>(
      `SELECT max(seq) AS seq FROM audit WHERE organisation = $1`,
      [ORGANISATIONS.coastal.organisation],
    );
    const young = await as<{ code: string; retriable: boolean }>(
      'coastal-auditor',
      `GET /v1/audit/entries/${rows[0]?.seq}/proof`,
    );
    expect(young.body).toMatchObject({ code: 'audit.not-signed-yet', retriable: true });
  });

  it('verifies the whole chain, with the entries of others as hashes; and finds a change, also with the kept checkpoint', async () => {
    const client = (persona: string): AuditClient =>
      new AuditClient({ url: app.address, token: () => app.tokenOf(persona) }, 'audit-spec');
    const witness = await sealAndSign(app.store.log);
    const verify = (persona: string) =>
      verifyPages(client(persona).chain(), { witnesses: [witness], keys: [] }, () => undefined);
    const [partner, operators] = [await verify('partner-auditor'), await verify('operations-auditor')];
    expect(partner).toMatchObject({ ok: true, checkpoints: 2, vouchedFor: witness.place });
    expect(operators).toMatchObject({ ok: true, entries: operators.places });
    expect(partner.entries).toBeLessThan(partner.places / 2);
    const { body: page } = await as<ChainPage>('partner-auditor', 'GET /v1/audit/chain?limit=2000');
    expect(JSON.stringify(page)).not.toContain('coastal-analyst');
    await app.owner.query(
      `UPDATE audit SET purpose = 'other' WHERE seq = (SELECT seq FROM audit_chain WHERE place = 5)`,
    );
    for (const persona of ['partner-auditor', 'operations-auditor'])
      expect(await verify(persona)).toMatchObject({ ok: false, places: 4, fault: { place: 5, code: 'entry.changed' } });
  });

  it('keeps the newest checkpoint, and is recorded in each of these readings', async () => {
    const witness = await sealAndSign(app.store.log);
    const { body } = await as<{ checkpoints: string[] }>('partner-auditor', 'GET /v1/audit/checkpoints?newest=yes');
    expect(body.checkpoints.length).toBe(1);
    expect(JSON.parse(Buffer.from(body.checkpoints[0]!.split('.')[1]!, 'base64url').toString())).toMatchObject({
      place: witness.place,
    });
    const { rows } = await app.owner.query<{ reason: string }>(
      `SELECT DISTINCT reason FROM audit WHERE act = 'consultation' AND reason LIKE 'audit.%' ORDER BY reason`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      'audit.chain',
      'audit.checkpoints',
      'audit.entries',
      'audit.proof',
      'audit.subject',
    ]);
    expect((await as('coastal-analyst', 'GET /v1/audit/entries')).status).toBe(403);
  });
});
