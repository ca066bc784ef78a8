import fc from 'fast-check';
import pg from 'pg';
import { LOG_MIGRATIONS, migrate, openRelayLog, type EventLog, type Lease, type RelayLog } from '#event-log';
import { STARTUP_MS, createDatabase } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import { newStream, writeTo } from '../../test/support/log-events.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';

let test: TestLog;
let relay: RelayLog;
let log: EventLog;
let lease: Lease;

beforeEach(async () => {
  test = await openTestLog('event-log', [LOG_MIGRATIONS]);
  relay = await openRelayLog({ url: test.url, applicationName: 'positions', poolSize: 6 });
  log = relay.log;
  lease = log.lease('event-relay', { holder: 'first', seconds: 30 });
  await lease.take();
}, STARTUP_MS);

afterEach(async () => {
  await log?.close();
  await test?.close();
});

async function append(stream = newStream(), expectedVersion = 0, events = 1): Promise<string> {
  await log.transact(() =>
    Promise.resolve({
      append: [writeTo(stream, expectedVersion, events)],
      afterwards: () => Promise.resolve(),
    }),
  );
  return stream;
}

/** A command that has appended and not yet committed, until it is let go. */
async function held(stream = newStream()): Promise<{ stream: string; commit: () => Promise<void> }> {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let appended = (): void => undefined;
  const written = new Promise<void>((resolve) => (appended = resolve));
  const command = log.transact(() =>
    Promise.resolve({
      append: [writeTo(stream)],
      afterwards: async (write: { query: EventLog['query'] }) => {
        await write.query('SELECT 1', []);
        appended();
        await gate;
      },
    }),
  );
  await written;
  return {
    stream,
    commit: () => {
      letGo();
      return command;
    },
  };
}

/** Sequences until nothing more comes; other specs' transactions on the same server may hold some back for a moment. */
async function sequenceAll(expected: number, atMost = 100): Promise<void> {
  await until(`not ${expected} positions were given`, async () => {
    await relay.sequence(lease, atMost);
    return (await log.positions.head()) === expected;
  });
}

async function streams(): Promise<string[]> {
  return (await log.readPositions({ after: 0, limit: 1_000 })).map((row) => row.stream);
}

describe('positions', () => {
  it('are dense and given once, in the order of transactions, and events are found by them', async () => {
    const one = await append();
    await append(one, 1, 4);
    const two = await append();
    await sequenceAll(6, 4);
    const rows = await log.readPositions({ after: 0, limit: 10 });
    expect(rows.map(({ position, stream, streamVersion }) => [position, stream, streamVersion])).toEqual([
      [1, one, 1],
      [2, one, 2],
      [3, one, 3],
      [4, one, 4],
      [5, one, 5],
      [6, two, 1],
    ]);
    expect(rows.map((row) => row.givenAt)).toEqual(rows.map((row) => row.givenAt).toSorted());
    expect((await log.readPositions({ after: 2, upTo: 5, limit: 2 })).map((row) => row.position)).toEqual([3, 4]);
    expect(await log.readPositions({ after: 0, limit: 10, topics: ['organisation.events'] })).toEqual([]);
    expect((await log.readPositions({ after: 1, limit: 3, topics: ['network.events'] })).length).toBe(3);
    expect(await log.positions.eventIdAt(6)).toBe(rows[5]?.id);
    expect(await log.positions.eventIdAt(7)).toBeUndefined();
    expect((await log.decode(rows)).every((outcome) => 'event' in outcome)).toBe(true);
    expect(await relay.sequence(lease, 10)).toEqual({ given: 0, head: 6, backwards: [] });
  });

  it('wait for every transaction that could still come before, and skip nothing', async () => {
    const first = await append(); // makes their marking known: the first to use one is waited for, which is not the point here
    const slow = await held();
    const quick = await append();
    await sequenceAll(1);
    const { given } = await relay.sequence(lease, 100);
    expect(given).toBe(0); // the quick one is committed, and has to wait all the same
    expect(await relay.oldestUnsequencedSeconds()).toBeGreaterThanOrEqual(0);
    const holders = await relay.holdingBack(0);
    expect(holders.map(({ application }) => application)).toContain('positions');
    await slow.commit();
    await sequenceAll(3);
    expect(await streams()).toEqual([first, slow.stream, quick]);
  });

  it('name a prepared transaction that somebody forgot', async () => {
    const { rows } = await test.owner.query<{ n: number }>(
      "SELECT current_setting('max_prepared_transactions')::int AS n",
    );
    if ((rows[0]?.n ?? 0) === 0) return; // the server takes none, so none can hold the log back
    await test.owner.query("BEGIN; CREATE TABLE forgotten (); PREPARE TRANSACTION 'forgotten'");
    try {
      const holders = await relay.holdingBack(0);
      expect(holders.map(({ what }) => what)).toContain('prepared transaction forgotten');
    } finally {
      await test.owner.query("ROLLBACK PREPARED 'forgotten'");
    }
  });

  it('answer what was the last one given at a time', async () => {
    for (let i = 0; i < 6; i++) {
      await append(undefined, 0, i + 1);
      await sequenceAll(((i + 1) * (i + 2)) / 2);
    }
    const rows = await log.readPositions({ after: 0, limit: 100 });
    const times = rows.map((row) => Date.parse(row.givenAt));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: (times[0] ?? 0) - 50, max: (times.at(-1) ?? 0) + 50 }), async (at) => {
        const expected =
          rows.filter((row) => row.givenAt <= new Date(at).toISOString().replace('Z', '000Z')).at(-1)?.position ?? 0;
        expect(await log.positions.at(new Date(at))).toBe(expected);
      }),
      { numRuns: 60 },
    );
    expect(await log.positions.givenAt(1)).toBe(rows[0]?.givenAt);
    expect(await log.positions.givenAt(1_000)).toBeUndefined();
  });

  it('tell when a later version of a stream comes before an earlier one', async () => {
    const stream = await append();
    await sequenceAll(1);
    // Somebody with the owner's password writes past the log, under a transaction id of its own choosing.
    const forge = `INSERT INTO events (txid, incarnation, id, stream, stream_version, topic, type, audience, recorded_time, body)
      VALUES (($1::text)::xid8, 1, gen_random_uuid(), $2, $3, 'network.events', 'assertion.made', 1, now(), '{}')`;
    const { rows } = await test.owner.query<{ txid: string }>(
      'SELECT max(txid::text::bigint)::text AS txid FROM events',
    );
    const last = Number(rows[0]?.txid);
    await test.owner.query(forge, [`${last + 1}`, stream, 3]);
    await test.owner.query(forge, [`${last + 2}`, stream, 2]);
    const backwards: string[] = [];
    await until('they were not sequenced', async () => {
      const round = await relay.sequence(lease, 100);
      backwards.push(...round.backwards);
      return round.head === 3;
    });
    expect(backwards).toEqual([stream]);
  });
});

describe('a relay that was overtaken', () => {
  const other = (): Lease => log.lease('event-relay', { holder: 'second', seconds: 30 });

  it('changes nothing: its lease is proved inside each of its statements', async () => {
    await append();
    expect(await other().take()).toBe(false);
    await test.owner.query("UPDATE leases SET until = now() - interval '1 second'"); // it was paused for longer than its lease
    const second = other();
    expect(await second.take()).toBe(true);
    // Not at once: while a transaction of another database on the same server is open, there is nothing to sequence yet.
    await until('it was not refused', () =>
      relay.sequence(lease, 10).then(
        () => false,
        (error: { code?: string }) => error.code === 'lease.lost',
      ),
    );
    for (const late of [
      () => relay.savePublished(lease, 1, []),
      () => relay.raiseIncarnation(lease, 1, 2),
      () => relay.recordTopic(lease, { topic: 'network.events', generation: 1, partitions: 3, kafkaName: 'n' }),
    ])
      await expect(late()).rejects.toMatchObject({ code: 'lease.lost', retriable: true });
    expect(await lease.renew()).toBe(false);
    expect(lease.fence).toBeUndefined();
    expect(await log.positions.head()).toBe(0);
    await until('the second relay did not sequence', async () => (await relay.sequence(second, 10)).head === 1);
  });

  it('fails on a key where it goes round its lease: a position and an event are given once', async () => {
    await append();
    await append();
    await sequenceAll(2);
    const give = 'INSERT INTO log_positions (position, seq, given_at) VALUES ($1, $2, now())';
    await expect(test.owner.query(give, [2, 999])).rejects.toMatchObject({ constraint: 'log_positions_position' });
    await expect(test.owner.query(give, [3, 1])).rejects.toMatchObject({ constraint: 'log_positions_event' });
  });

  it('cannot take a saved cursor back', async () => {
    await append(undefined, 0, 3);
    await sequenceAll(3);
    await relay.recordTopic(lease, { topic: 'network.events', generation: 1, partitions: 2, kafkaName: 'n' });
    const lasts = (position: number) => [{ topic: 'network.events' as const, generation: 1, partition: 1, position }];
    await relay.savePublished(lease, 3, lasts(3));
    await expect(relay.savePublished(lease, 2, lasts(2))).rejects.toMatchObject({ code: 'cursor.goes-back' });
    await relay.savePublished(lease, 3, lasts(1));
    expect(await log.positions.published()).toBe(3);
    expect((await log.topics())[0]?.partitions).toEqual([
      { partition: 0, firstPrevious: 0, lastPosition: 0 },
      { partition: 1, firstPrevious: 0, lastPosition: 3 },
    ]);
  });

  it('gives its lease back at a clean end, and need not be waited for', async () => {
    await lease.release();
    expect(await other().take()).toBe(true);
  });
});

describe('another history', () => {
  it('begins only after open appends have ended, and its events come after all of the old one', async () => {
    const slow = await held();
    const raising = relay.raiseIncarnation(lease, 1, 2);
    await until('the raise did not wait', async () => {
      const [row] = await log.query<{ n: number }>(
        `SELECT count(*) AS n FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        [],
      );
      return (row?.n ?? 0) > 0;
    });
    expect(await log.incarnation()).toBe(1);
    await slow.commit();
    expect(await raising).toBe(2);
    const young = await append();
    await sequenceAll(2);
    expect(await streams()).toEqual([slow.stream, young]);
    const rows = await log.query<{ incarnation: number }>('SELECT incarnation FROM events ORDER BY seq', []);
    expect(rows).toEqual([{ incarnation: 1 }, { incarnation: 2 }]);
    expect((await log.readPositions({ after: 0, limit: 9 })).map((row) => row.incarnation)).toEqual([2, 2]);
  });

  it('counts what an earlier incarnation left as finished, whatever its transaction ids were', async () => {
    const left = await append();
    await test.owner.query("UPDATE events SET txid = '4000000000000'"); // of a cluster that had run for much longer
    expect((await relay.sequence(lease, 10)).given).toBe(0);
    await relay.raiseIncarnation(lease, 1, 2);
    const young = await append();
    await sequenceAll(2);
    expect(await streams()).toEqual([left, young]);
  });

  it('is raised once by those who saw the same', async () => {
    expect(await relay.raiseIncarnation(lease, 1, 2)).toBe(2);
    expect(await relay.raiseIncarnation(lease, 1, 2)).toBe(2);
  });
});

describe('the schema', () => {
  it('is brought up to date by one of two that start at once', async () => {
    const database = await createDatabase('migrations');
    try {
      const ran = await Promise.all([migrate(database.url, [LOG_MIGRATIONS]), migrate(database.url, [LOG_MIGRATIONS])]);
      expect(ran.map((names) => names.length).toSorted()).toEqual([0, LOG_MIGRATIONS.length]);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query('SELECT incarnation FROM log_state');
      await client.end();
      expect(rows).toEqual([{ incarnation: 1 }]);
    } finally {
      await database.drop();
    }
  });
});
