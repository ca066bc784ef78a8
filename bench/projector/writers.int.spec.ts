import { createSecretKey, randomBytes, randomInt } from 'node:crypto';
import neo4j, { type Driver } from 'neo4j-driver';
import { SCHEMA } from '#graph';
import { ownNeo4j, STARTUP_MS, type OwnNeo4j } from '../../infra/local/test-servers.js';
import { WORKLOADS } from '../workload/pairs.js';
import { graphRows, rowsOfPart, type GraphRow } from './graph-rows.js';
import { perRow, textbook } from './one-by-one-writers.js';
import { partDigest } from './part-digest.js';
import { mergeMergeCreate, parameterLists, twoSessions } from './set-based-writers.js';

const EVENTS = 400;
const PREFIX = 150;

describe('the writers that the projector is compared with', () => {
  let driver: Driver;
  let part = randomInt(1, 1_000_000) * 100;
  let address: OwnNeo4j;

  beforeAll(async () => {
    address = await ownNeo4j();
    driver = neo4j.driver(address.url, neo4j.auth.basic(address.user, address.password), { telemetryDisabled: true });
    for (const statement of SCHEMA) await driver.executeQuery(statement);
  }, STARTUP_MS);
  afterAll(async () => {
    await driver.close();
    await address.release();
  });

  const digestOf = async (rows: readonly GraphRow[], events: number) =>
    await partDigest(driver, { subjects: rows.map(({ subject }) => subject.id), positionsAfter: 0, events });

  it.each(WORKLOADS)(
    'all make one and the same graph, also as far as its beginning: %s',
    async (workload) => {
      const base = graphRows({ workload, events: EVENTS, seed: 7 }, createSecretKey(randomBytes(32)));
      const digests: { whole: unknown; beginning: unknown }[] = [];
      for (const writer of [mergeMergeCreate, parameterLists, twoSessions, perRow, textbook].map((make) =>
        make(driver),
      )) {
        const rows = rowsOfPart(base, ++part);
        await writer.write(rows);
        await writer.close();
        digests.push({ whole: await digestOf(rows, EVENTS), beginning: await digestOf(rows, PREFIX) });
      }
      expect(digests[0]?.whole).toMatchObject({ relationships: EVENTS });
      expect(digests[0]?.beginning).toMatchObject({ relationships: PREFIX });
      for (const digest of digests) expect(digest).toEqual(digests[0]);
    },
    120_000,
  );

  it('are told apart when one of them leaves a statement out', async () => {
    const base = graphRows({ workload: 'zipf', events: EVENTS, seed: 7 }, createSecretKey(randomBytes(32)));
    const writer = mergeMergeCreate(driver);
    const [whole, short] = [rowsOfPart(base, ++part), rowsOfPart(base, ++part)];
    await writer.write(whole);
    await writer.write(short.filter((_, at) => at !== 17));
    await writer.close();
    expect((await digestOf(short, EVENTS)).digest).not.toBe((await digestOf(whole, EVENTS)).digest);
  });
});
