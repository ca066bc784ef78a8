/** A database per spec file: from nothing, or as a copy of one that was prepared (migrated) once in the run. */
import { randomBytes } from 'node:crypto';

import pg from 'pg';

/** Made once per run; the copies take 30 ms each. */
export interface Template {
  name: string;
  /** Fills the database; has to close its connections, or it cannot be copied. */
  prepare(url: string): Promise<void>;
}

export interface TestDatabase {
  url: string;
  name: string;
  drop(): Promise<void>;
}

const LONGEST_NAME = 63;

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** All names are made here of letters, digits and underscores; quoted all the same, as identifiers cannot be parameters. */
function databaseName(...parts: string[]): string {
  return parts
    .map((part) => part.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'))
    .join('_')
    .slice(0, LONGEST_NAME);
}

async function templateDatabase(url: string, run: string, template: Template): Promise<string> {
  const name = databaseName('t', run, 'template', template.name);
  await onServer(url, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]); // ends with the session
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) return;
    const unfinished = databaseName('t', run, 'new', template.name);
    await client.query(`DROP DATABASE IF EXISTS "${unfinished}" WITH (FORCE)`);
    await client.query(`CREATE DATABASE "${unfinished}"`);
    await template.prepare(withDatabase(url, unfinished));
    await client.query(`ALTER DATABASE "${unfinished}" RENAME TO "${name}"`);
  });
  return name;
}

export async function makeDatabase(
  url: string,
  run: string,
  label: string,
  template?: Template,
): Promise<TestDatabase> {
  const name = databaseName('t', run, label.slice(0, 30), randomBytes(4).toString('hex'));
  const source = template === undefined ? 'template1' : await templateDatabase(url, run, template);
  await onServer(url, async (client) => await client.query(`CREATE DATABASE "${name}" TEMPLATE "${source}"`));
  return {
    name,
    url: withDatabase(url, name),
    drop: async () => {
      await onServer(url, async (client) => await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    },
  };
}

/** Every database that this run has made. */
export async function dropDatabasesOf(run: string, url: string): Promise<void> {
  await onServer(url, async (client) => {
    const pattern = `${databaseName('t', run)}_`;
    const found = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [pattern],
    );
    for (const { datname } of found.rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
  });
}
