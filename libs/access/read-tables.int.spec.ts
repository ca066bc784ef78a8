import { LOG_MIGRATIONS } from '#event-log';
import type { Marking } from '#events';
import { ORGANISATIONS, PERSONAS } from '../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { seedMembers } from '../../test/support/doors-app.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { Audiences } from './audiences.js';
import { recordAct } from './audit.js';
import { Directory } from './directory.js';
import { ACCESS_MIGRATIONS } from './migrations/index.js';
import type { Viewer } from './viewer.js';

const coastal = ORGANISATIONS.coastal.organisation;
const border = ORGANISATIONS.border.organisation;
const issuer = 'https://id.example.org';
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
        policy: 2,
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

describe('callers who arrive together', () => {
  beforeAll(() => seedMembers(database.owner, issuer));

  it('are each known as themselves, as of after their arrival', async () => {
    const directory = new Directory(database.log);
    const identities = PERSONAS.flatMap(({ name }) => [name, `not-${name}`]).map((subject) => ({
      issuer,
      subject,
    }));
    const before = directory.viewerOf({ issuer, subject: 'late' });
    await database.owner.query(`INSERT INTO members VALUES ($1, 'late', $2, '{analyst}', '{}')`, [issuer, coastal]);
    const [viewers, late] = await Promise.all([
      Promise.all(identities.map((identity) => directory.viewerOf(identity))),
      directory.viewerOf({ issuer, subject: 'late' }),
      before,
    ]);
    expect(late?.subject).toBe('late');
    const known = new Map(PERSONAS.map(({ name, organisation }) => [name, ORGANISATIONS[organisation].organisation]));
    const isMember = new Set(
      (await database.owner.query<{ subject: string }>('SELECT subject FROM members')).rows.map(
        ({ subject }) => subject,
      ),
    );
    expect(viewers.map((viewer) => viewer?.organisation)).toEqual(
      identities.map(({ subject }) => (isMember.has(subject) ? known.get(subject) : undefined)),
    );
  });

  it('all hear of an outage, and the next ones are let in again', async () => {
    let answers = false;
    const directory = new Directory({
      query: (sql, params) =>
        answers ? database.log.query(sql, params) : Promise.reject(new Error('connection lost')),
    });
    const ask = () => directory.viewerOf({ issuer, subject: 'coastal-analyst' });
    const outcomes = await Promise.allSettled([ask(), ask(), ask()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    answers = true;
    expect((await ask())?.organisation).toBe(coastal);
  });
});
