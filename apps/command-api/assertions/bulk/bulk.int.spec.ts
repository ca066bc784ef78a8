import { request as httpRequest } from 'node:http';
import { STARTUP_MS } from '../../../../infra/local/test-servers.js';
import { assertionBody, type AssertionBody } from '../../../../test/support/assertions.js';
import { openTestCommandApp, type TestCommandApp } from '../../../../test/support/command-app.js';
import { call, type Answer } from '../../../../test/support/http.js';
import type { LineOutcome, Summary } from '../../bulk-intake/outcome.js';

let app: TestCommandApp;
let token: string;

beforeAll(async () => {
  app = await openTestCommandApp('bulk');
  token = await app.tokenOf('coastal-analyst');
}, STARTUP_MS);
afterAll(() => app.close());

interface BulkAnswer {
  status: number;
  call: string;
  outcomes: LineOutcome[];
  summary: Summary;
}

type Sent = AssertionBody | string | Buffer;

function bytesOf(lines: readonly Sent[]): Buffer {
  return Buffer.concat(
    lines.flatMap((line) => [
      Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
      Buffer.from('\n'),
    ]),
  );
}

async function bulk(lines: readonly Sent[] | Buffer, by = token): Promise<BulkAnswer> {
  const bytes = Buffer.isBuffer(lines) ? lines : bytesOf(lines);
  const headers = { 'content-type': 'application/x-ndjson' };
  return read(await call(app.address, 'POST /v1/assertions/bulk', { token: by, bytes, headers }));
}

function read(answer: Answer): BulkAnswer {
  const parsed = answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LineOutcome | { summary: Summary });
  const last = parsed.pop() as { summary: Summary };
  return {
    status: answer.status,
    call: String(answer.headers['bulk-call']),
    outcomes: parsed as LineOutcome[],
    summary: last.summary,
  };
}

let series = 0;
function numbered(count: number, changes: AssertionBody = {}): AssertionBody[] {
  series += 1;
  return Array.from({ length: count }, (_, index) =>
    assertionBody({ reference: `row-${series}/${index + 1}`, ...changes }),
  );
}

async function count(sql: string, ...params: unknown[]): Promise<number> {
  return Number(((await app.owner.query(sql, params)).rows as { count: string }[])[0]?.count);
}

/** The database is gone for the app: no session of it is left, and none is given. */
async function cutOff(role: string): Promise<void> {
  await app.owner.query(`ALTER ROLE "${role}" CONNECTION LIMIT 0`);
  await app.owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
}

const keptOnce = (prefix: string): Promise<number> =>
  count(`SELECT count(*) FROM events WHERE (body::jsonb -> 'data' ->> 'reference') LIKE $1`, `${prefix}%`);

describe('bulk intake', () => {
  it('answers each line in order, keeps each good one, and says the totals', async () => {
    const lines = numbered(1_203);
    const { status, outcomes, summary, call: id } = await bulk(lines);
    expect(status).toBe(200);
    expect(outcomes.map(({ line, reference, outcome }) => ({ line, reference, outcome }))).toEqual(
      lines.map(({ reference }, index) => ({ line: index + 1, reference, outcome: 'accepted' })),
    );
    expect(summary).toEqual({ lines: 1_203, accepted: 1_203, duplicates: 0, refused: 0, call: id, complete: true });
    expect(new Set(outcomes.map((each) => 'id' in each && each.id)).size).toBe(1_203);
    expect(await keptOnce(`row-${series}/`)).toBe(1_203);
  });

  it('commits at most 500 lines in one transaction', async () => {
    const { call: id } = await bulk(numbered(1_100));
    const most = await app.owner.query(
      `SELECT max(lines) AS most, count(*) AS chunks FROM (SELECT array_length(string_to_array(trim(outcomes, E'\\n'), E'\\n'), 1) AS lines FROM bulk_chunks WHERE call = $1) AS c`,
      [id],
    );
    expect(Number((most.rows[0] as { most: string }).most)).toBeLessThanOrEqual(500);
    expect(Number((most.rows[0] as { chunks: string }).chunks)).toBeGreaterThanOrEqual(3);
  });

  it('gives a repeat of the call the same ids, and adds nothing', async () => {
    const lines = numbered(30);
    const first = await bulk(lines);
    const again = await bulk(lines);
    expect(again.outcomes).toEqual(first.outcomes.map((each) => ({ ...each, outcome: 'duplicate-of' })));
    expect(again.summary).toMatchObject({ accepted: 0, duplicates: 30 });
    expect(await keptOnce(`row-${series}/`)).toBe(30);
  });

  it('takes the first of two lines with one reference, and refuses the other where it says something else', async () => {
    const [line = {}] = numbered(1);
    const { outcomes } = await bulk([line, line, { ...line, purpose: 'operation-other' }]);
    expect(outcomes).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'duplicate-of', id: outcomes[0] !== undefined && 'id' in outcomes[0] ? outcomes[0].id : '' },
      { outcome: 'refused', code: 'reference.other-content', faults: [{ pointer: '/reference' }] },
    ]);
  });

  it('keeps each row once when several callers of an organisation send the same delivery at once', async () => {
    const lines = numbered(700);
    const colleague = await app.tokenOf('coastal-importer');
    const answers = await Promise.all([bulk(lines), bulk([...lines].reverse(), colleague), bulk(lines)]);
    expect(await keptOnce(`row-${series}/`)).toBe(700);
    const ids = answers.map(
      ({ outcomes }) => new Map(outcomes.map((each) => [each.reference, 'id' in each ? each.id : each.code])),
    );
    expect(ids[1]).toEqual(new Map([...(ids[0] ?? [])].reverse()));
    expect(ids[2]).toEqual(ids[0]);
    expect(answers.reduce((sum, { summary }) => sum + summary.accepted, 0)).toBe(700);
  });

  it('refuses each faulty line with its number, its reference and the field, and keeps the good ones between them', async () => {
    const good = numbered(6);
    const [a = {}, b = {}, c = {}, d = {}, e = {}, f = {}] = good;
    const { outcomes, summary } = await bulk([
      a,
      '{"subject":',
      b,
      '',
      Buffer.from('{"purpose":"\xff"}', 'latin1'),
      { ...c, origin: 'a\0b', reference: 'nul' },
      c,
      'x'.repeat(10 * 1024 * 1024),
      d,
      { ...d, reference: 'unknown-field', colour: 'red' },
      { ...d, reference: 'wrong-type', statements: [{ relation: 'USES_NUMBER', object: 5 }] },
      '[1]',
      '   ',
      e,
      { ...e, reference: undefined },
      { ...e, reference: 'rule', subject: { kind: 'handle', value: 'safeway' } },
      { ...e, reference: 'spill', marking: { gsc: 'SECRET', tlp: 'RED' } },
      Buffer.from(JSON.stringify({ ...e, reference: 'half' }).replace('report 17', '\\ud800')),
      f,
    ]);
    const refused = outcomes.flatMap((each) =>
      each.outcome === 'refused' ? [[each.line, each.reference, each.code, each.faults[0]?.pointer]] : [],
    );
    expect(refused).toEqual([
      [2, null, 'line.not-json', ''],
      [5, null, 'line.not-utf8', ''],
      [6, null, 'text.nul', '/origin'],
      [8, null, 'line.too-long', ''],
      [10, 'unknown-field', 'field.unknown', '/colour'],
      [11, 'wrong-type', 'field.type', '/statements/0/object'],
      [12, null, 'field.type', ''],
      [15, null, 'field.missing', '/reference'],
      [16, 'rule', 'identifier.platform-missing', '/subject/value'],
      [17, null, 'marking.above-official', ''],
      [18, null, 'text.not-unicode', '/origin'],
    ]);
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted').map(({ line }) => line)).toEqual([
      1, 3, 7, 9, 14, 19,
    ]);
    expect(summary).toMatchObject({ lines: 17, accepted: 6, duplicates: 0, refused: 11, complete: true });
    expect(await keptOnce(`row-${series}/`)).toBe(6);
  });

  it('reads a byte-order mark, carriage returns and a last line without an end', async () => {
    const lines = numbered(3).map((line) => JSON.stringify(line));
    const { outcomes } = await bulk(Buffer.from(`\ufeff${lines.join('\r\n')}`));
    expect(outcomes.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
    ]);
  });

  it('of nothing is answered with a summary of nothing', async () => {
    const { outcomes, summary } = await bulk(Buffer.from('\n\n'));
    expect(outcomes).toEqual([]);
    expect(summary).toMatchObject({ lines: 0, complete: true });
  });

  it('gives its report again to the caller, and to nobody else', async () => {
    const lines = [...numbered(600), '{'];
    const first = await bulk(lines);
    const route = `GET /v1/assertions/bulk/${first.call}/report`;
    const report = read(await call(app.address, route, { token }));
    expect(report).toMatchObject({ outcomes: first.outcomes, summary: first.summary });
    for (const persona of ['coastal-importer', 'border-analyst'])
      expect((await call(app.address, route, { token: await app.tokenOf(persona) })).status).toBe(404);
    expect((await call(app.address, 'GET /v1/assertions/bulk/x/report', { token })).status).toBe(404);
  });

  it('writes into the audit what was taken in, and what was refused by which rule', async () => {
    const lines = numbered(3, { purpose: 'audited' });
    const { outcomes } = await bulk([
      ...lines,
      { ...lines[0], reference: 'r', grading: { scheme: '4x4', source: 'A', information: 'A' } },
    ]);
    const { rows } = await app.owner.query('SELECT act, reason, ids FROM audit WHERE purpose = $1 ORDER BY act', [
      'audited',
    ]);
    expect(rows).toEqual([
      {
        act: 'collection',
        reason: null,
        ids: [expect.stringMatching(/^bulk-/), ...outcomes.flatMap((each) => ('id' in each ? [each.id] : []))],
      },
      { act: 'refusal', reason: 'grading.codes', ids: [expect.stringMatching(/^bulk-/)] },
    ]);
  });

  it('asks for its own content type, and for a caller who may assert', async () => {
    const json = await call(app.address, 'POST /v1/assertions/bulk', { token, json: assertionBody() });
    expect(json.status).toBe(415);
    const auditor = await call(app.address, 'POST /v1/assertions/bulk', {
      token: await app.tokenOf('coastal-auditor'),
      bytes: bytesOf(numbered(1)),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(auditor.status).toBe(403);
  });

  it('answers a slow sender line by line', async () => {
    const [first = {}, second = {}] = numbered(2);
    const seen = await new Promise<string[]>((resolve, reject) => {
      const { hostname, port } = new URL(app.address);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
      const sending = httpRequest(
        { hostname, port, method: 'POST', path: '/v1/assertions/bulk', headers },
        (response) => {
          const parts: string[] = [];
          response.setEncoding('utf8').on('data', (part: string) => {
            parts.push(part);
            // The second line is sent only when the first is answered.
            if (parts.length === 1) sending.end(`${JSON.stringify(second)}\n`);
          });
          response.on('end', () => resolve(parts.join('').trim().split('\n')));
        },
      );
      sending.on('error', reject);
      sending.write(`${JSON.stringify(first)}\n`);
    });
    expect(seen).toHaveLength(3);
  });

  it('takes in a whole call whose sender reads no answer before it has sent everything', async () => {
    const lines = numbered(20_000).map((line) => JSON.stringify({ ...line, subject: { kind: 'nothing' } }));
    const { hostname, port } = new URL(app.address);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', connection: 'close' };
    const text = await new Promise<string>((resolve, reject) => {
      const sending = httpRequest({
        hostname,
        port,
        method: 'POST',
        path: '/v1/assertions/bulk',
        headers,
        agent: false,
      });
      sending.on('error', reject);
      sending.on('socket', (socket) => {
        // Nothing is read from the socket until the last byte has gone out.
        socket.on('connect', () => socket.pause());
        sending.on('finish', () => socket.resume());
      });
      sending.on('response', (response) => {
        const parts: Buffer[] = [];
        response
          .on('data', (part: Buffer) => parts.push(part))
          .on('end', () => resolve(Buffer.concat(parts).toString()));
      });
      sending.end(lines.join('\n'));
    });
    const answered = text.trim().split('\n');
    expect(answered).toHaveLength(20_001);
    expect(JSON.parse(answered.at(-1) ?? '')).toMatchObject({
      summary: { lines: 20_000, refused: 20_000, complete: true },
    });
    const numbers = answered.slice(0, -1).map((line) => (JSON.parse(line) as LineOutcome).line);
    expect(numbers).toEqual(lines.map((_, index) => index + 1));
  });

  it('stops where the store stops, says so at once, and goes on from there when the call is repeated', async () => {
    const lines = numbered(2).map((line) => `${JSON.stringify(line)}\n`);
    const [first = '', second = ''] = lines;
    const role = new URL(app.store.url).username;
    const { hostname, port } = new URL(app.address);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
    const text = await new Promise<string>((resolve, reject) => {
      const sending = httpRequest(
        { hostname, port, method: 'POST', path: '/v1/assertions/bulk', headers, agent: false },
        (response) => {
          let said = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            if (said === '')
              cutOff(role).then(
                () => sending.end(second),
                (error: Error) => reject(error),
              );
            said += part;
          });
          response.on('end', () => resolve(said));
        },
      );
      sending.on('error', reject);
      sending.write(first);
    });
    await app.owner.query(`ALTER ROLE "${role}" CONNECTION LIMIT -1`);
    const [answered = '', last = ''] = text.trim().split('\n');
    expect(JSON.parse(answered)).toMatchObject({ line: 1, outcome: 'accepted' });
    expect(JSON.parse(last)).toMatchObject({
      summary: { lines: 1, accepted: 1, complete: false, problem: { code: 'log.unavailable', retriable: true } },
    });
    const again = await bulk(Buffer.from(lines.join('')));
    expect(again.summary).toMatchObject({ accepted: 1, duplicates: 1, complete: true });
  });

  it('drops the half line of a sender that was cut off, keeps the rest, and says in the report that it is not complete', async () => {
    const lines = numbered(5);
    const { hostname, port } = new URL(app.address);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'content-length': '1000000',
    };
    const id = await new Promise<string>((resolve, reject) => {
      const sending = httpRequest(
        { hostname, port, method: 'POST', path: '/v1/assertions/bulk', headers, agent: false },
        (response) => {
          response.once('data', () => sending.destroy());
          response.on('error', () => undefined).on('close', () => resolve(String(response.headers['bulk-call'])));
        },
      );
      sending.on('error', reject);
      sending.write(
        `${lines
          .slice(0, 4)
          .map((line) => JSON.stringify(line))
          .join('\n')}\n${JSON.stringify(lines[4])}`,
      );
    });
    const until = Date.now() + 10_000;
    let report = read(await call(app.address, `GET /v1/assertions/bulk/${id}/report`, { token }));
    while (report.summary.lines !== 4) {
      if (Date.now() > until) throw new Error('the call that was cut off was not concluded within 10 s');
      report = read(await call(app.address, `GET /v1/assertions/bulk/${id}/report`, { token }));
    }
    expect(report.summary).toMatchObject({ accepted: 4, complete: false });
    expect(await keptOnce(`row-${series}/`)).toBe(4);
    expect((await bulk(lines)).summary).toMatchObject({ accepted: 1, duplicates: 4, complete: true });
  });
});
