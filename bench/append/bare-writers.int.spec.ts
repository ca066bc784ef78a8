import pg from 'pg';
import { recordActs } from '#access';
import { createAppLogin, openLog, type EventLog, type LogWrites } from '#event-log';
import { STARTUP_MS, createDatabase, type TestDatabase } from '../../infra/local/test-servers.js';
import { migrateAll } from '../../apps/command-api/migrate/migrate-all.js';
import { reportsOf } from '../workload/reports.js';
import { bareWriter } from './bare-writers.js';
import {
  currentTransaction,
  emptyBareTables,
  keptTransactions,
  makeBareTables,
  type KeptTransaction,
} from './kept-rows.js';

const TRANSACTIONS = 6;
const EVENTS_OF_ONE = 3;

describe('the bare side of the append benchmark', () => {
  let database: TestDatabase;
  let log: EventLog;
  let owner: pg.Client;
  let kept: KeptTransaction[];

  beforeAll(async () => {
    database = await createDatabase('bare', { name: 'commands', prepare: async (url) => void (await migrateAll(url)) });
    const login = { name: 'breakwater_bench_spec', password: 'only-for-this-run' };
    log = await openLog({ url: await createAppLogin(database.url, login), applicationName: 'spec', poolSize: 2 });
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await makeBareTables(owner);
    await command(0);
    const from = await currentTransaction(owner);
    for (let number = 1; number <= TRANSACTIONS; number++) await command(number);
    kept = await keptTransactions(owner, from);
  }, STARTUP_MS);
  afterAll(async () => {
    await owner.end();
    await log.close();
    await database.drop();
  });

  /** What a command leaves: events, and an audit row in the same transaction. */
  async function command(number: number): Promise<void> {
    const reports = [...reportsOf({ workload: 'zipf', events: EVENTS_OF_ONE, seed: 7, part: number })];
    const viewer = { organisation: reports[0]?.source ?? null, subject: `it's "quoted", {braced}\\slashed` };
    await log.transact(() =>
      Promise.resolve({
        append: reports.map(({ stream, source, streamVersion: _, recordedTime: __, ...draft }) => ({
          stream,
          expectedVersion: 0,
          source,
          events: [draft],
        })),
        afterwards: (write: LogWrites) =>
          recordActs(write, [{ act: 'collection', viewer, purpose: 'spec', ids: reports.map(({ id }) => id) }]),
      }),
    );
  }

  it('reads back what each transaction has left, and nothing of those before', () => {
    expect(kept.map((parts) => parts.map(({ table, rows }) => `${rows.length} ${table}`).join(', '))).toEqual(
      Array.from({ length: TRANSACTIONS }, () => `${EVENTS_OF_ONE} events, 1 audit`),
    );
  });

  it.each([
    { bulk: false, pipelined: false },
    { bulk: false, pipelined: true },
    { bulk: true, pipelined: false },
    { bulk: true, pipelined: true },
  ])('writes exactly these rows again ($bulk in bulk, $pipelined pipelined)', async (how) => {
    await emptyBareTables(owner);
    const writer = await bareWriter({ url: database.url, name: 'bare', connections: 3, ...how });
    await writer.write(kept);
    await writer.close();
    for (const table of ['events', 'audit'] as const) {
      const columns = kept[0]?.find((part) => part.table === table)?.columns.map(({ name }) => `"${name}"`);
      const { rows } = await owner.query<{ missing: number; there: number }>(
        `SELECT (SELECT count(*) FROM bare.${table})::int AS there, (SELECT count(*) FROM (
           SELECT ${columns?.join(', ')} FROM bare.${table} EXCEPT SELECT ${columns?.join(', ')} FROM ${table}) AS other)::int AS missing`,
      );
      const count = kept.flat().reduce((sum, part) => sum + (part.table === table ? part.rows.length : 0), 0);
      expect({ table, ...rows[0] }).toEqual({ table, there: count, missing: 0 });
    }
  });
});
