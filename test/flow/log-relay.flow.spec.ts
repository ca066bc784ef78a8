import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { LOG_MIGRATIONS, createAppLogin, migrate, openLog, openRelayLog, type EventLog } from '#event-log';
import { kafkaNameOf, openTopicAdmin, type KafkaAddress, type TopicAdmin } from '#kafka';
import { STARTUP_MS, ownServers, testServers, uniquePrefix } from '../../infra/local/test-servers.js';
import type { LocalServers } from '../../infra/local/index.js';
import { until } from '../../infra/local/until.js';
import { applied, inKafka, upTo } from './log-order/kafka-content.js';
import { openKafkaProxy } from '../support/kafka-proxy.js';
import { newStream, writeTo } from '../support/log-events.js';
import { startRelayProcess, type RelayProcess } from '../support/relay-process.js';
import { openTestLog, type TestLog } from '../support/test-log.js';

/** The built relay on real servers, while replies are lost, relays are frozen, topics vanish and the database is put back. */
const SOON_MS = 120_000;
jest.setTimeout(SOON_MS);

let kafka: KafkaAddress;
let admin: TopicAdmin;
let prefix: string;
let relays: RelayProcess[];

beforeAll(async () => {
  const { kafkaBrokers } = await testServers('kafka', 'postgres');
  kafka = { brokers: kafkaBrokers, clientId: 'log-relay-spec' };
  admin = openTopicAdmin(kafka);
}, STARTUP_MS);

afterAll(async () => {
  await admin?.close();
});

beforeEach(() => {
  prefix = `${uniquePrefix('relay')}.`;
  relays = [];
});

afterEach(async () => {
  for (const relay of relays) {
    if (relay.pid !== undefined) relay.resume();
    await relay.stop();
  }
});

async function startRelay(databaseUrl: string, brokers = kafka.brokers): Promise<RelayProcess> {
  const relay = await startRelayProcess({ databaseUrl, brokers, prefix }, `relay-${relays.length + 1}`);
  relays.push(relay);
  return relay;
}

async function append(log: EventLog, events: number): Promise<void> {
  const half = Math.ceil(events / 2);
  await log.transact(() =>
    Promise.resolve({
      append: [writeTo(newStream(), 0, half), ...Array.from({ length: events - half }, () => writeTo(newStream()))],
      afterwards: () => Promise.resolve(),
    }),
  );
}

async function published(log: EventLog, position: number): Promise<void> {
  await until(
    `not ${position} positions were sent`,
    async () => (await log.positions.published()) === position,
    SOON_MS,
  );
}

async function alarms(relay: RelayProcess): Promise<string[]> {
  return (await relay.lines()).flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm]));
}

describe('the relay', () => {
  let test: TestLog;
  let log: EventLog;

  beforeEach(async () => {
    test = await openTestLog('event-log', [LOG_MIGRATIONS]);
    log = test.log;
  }, STARTUP_MS);

  afterEach(async () => {
    await test.close();
  });

  it('loses nothing when Kafka stores batches and the replies are lost', async () => {
    const proxy = await openKafkaProxy(kafka.brokers[0] ?? '');
    const relay = await startRelay(test.url, proxy.brokers);
    await append(log, 100);
    await published(log, 100);
    for (const upTo of [600, 1_100, 1_600]) {
      proxy.swallowAcknowledgements(2);
      await append(log, 500);
      await published(log, upTo);
    }
    proxy.cut();
    await append(log, 400);
    await until('the relay did not notice the cut', async () => (await alarms(relay)).length > 6, SOON_MS);
    proxy.mend();
    await published(log, 2_000);
    const { positions, repeats } = applied(await inKafka(kafka, log));
    expect(positions).toEqual(upTo(2_000));
    expect(proxy.swallowed).toBe(6);
    expect(repeats).toBeGreaterThan(500); // what was stored unheard was sent again, and readers drop it
    await relay.stop();
    await proxy.close();
  });

  it('is frozen, overtaken by a second one and continued: the log stays as it is, and nothing is lost', async () => {
    const first = await startRelay(test.url);
    await until('the first relay did not begin', async () => (await log.topics()).length === 4, SOON_MS);
    const second = await startRelay(test.url);
    let appending = true;
    let events = 0;
    const load = (async () => {
      for (; appending; events += 50) await append(log, 50);
    })();
    await until('nothing was sent by the first', async () => (await log.positions.published()) > 200, SOON_MS);
    first.pause();
    const before = await log.positions.head();
    await until('the second did not take over', async () => (await log.positions.published()) > before + 200, SOON_MS);
    first.resume();
    await until('the first did not notice', async () => (await alarms(first)).includes('lease-lost'), SOON_MS);
    appending = false;
    await load;
    await published(log, events);
    expect(applied(await inKafka(kafka, log)).positions).toEqual(upTo(events));
    expect(await log.positions.head()).toBe(events);
    await second.kill();
    await append(log, 10); // and the first, now the standby, takes over again
    await published(log, events + 10);
  });

  it('makes a topic again that was deleted, also while nothing is sent, and says so', async () => {
    const relay = await startRelay(test.url);
    await append(log, 50);
    await published(log, 50);
    await admin.remove(kafkaNameOf(prefix, 'network.events', 1));
    await until('no alarm was raised', async () => (await alarms(relay)).includes('topic-missing'), SOON_MS);
    await append(log, 50);
    await published(log, 100);
    // What was in the topic is missing for good, and every reader can tell: the first records name what came before them.
    const network = (await inKafka(kafka, log)).filter(({ topic }) => topic === 'network.events');
    expect(network.map(({ position }) => position).sort((a, b) => a - b)).toEqual(upTo(100, 50));
    expect(network.some(({ previous }) => previous > 0 && previous <= 50)).toBe(true);
  });

  it('opens a new generation of a topic after a drain, and no position is in both', async () => {
    const { wantPartitions } = await openTo(test.url);
    await startRelay(test.url);
    await append(log, 120);
    await published(log, 120);
    await wantPartitions(24);
    const generation = await until('no new generation was opened', async () => {
      await append(log, 10);
      return (await log.topics()).find((topic) => topic.topic === 'network.events' && topic.generation === 2);
    });
    expect(generation.partitions).toHaveLength(24);
    await append(log, 100);
    const head = await until('not everything was sent', async () => {
      const [given, sent] = [await log.positions.head(), await log.positions.published()];
      const [row] = await log.query<{ n: number }>('SELECT count(*) AS n FROM events', []);
      return given === sent && given === row?.n && given;
    });
    const records = await inKafka(kafka, log);
    const [old, young] = [1, 2].map((n) => records.filter((record) => record.generation === n));
    expect(applied(old ?? []).positions).toEqual(upTo(generation.startsAfter));
    expect(applied(young ?? [], generation.startsAfter).positions).toEqual(upTo(head, generation.startsAfter));
  });

  it('does not start on a topic that is not as recorded, and says which', async () => {
    const relay = await startRelay(test.url);
    await relay.stop();
    const name = {
      topic: 'network.events',
      generation: 1,
      kafkaName: kafkaNameOf(prefix, 'network.events', 1),
    } as const;
    await admin.remove(name.kafkaName);
    await until('the topic was not made with other partitions', async () => {
      return (await admin.ensure([{ ...name, partitions: 3 }])).length === 1;
    });
    await expect(relay.start()).rejects.toThrow();
    const said = (await relay.lines()).map((line) => JSON.stringify(line)).join('\n');
    expect(said).toContain('topic.differs');
    expect(said).toContain(`${name.kafkaName} has 3 partitions in Kafka and 12 in the log's record`);
  });

  async function openTo(url: string): Promise<{ wantPartitions: (partitions: number) => Promise<void> }> {
    const relay = await openRelayLog({ url, applicationName: 'generation', poolSize: 2 });
    return {
      wantPartitions: async (partitions) => {
        expect(await relay.wantPartitions('network.events', partitions)).toBe(true);
        await relay.log.close();
      },
    };
  }
});

describe('PostgreSQL put back from an older copy of its files', () => {
  let servers: LocalServers;
  let log: EventLog | undefined;

  beforeAll(async () => {
    servers = await ownServers(['postgres']);
  }, STARTUP_MS);

  afterAll(async () => {
    await log?.close();
    await servers?.stop();
  });

  it('is another history: the relay opens a new incarnation before it gives a position or sends a record', async () => {
    const { postgres } = servers;
    await migrate(postgres.ownerUrl, [LOG_MIGRATIONS]);
    const url = await createAppLogin(postgres.ownerUrl, { name: 'app', password: 'only-for-tests' });
    const folder = await dataFolder(postgres.ownerUrl);
    const relay = await startRelay(url);
    const open = async (): Promise<EventLog> => {
      await log?.close();
      return (log = await openLog({ url, applicationName: 'restored' }));
    };
    await append(await open(), 300);
    await published(await open(), 300);

    await postgres.stop();
    await copyFolder(folder, `${folder}.copy`);
    await postgres.restart();
    await append(await open(), 200);
    const history = await open();
    await published(history, 500);
    const lost = await history.positions.eventIdAt(400);

    await postgres.stop();
    await rm(folder, { recursive: true });
    await copyFolder(`${folder}.copy`, folder);
    await postgres.restart();
    const restored = await open();
    await append(restored, 150);
    await published(restored, 450);
    expect(await restored.incarnation()).toBe(2);
    expect(await alarms(relay)).toContain('other-history');

    const records = await inKafka(kafka, restored);
    const young = records.filter(({ incarnation }) => incarnation === 2);
    expect(young.map(({ position }) => position).sort((a, b) => a - b)).toEqual(upTo(450, 300));
    for (const { position, id } of young.filter((record) => record.position % 30 === 0))
      expect(await restored.positions.eventIdAt(position)).toBe(id);
    // A reader that applied the lost history can tell by the event at its last position, whatever the incarnation says.
    expect(await restored.positions.eventIdAt(400)).not.toBe(lost);

    await relay.restart(); // a history that is known to have ended raises nothing again
    await append(restored, 10);
    await published(restored, 460);
    expect(await restored.incarnation()).toBe(2);
  });

  /** With owners and rights: PostgreSQL runs as another user where we are root. */
  async function copyFolder(from: string, to: string): Promise<void> {
    await promisify(execFile)('cp', ['-a', from, to]);
  }

  async function dataFolder(ownerUrl: string): Promise<string> {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
    await client.end();
    return rows[0]?.folder ?? '';
  }
});
