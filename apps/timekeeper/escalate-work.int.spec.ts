import { randomUUID } from 'node:crypto';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { ALL_MIGRATIONS } from '../../test/support/command-app.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { escalateWork } from './escalate-work.js';

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog('escalate-work', ALL_MIGRATIONS);
}, STARTUP_MS);
afterAll(() => test?.close());

const organisation = randomUUID();
const never = new AbortController().signal;

async function item(kind: string, due: string, more: { closed?: boolean } = {}): Promise<string> {
  const about = randomUUID();
  await test.owner.query(
    `INSERT INTO work_items (kind, about, organisation, audience, not_for, due_at, closed_at)
     VALUES ($1, $2, $3, 7, '{}', now() + $4::interval, CASE WHEN $5 THEN now() END)`,
    [kind, about, organisation, due, more.closed === true],
  );
  return about;
}

describe('what nobody has decided in time', () => {
  it('is told once, however often and by however many it is looked at', async () => {
    const late = [await item('permission', '-1 second'), await item('emergency-review', '-1 hour')];
    await item('release', '1 hour');
    await item('release', '-1 hour', { closed: true });
    await item('hold', '-1 hour');
    const alarms: string[] = [];
    const duty = escalateWork({ log: test.log, alarm: (kind) => void alarms.push(kind) });
    await Promise.all([duty.run(never), duty.run(never), duty.run(never)]);
    await duty.run(never);
    const { rows } = await test.owner.query<{ kind: string; about: string; roles: string[]; audiences: string[] }>(
      'SELECT kind, about, roles, audiences FROM notices WHERE organisation = $1 ORDER BY kind DESC',
      [organisation],
    );
    expect(rows.map(({ kind, about }) => [kind, about])).toEqual([
      ['overdue.permission', late[0]],
      ['overdue.emergency-review', late[1]],
    ]);
    expect(rows[0]).toMatchObject({ roles: ['authoriser', 'administrator'], audiences: ['7'] });
    expect(alarms).toEqual(['emergency-review-overdue']);
  });
});
