import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { ALL_MIGRATIONS } from '../../test/support/command-app.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { ANSWERS_KEPT, REPORTS_KEPT, forgetAnswers } from './forget-answers.js';

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog('forget-answers', ALL_MIGRATIONS);
}, STARTUP_MS);
afterAll(() => test?.close());

const CALLER = '0193a1f2-7c00-7000-8000-000000000001';

async function keep(name: string, age: string): Promise<void> {
  await test.owner.query(
    `INSERT INTO idempotency_keys (organisation, subject, key, fingerprint, status, answer, at)
     VALUES ($1, 'analyst', $2, '\\x00', 201, '{}', clock_timestamp() - $3::interval)`,
    [CALLER, name, age],
  );
  const { rows } = await test.owner.query<{ call: string }>(
    `INSERT INTO bulk_calls (call, organisation, subject, begun_at)
     VALUES (gen_random_uuid(), $1, $2, clock_timestamp() - $3::interval) RETURNING call`,
    [CALLER, name, age],
  );
  await test.owner.query(`INSERT INTO bulk_chunks (call, chunk, outcomes) VALUES ($1, 0, '')`, [rows[0]?.call]);
}

async function kept(table: 'idempotency_keys' | 'bulk_calls'): Promise<string[]> {
  const column = { idempotency_keys: 'key', bulk_calls: 'subject' }[table];
  const { rows } = await test.owner.query<{ name: string }>(`SELECT ${column} AS name FROM ${table} ORDER BY 1`);
  return rows.map(({ name }) => name);
}

describe('answers kept for repeats, and reports of bulk calls', () => {
  it('are forgotten when their time is over, and not before', async () => {
    await keep('fresh', '1 minute');
    await keep('one minute too young', `${ANSWERS_KEPT} -1 minute`);
    await keep('answer too old', `${ANSWERS_KEPT} 1 minute`);
    await keep('report too old', `${REPORTS_KEPT} 1 minute`);
    await forgetAnswers(test.log).run(new AbortController().signal);
    expect(await kept('idempotency_keys')).toEqual(['fresh', 'one minute too young']);
    expect(await kept('bulk_calls')).toEqual(['answer too old', 'fresh', 'one minute too young']);
  });

  it('cannot be forgotten early, nor deleted by the application', async () => {
    await expect(test.log.query(`SELECT forget_answers('1 second', '1 year', 10)`, [])).rejects.toThrow('an hour');
    await expect(test.log.query('DELETE FROM idempotency_keys', [])).rejects.toThrow('permission denied');
    expect(await kept('idempotency_keys')).toContain('fresh');
  });
});
