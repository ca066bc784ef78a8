import { LOG_MIGRATIONS, openLog, openRelayLog, type RelayLog } from '#event-log';
import { STARTUP_MS, testServers, uniquePrefix } from '../../infra/local/test-servers.js';
import { openTestLog, type TestLog } from '../support/test-log.js';
import { startRelayProcess, type RelayProcess } from '../support/relay-process.js';
import { NO_FAULTS, faultsOf, type Faults } from './log-order/faults.js';
import { BROKEN_CURSORS, CursorReader, KafkaReader, PositionsReader, type Reader } from './log-order/readers.js';
import { BULK, runWorkload, type WorkloadSize } from './log-order/workload.js';
import { LogWriter, UncheckedWriter, type Writer } from './log-order/writers.js';

/**
 * Nothing is lost, inverted or doubled on the way through the log, whatever its writers do. The same test runs against four
 * broken ways, each of which somebody has shipped, and has to catch each of them.
 */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const SOON_MS = FULL ? 900_000 : 180_000;
jest.setTimeout(SOON_MS);

const SIZE: WorkloadSize = FULL
  ? { writers: 16, singles: 40_000, bulkRounds: 160, heldMs: 10_000, early: 400, twice: 400 }
  : { writers: 16, singles: 4_000, bulkRounds: 16, heldMs: 2_000, early: 40, twice: 40 };
/** What the broken ways need to be caught: enough of the one thing that they get wrong. */
const SMALL: WorkloadSize = { writers: 16, singles: 400, bulkRounds: 4, heldMs: 500, early: 0, twice: 0 };
/** Runs that two bulk writers get to draw numbers in turns. */
const MEETINGS = 12;

let test: TestLog;
let relay: RelayLog;

async function openEmptyLog(): Promise<void> {
  test = await openTestLog('event-log', [LOG_MIGRATIONS]);
  relay = await openRelayLog({ url: test.url, applicationName: 'log-order', poolSize: 4 });
}

async function closeLog(): Promise<void> {
  await relay?.log.close();
  await test?.close();
}

beforeEach(openEmptyLog, STARTUP_MS);
afterEach(closeLog);

/** Two for each writer, since one command may wait for another inside it, and one each for the bulk writers and the held one. */
const CONNECTIONS = 2 * SIZE.writers + 3;

async function logWriter(): Promise<Writer> {
  return new LogWriter(await openLog({ url: test.url, applicationName: 'log-order-writers', poolSize: CONNECTIONS }));
}

/** Runs the workload, and says what is wrong with what came out. */
async function faults(writer: Writer, reader: Reader, size: WorkloadSize): Promise<Faults & { events: number }> {
  try {
    const acknowledged = await runWorkload(writer, size);
    return { ...faultsOf(acknowledged, await reader.finish(acknowledged.size)), events: acknowledged.size };
  } finally {
    await writer.close();
  }
}

describe('sixteen writers, early transaction ids, rollbacks, one transaction held open and two bulk writers', () => {
  let process: RelayProcess | undefined;

  afterEach(async () => {
    await process?.stop();
  });

  it('lose, invert and double nothing on their way to Kafka', async () => {
    const { kafkaBrokers: brokers } = await testServers('kafka');
    const prefix = `${uniquePrefix('order')}.`;
    process = await startRelayProcess({ databaseUrl: test.url, brokers, prefix });
    const reader = new KafkaReader(relay, { brokers, clientId: 'log-order' }, uniquePrefix('log-order'));
    const { events, ...found } = await faults(await logWriter(), reader, SIZE);
    expect(found).toEqual(NO_FAULTS);
    expect(events).toBeGreaterThanOrEqual(2 * SIZE.bulkRounds * BULK + SIZE.singles * 0.9);
    expect(await relay.log.positions.head()).toBe(events); // dense: as many positions as events
    expect((await process.lines()).filter((line) => line.alarm === 'stream-goes-back')).toEqual([]);
  });
});

describe('the same test catches', () => {
  const positions = (): Reader =>
    new PositionsReader(relay, relay.log.lease('event-relay', { holder: 'spec', seconds: 30 }));
  const ownerUrl = (): string => test.ownerUrl;
  const unchecked = (): Writer => new UncheckedWriter(ownerUrl(), CONNECTIONS);

  it('a poll for numbers greater than the last: it loses what commits late', async () => {
    const found = await faults(await logWriter(), new CursorReader(ownerUrl(), BROKEN_CURSORS.plainPoll), SMALL);
    expect(found.lost).toBeGreaterThan(0);
  });

  it('numbers compared below the horizon: they lose what bulk writers drew in turns', async () => {
    let lost = 0;
    // Whether two writers meet in a run is chance; that they never do in so many is not.
    for (let attempt = 0; attempt < MEETINGS && lost === 0; attempt++) {
      if (attempt > 0) await closeLog().then(openEmptyLog); // a reader knows only its own run
      const reader = new CursorReader(ownerUrl(), BROKEN_CURSORS.numbersBelowHorizon);
      lost = (await faults(await logWriter(), reader, { ...SMALL, heldMs: 0, bulkRounds: 24 })).lost;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('an append that is not the first write of its transaction: it inverts a stream', async () => {
    const found = await faults(unchecked(), positions(), { ...SMALL, early: 20, bulkRounds: 0 });
    expect(found.inverted).toBeGreaterThan(0);
    expect(found).toMatchObject({ lost: 0, doubled: 0, invented: 0 });
  });

  it('two appends in one transaction: they invert a stream', async () => {
    const found = await faults(unchecked(), positions(), { ...SMALL, twice: 20, bulkRounds: 0 });
    expect(found.inverted).toBeGreaterThan(0);
    expect(found).toMatchObject({ lost: 0, doubled: 0, invented: 0 });
  });

  it('nothing where nothing is broken: the log and its positions pass', async () => {
    const found = await faults(await logWriter(), positions(), { ...SMALL, early: 20, twice: 20 });
    expect(found).toMatchObject(NO_FAULTS);
  });
});
