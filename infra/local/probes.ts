/** One real request in each server's own protocol. The only place outside libs that speaks to them: it asks whether they are there. */
import { Kafka, logLevel } from 'kafkajs';
import neo4j from 'neo4j-driver';
import pg from 'pg';

const PROBE_TIMEOUT_MS = 2_000;
process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1';

/** Runs statements on PostgreSQL one by one, each outside a transaction. */
export async function runSql(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: 30_000,
  });
  client.on('error', () => undefined); // the running query reports it; without a listener a killed server would end us too
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function probePostgres(url: string): Promise<void> {
  await runSql(url, 'SELECT 1');
}

/** The controller is known and a broker is registered: topics can be made. */
export async function probeKafka(brokers: string[]): Promise<void> {
  const admin = new Kafka({
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: PROBE_TIMEOUT_MS,
    requestTimeout: PROBE_TIMEOUT_MS,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0 || cluster.controller === null) throw new Error('no broker is registered yet');
  } finally {
    await admin.disconnect();
  }
}

export interface Neo4jAddress {
  url: string;
  user: string;
  password: string;
}

async function withNeo4j(address: Neo4jAddress, database: string, statement: string, parameters = {}): Promise<void> {
  const driver = neo4j.driver(address.url, neo4j.auth.basic(address.user, address.password), {
    connectionTimeout: PROBE_TIMEOUT_MS,
    connectionAcquisitionTimeout: PROBE_TIMEOUT_MS,
    maxTransactionRetryTime: 0,
    telemetryDisabled: true,
  });
  try {
    await driver.executeQuery(statement, parameters, { database });
  } finally {
    await driver.close();
  }
}

export async function probeNeo4j(address: Neo4jAddress): Promise<void> {
  await withNeo4j(address, 'neo4j', 'RETURN 1');
}

/** Replaces the password that every fresh Neo4j has; it serves nothing else until that is done. */
export async function setFirstNeo4jPassword(address: Neo4jAddress): Promise<void> {
  const fresh = { url: address.url, user: 'neo4j', password: 'neo4j' };
  await withNeo4j(fresh, 'system', 'ALTER CURRENT USER SET PASSWORD FROM $old TO $new', {
    old: fresh.password,
    new: address.password,
  });
}

/**
 * Empties a graph that is thrown away or reused by tests: data in small transactions, then constraints and indexes.
 * @param keep names of constraints and indexes that stay: after any change of them the store plans every Cypher anew
 */
export async function emptyNeo4j(address: Neo4jAddress, keep: readonly string[] = []): Promise<void> {
  const driver = neo4j.driver(address.url, neo4j.auth.basic(address.user, address.password), {
    telemetryDisabled: true,
  });
  const session = driver.session({ database: 'neo4j' });
  try {
    await session.run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS');
    const constraints = await session.run('SHOW CONSTRAINTS YIELD name WHERE NOT name IN $keep RETURN name', { keep });
    for (const row of constraints.records)
      await session.run('DROP CONSTRAINT $name IF EXISTS', { name: row.get('name') as string });
    const indexes = await session.run(
      "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL AND NOT name IN $keep RETURN name",
      { keep },
    );
    for (const row of indexes.records)
      await session.run('DROP INDEX $name IF EXISTS', { name: row.get('name') as string });
  } finally {
    await session.close();
    await driver.close();
  }
}
