import { LOG_MIGRATIONS } from '#event-log';
import type { Marking } from '#events';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { Audiences } from './audiences.js';
import { recordAct } from './audit.js';
import { ACCESS_MIGRATIONS } from './migrations/index.js';
import type { Viewer } from './viewer.js';

const coastal = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const border = '7e41d8c3-0a03-4e32-8c75-00000000a003';
let database: TestLog;

beforeAll(async () => {
  database = await openTestLog('access', [LOG_MIGRATIONS, ACCESS_MIGRATIONS]);
}, STARTUP_MS);
afterAll(() => database?.close());

describe('the audit', () => {
  const viewer = { organisation: coastal, subject: 'coastal-analyst' };

  it('R16: keeps who, when, what, for what and under which policy', async () => {
    await recordAct(database.log, {
      act: 'disclosure',
      viewer,
      purpose: 'OP-1',
      ids: ['a', 'b'],
      recipients: [border],
      reason: 'feed',
    });
    const { rows } = await database.owner.query(`SELECT * FROM audit WHERE act = 'disclosure'`);
    expect(rows).toEqual([
      expect.objectContaining({
        organisation: coastal,
        subject: 'coastal-analyst',
        purpose: 'OP-1',
        ids: ['a', 'b'],
        recipients: [border],
        reason: 'feed',
        policy: 1,
        at: expect.any(Date),
      }),
    ]);
  });

  it.each([
    `INSERT INTO audit (at, act, subject, purpose, ids, recipients, policy) VALUES ('2020-01-01', 'refusal', 's', 'p', '{}', '{}', 1)`,
    `UPDATE audit SET subject = 'nobody'`,
    'DELETE FROM audit',
    'TRUNCATE audit',
    'DROP TABLE audit',
    'ALTER TABLE audit DISABLE TRIGGER ALL',
  ])('cannot be changed by the application: %s', async (statement) => {
    await expect(database.log.query(statement, [])).rejects.toThrow();
  });
});

describe('the audiences of a viewer', () => {
  const analyst: Viewer = {
    organisation: coastal,
    kind: 'agency',
    subject: 's',
    roles: ['analyst'],
    groups: ['crossing-task-force'],
    compartments: [],
  };

  async function addMarking(audience: number, more: Partial<Marking>): Promise<void> {
    const marking = {
      gsc: 'OFFICIAL',
      tlp: 'AMBER',
      handling: [],
      conditions: [],
      releasableTo: [],
      originator: 'x',
      compartment: null,
      ...more,
    };
    await database.owner.query('INSERT INTO markings VALUES ($1, $2, $3)', [audience, `spec ${audience}`, marking]);
  }

  it('are those of all markings that it may see, new ones at once, each decided once', async () => {
    const audiences = new Audiences(database.log);
    await addMarking(1, { originator: coastal });
    await addMarking(2, {});
    expect(await audiences.allowedAudiences(analyst)).toEqual([1]);
    await addMarking(2 ** 52 - 1, { tlp: 'GREEN' });
    await addMarking(4, { releasableTo: ['crossing-task-force'] });
    expect((await audiences.allowedAudiences(analyst)).sort((a, b) => a - b)).toEqual([1, 4, 2 ** 52 - 1]);
    expect(await audiences.allowedAudiences({ ...analyst, organisation: 'y', groups: [], kind: 'platform' })).toEqual(
      [],
    );
  });

  it('are worked out anew when another copy of the database stands there', async () => {
    const audiences = new Audiences(database.log);
    await addMarking(8, { tlp: 'GREEN' });
    expect(await audiences.allowedAudiences(analyst)).toContain(8);
    await database.owner.query('DELETE FROM markings WHERE audience = 8');
    await addMarking(9, { tlp: 'GREEN' });
    const now = await audiences.allowedAudiences(analyst);
    expect(now).toContain(9);
    expect(now).not.toContain(8);
  });
});
