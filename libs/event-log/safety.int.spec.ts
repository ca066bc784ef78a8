import { LOG_MIGRATIONS, acceptRestoredDatabase, openLog, type EventLog } from '#event-log';
import { STARTUP_MS, createDatabase } from '../../infra/local/test-servers.js';
import { newStream, writeTo } from '../../test/support/log-events.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import { refusalOf } from './refusals.js';

let test: TestLog;
let log: EventLog;
let ownerUrl: string;

beforeAll(async () => {
  test = await openTestLog('event-log', [LOG_MIGRATIONS]);
  log = test.log;
  ownerUrl = test.ownerUrl;
  await log.transact(() => Promise.resolve({ append: [writeTo(newStream())], afterwards: () => Promise.resolve() }));
}, STARTUP_MS);

afterAll(async () => {
  await test?.close();
});

describe('what the database answers', () => {
  it.each([
    ['55000', 'it is not ready for this yet'],
    ['28000', 'it lets nobody in just now'],
    ['57P01', 'it is being stopped'],
    ['53300', 'it has no connection left'],
  ])('is an outage, and no fault of the caller, when it says %s: %s', (code) => {
    expect(refusalOf(Object.assign(new Error('as the server says it'), { code }))).toMatchObject({
      code: 'log.unavailable',
      kind: 'Unavailable',
      retriable: true,
    });
  });
});

const KEPT = ['events', 'markings', 'log_positions'];
const OTHERS = ['log_state', 'log_sequenced', 'log_published', 'leases', 'topics', 'topic_partitions'];

describe("the application's role", () => {
  it.each(
    [...KEPT, ...OTHERS].flatMap((table) => [
      `UPDATE ${table} SET ${columnOf(table)} = ${columnOf(table)}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${table}`,
      `DROP TABLE ${table}`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
    ]),
  )('cannot %s', async (statement) => {
    await expect(log.query(statement, [])).rejects.toMatchObject({ code: '42501' });
  });

  it('owns nothing', async () => {
    const owned = await log.query(
      `SELECT c.relname FROM pg_class c WHERE c.relowner = current_user::regrole
       UNION ALL SELECT p.proname FROM pg_proc p WHERE p.proowner = current_user::regrole`,
      [],
    );
    expect(owned).toEqual([]);
  });

  it('finds no function that would change the past for it', async () => {
    const functions = await log.query<{ name: string; text: string }>(
      `SELECT p.proname AS name, p.prosrc AS text FROM pg_proc p
       WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')`,
      [],
    );
    expect(functions.length).toBeGreaterThan(5);
    const changing = new RegExp(
      `(UPDATE|DELETE\\s+FROM|TRUNCATE(\\s+TABLE)?)\\s+(ONLY\\s+)?(public\\.)?(${KEPT.join('|')})\\b`,
      'i',
    );
    expect(functions.filter(({ text }) => changing.test(text)).map(({ name }) => name)).toEqual([]);
    expect(functions.map(({ name }) => name)).not.toContain('prove_lease');
  });

  it('cannot put a table of its own in the way of a function that runs with more rights', async () => {
    const forger = await openLog({ url: test.url, applicationName: 'forger', poolSize: 1 });
    await expect(forger.query('CREATE TABLE public.log_state2 (n integer)', [])).rejects.toMatchObject({
      code: '42501',
    });
    await forger.query('CREATE TEMPORARY TABLE log_state AS SELECT 99 AS incarnation', []);
    const stream = newStream();
    await forger.transact(() => Promise.resolve({ append: [writeTo(stream)], afterwards: () => Promise.resolve() }));
    await forger.close();
    const rows = await log.query('SELECT incarnation FROM events WHERE stream = $1', [stream]);
    expect(rows).toEqual([{ incarnation: 1 }]);
  });

  it('has its transactions ended by the server when it falls silent', async () => {
    const [row] = await log.query<{ idle: string; lock: string }>(
      `SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock`,
      [],
    );
    expect(row).toEqual({ idle: '30s', lock: '10s' });
  });
});

describe('opening the log', () => {
  it('is refused to a role that could rewrite the past', async () => {
    await expect(openLog({ url: ownerUrl, applicationName: 'spec' })).rejects.toMatchObject({
      code: 'log.role',
      retriable: false,
    });
  });

  it('is refused where the migrations have not run', async () => {
    const empty = await createDatabase('no-log');
    await expect(openLog({ url: empty.url, applicationName: 'spec' })).rejects.toMatchObject({ code: 'log.schema' });
    await empty.drop();
  });

  it('fails in a way that waiting can mend where nothing answers', async () => {
    const nobody = openLog({ url: 'postgresql://nobody@127.0.0.1:1/none', applicationName: 'spec' });
    await expect(nobody).rejects.toMatchObject({ code: 'log.unavailable', retriable: true });
  });

  it.each([
    ['the system identifier', "system_identifier = '1'"],
    ['the timeline', 'timeline = timeline + 1'],
  ])('is refused when %s is another than recorded, until the restore command was run', async (_, change) => {
    await test.owner.query(`UPDATE log_state SET ${change}`);
    await expect(openLog({ url: test.url, applicationName: 'spec' })).rejects.toMatchObject({
      code: 'log.other-database',
      retriable: false,
    });
    const before = await log.incarnation();
    expect(await acceptRestoredDatabase(ownerUrl)).toBe(before + 1);
    const opened = await openLog({ url: test.url, applicationName: 'spec' });
    expect(await opened.incarnation()).toBe(before + 1);
    await opened.close();
  });
});

function columnOf(table: string): string {
  const columns: Record<string, string> = {
    events: 'body',
    markings: 'canonical',
    log_positions: 'seq',
    leases: 'holder',
    topics: 'kafka_name',
    topic_partitions: 'last_position',
    log_published: 'position',
  };
  return columns[table] ?? 'incarnation';
}
