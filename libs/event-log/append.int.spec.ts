import { v7 as uuid } from 'uuid';
import { audienceOf, type KnownEvent } from '#events';
import { LOG_MIGRATIONS, MAX_EVENT_BYTES, type EventLog, type LogWrites, type StreamWrite } from '#event-log';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { MARKING, ORGANISATION, newStream, someDraft, writeTo } from '../../test/support/log-events.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';

let test: TestLog;
let log: EventLog;

beforeAll(async () => {
  test = await openTestLog('event-log', [LOG_MIGRATIONS]);
  log = test.log;
}, STARTUP_MS);

afterAll(async () => {
  await test?.close();
});

/** Appends and does nothing else; answers with the versions given. */
function append(...writes: StreamWrite[]): Promise<number[]> {
  return log.transact(() =>
    Promise.resolve({
      append: writes,
      afterwards: (_write, appended) => Promise.resolve(appended.map((event) => event.streamVersion)),
    }),
  );
}

async function countOf(table: 'events' | 'markings'): Promise<number> {
  const [row] = await log.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`, []);
  return row?.n ?? -1;
}

describe('an append', () => {
  it('keeps what the author said, and adds what only the log can say', async () => {
    const stream = newStream();
    const drafts = [someDraft({ origin: 'report 17 "ключ" \\ {,}' }), someDraft({ keyId: 'k-1', causationId: 'c-1' })];
    const appended = await log.transact<KnownEvent[]>(() =>
      Promise.resolve({
        append: [{ stream, expectedVersion: 0, source: ORGANISATION, events: drafts }],
        afterwards: (_, events) => Promise.resolve(events as KnownEvent[]),
      }),
    );
    const kept = await log.readStream(stream);
    expect(kept).toEqual(appended);
    kept.forEach((event, i) => {
      expect(event).toMatchObject({ ...drafts[i], source: ORGANISATION, stream, streamVersion: i + 1 });
      expect(Date.parse(event.recordedTime)).toBeGreaterThan(Date.now() - 60_000);
    });
    expect(new Set(kept.map((event) => event.correlationId)).size).toBe(1);
    expect(kept[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('takes hundreds of streams in one statement, each in its order', async () => {
    const begun = Array.from({ length: 60 }, () => writeTo(newStream()));
    await append(...begun);
    const writes = [...begun.map(({ stream }) => writeTo(stream, 1, 5)), writeTo(newStream(), 0, 200)];
    expect((await append(...writes)).length).toBe(500);
    for (const { stream } of writes.slice(0, 3))
      expect((await log.readStream(stream)).map((event) => event.streamVersion)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps nothing when what belongs to the same command fails after it', async () => {
    const stream = newStream();
    const command = log.transact(() =>
      Promise.resolve({
        append: [writeTo(stream)],
        afterwards: (write: LogWrites) => write.query('SELECT 1 / $1::int', [0]),
      }),
    );
    await expect(command).rejects.toMatchObject({ code: '22012' });
    expect(await log.readStream(stream)).toEqual([]);
  });

  it('says so when a write of the command failed and nobody looked: nothing was kept', async () => {
    const stream = newStream();
    const command = log.transact(() =>
      Promise.resolve({
        append: [writeTo(stream)],
        afterwards: async (write: LogWrites) =>
          void (await write.query('SELECT 1 / $1::int', [0]).catch(() => undefined)),
      }),
    );
    await expect(command).rejects.toMatchObject({ code: 'append.lost-write', retriable: false });
    expect(await log.readStream(stream)).toEqual([]);
  });

  it.each(['SELECT pg_current_xact_id()', 'CREATE TEMPORARY TABLE early (n integer)'])(
    'must be the first write, or its transaction would have an id too early: %s',
    async (early) => {
      const stream = newStream();
      const command = log.transact(async (read) => {
        await read.query(early, []);
        return { append: [writeTo(stream)], afterwards: () => Promise.resolve() };
      });
      await expect(command).rejects.toMatchObject({ code: 'append.not-first', retriable: false });
      expect(await log.readStream(stream)).toEqual([]);
    },
  );

  it('happens once in a transaction: two of them would put the second under the id of the first', async () => {
    const stream = newStream();
    const twice = log.transact(() =>
      Promise.resolve({
        append: [writeTo(newStream())],
        afterwards: async (write: LogWrites) =>
          void (await write.query(
            "SELECT append_events('{}', '{}', $1, $2, '{1}', '{network.events}', '{assertion.made}', '{1}', '{}', now(), '{}', '', '')",
            [[uuid()], [stream]],
          )),
      }),
    );
    await expect(twice).rejects.toMatchObject({ code: 'append.not-first' });
  });
});

describe('two writers of one stream', () => {
  it('conflict: one wins, and of the other nothing is kept, not even in its other streams', async () => {
    const shared = newStream();
    await append(writeTo(shared));
    const others = Array.from({ length: 8 }, newStream);
    const outcomes = await Promise.allSettled(
      others.map((other) => append(writeTo(other, 0, 3), writeTo(shared, 1, 2), writeTo(newStream()))),
    );
    const won = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'stream.conflict', kind: 'StreamConflict', retriable: true });
    const kept = await Promise.all(others.map(async (other) => (await log.readStream(other)).length));
    expect(kept).toEqual(others.map((_, i) => (won.includes(i) ? 3 : 0)));
    expect((await log.readStream(shared)).map((event) => event.streamVersion)).toEqual([1, 2, 3]);
  });

  it('that meet crosswise conflict too, and do not wait for each other for ever', async () => {
    const [a, b] = [newStream(), newStream()];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        append(...(i % 2 === 0 ? [writeTo(a), writeTo(b)] : [writeTo(b), writeTo(a)])),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'stream.conflict' });
  });

  it('leave no hole: a version that the stream has not reached is a conflict', async () => {
    const stream = newStream();
    await append(writeTo(stream, 0, 2));
    await expect(append(writeTo(stream, 3))).rejects.toMatchObject({ code: 'stream.conflict' });
    await expect(append(writeTo(newStream(), 1))).rejects.toMatchObject({ code: 'stream.conflict' });
    expect(await append(writeTo(stream, 2))).toEqual([3]);
  });
});

describe('what can never be read or sent', () => {
  const body = someDraft().body;
  const long = 'x'.repeat(MAX_EVENT_BYTES);

  it.each([
    ['a type that nobody knows', writeOf({ body: { ...body, type: 'assertion.guessed' } }), 'event.invalid'],
    ['data that do not fit the type', writeOf({ body: { ...body, data: { subject: 1 } } }), 'event.invalid'],
    ['a version that is not written today', writeOf({ body: { ...body, version: 9 } }), 'event.invalid'],
    ['an id that is no UUID', writeOf({ id: 'x' }), 'event.invalid'],
    [
      'a marking that the database cannot keep',
      writeOf({ marking: { ...MARKING, compartment: 'a\u0000' } }),
      'event.invalid',
    ],
    ['more bytes than Kafka takes', writeOf({ origin: long }), 'event.too-large'],
    ['a stream with a name of another form', { ...writeTo(newStream()), stream: "assertion-1'; --" }, 'stream.name'],
    ['more events than one append takes', writeTo(newStream(), 0, 501), 'append.too-large'],
    ['no events at all', { ...writeTo(newStream()), events: [] }, 'event.invalid'],
  ])('is refused and never written: %s', async (_, write, code) => {
    const before = await countOf('events');
    await expect(append(write)).rejects.toMatchObject({ code, retriable: false });
    expect(await countOf('events')).toBe(before);
  });

  it('is refused: one stream twice in an append, one id twice in the log', async () => {
    const stream = newStream();
    await expect(append(writeTo(stream), writeTo(stream))).rejects.toMatchObject({ code: 'stream.name' });
    const draft = someDraft();
    await append({ ...writeTo(newStream()), events: [draft] });
    await expect(append({ ...writeTo(newStream()), events: [draft] })).rejects.toMatchObject({
      code: 'event.duplicate-id',
    });
  });

  it('is refused: a marking whose audience another marking has', async () => {
    const marking = { ...MARKING, compartment: `circle ${uuid()}` };
    await test.owner.query('INSERT INTO markings (audience, canonical, marking) VALUES ($1, $2, $3)', [
      audienceOf(marking),
      'another one',
      '{}',
    ]);
    const stream = newStream();
    const command = append({ ...writeTo(stream), events: [someDraft({ marking })] });
    await expect(command).rejects.toMatchObject({ code: 'marking.collision', retriable: false });
    expect(await log.readStream(stream)).toEqual([]);
  });

  function writeOf(changes: Parameters<typeof someDraft>[0]): StreamWrite {
    return { ...writeTo(newStream()), events: [someDraft(changes)] };
  }
});

describe('markings', () => {
  it('are recorded once each, by whichever of many writers comes first', async () => {
    const markings = Array.from({ length: 6 }, () => ({ ...MARKING, compartment: `circle ${uuid()}` }));
    const before = await countOf('markings');
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        append({
          ...writeTo(newStream()),
          events: [...markings.slice(i % 6), ...markings.slice(0, i % 6)].map((marking) => someDraft({ marking })),
        }),
      ),
    );
    expect(await countOf('markings')).toBe(before + 6);
    const rows = await log.query<{ audience: number; marking: unknown }>(
      'SELECT audience, marking FROM markings WHERE audience = $1',
      [audienceOf(markings[0] ?? MARKING)],
    );
    expect(rows).toEqual([{ audience: audienceOf(markings[0] ?? MARKING), marking: markings[0] }]);
  });
});

describe('reading before deciding', () => {
  it('gives each stream that exists, and takes locks that one command has at a time', async () => {
    const [one, two] = [newStream(), newStream()];
    await append(writeTo(one, 0, 2));
    await log.transact(async (read) => {
      const histories = await read.readStreams([one, two]);
      expect([...histories.keys()]).toEqual([one]);
      expect(await read.tryLock('command 1')).toBe(true);
      const other = await log.transact(async (also) => {
        return { append: 'nothing', result: [await also.tryLock('command 1'), await also.tryLock('command 2')] };
      });
      expect(other).toEqual([false, true]);
      return { append: [writeTo(two)], afterwards: () => Promise.resolve() }; // locks take no transaction id
    });
    expect(await log.readStream(two)).toHaveLength(1);
  });

  it('takes locks that go together when shared, and an exclusive one waits for them, but not for ever', async () => {
    const stream = newStream();
    await log.transact(async (read) => {
      await read.lockShared(['basis 1', 'basis 2', 'basis 1']);
      const shared = await log.transact(async (also) => {
        await also.lockShared(['basis 2', 'basis 1']);
        return { append: 'nothing', result: 'together' };
      });
      expect(shared).toBe('together');
      const waiting = log.transact(async (also) => {
        await also.query("SELECT set_config('lock_timeout', '50ms', true)", []);
        await also.lockExclusive(['basis 2']);
        return { append: 'nothing', result: undefined };
      });
      await expect(waiting).rejects.toMatchObject({ code: 'log.unavailable', retriable: true });
      return { append: [writeTo(stream)], afterwards: () => Promise.resolve() };
    });
    await log.transact(async (read) => {
      await read.lockExclusive(['basis 1', 'basis 2']); // given back with the transaction before
      return { append: 'nothing', result: undefined };
    });
    expect(await log.readStream(stream)).toHaveLength(1);
  });

  it('stops at an event that cannot be read, and says which', async () => {
    const stream = newStream();
    await append(writeTo(stream, 0, 2));
    await test.owner.query("UPDATE events SET body = '{}' WHERE stream = $1 AND stream_version = 2", [stream]);
    await expect(log.readStream(stream)).rejects.toMatchObject({
      code: 'event.undecodable',
      message: expect.stringContaining(`version 2 of ${stream}`) as string,
    });
  });
});
