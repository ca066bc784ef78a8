/** What the flow specs of the import stand on: the built command interface on a real database, and the import as a process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startStack } from '../../infra/local/stack/stack.js';
import type { AppHandle } from '../../infra/local/stack/app-process.js';
import { ALL_MIGRATIONS } from '../support/command-app.js';
import { migratedDatabase } from '../support/test-log.js';

export interface ImportRun {
  child: ChildProcess;
  /** Everything it printed, once it has ended. */
  ended: Promise<{ code: number | null; out: string; err: string }>;
}

export interface ImportStand {
  folder: string;
  api: AppHandle;
  /** Starts the import as a process. */
  startImport(args: string[]): ImportRun;
  /** What the log holds of a mapping: how many assertions, how many references, and what the graph will hold of them. */
  logged(mapping: string): Promise<Logged>;
  close(): Promise<void>;
}

export interface Logged {
  assertions: number;
  references: number;
  entities: Record<string, number>;
  statements: Record<string, number>;
}

/** The machine that brings in records of other systems. */
const CLIENT = 'coastal-importer';

export async function importStand(): Promise<ImportStand> {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  const database = await migratedDatabase('import', ALL_MIGRATIONS);
  const stack = await startStack({
    dataDir: join(folder, 'stack'),
    serverEnv: { DATABASE_OWNER_URL: database.url },
    apps: ['command-api'],
  });
  const api = stack.apps['command-api'];
  const running = new Set<ChildProcess>();
  let reports = 0;
  return {
    folder,
    api,
    startImport: (args) => {
      const report = join(folder, `report-${(reports += 1)}.json`);
      const caller = ['--to', api.url, '--token-url', stack.issuer.tokenUrl, '--client', CLIENT];
      return startImport([...caller, '--report', report, '--json', ...args], stack.issuer.secretOf(CLIENT), running);
    },
    logged: (mapping) => foldOfLog(database.url, mapping),
    close: async () => {
      for (const child of running) child.kill('SIGKILL');
      await stack.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startImport(args: string[], secret: string, running: Set<ChildProcess>): ImportRun {
  const program = ['--max-old-space-size=300', 'dist/apps/command-api/import/main.js'];
  const env = { PATH: process.env['PATH'], BREAKWATER_CLIENT_SECRET: secret };
  const child = spawn(process.execPath, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code: code as number | null, ...texts };
  });
  return { child, ended };
}

interface SaidEntity {
  kind: string;
  key: string;
}
interface Said {
  data: { reference?: string; subject: SaidEntity; statements: { relation: string; object?: SaidEntity }[] };
}

async function foldOfLog(url: string, mapping: string): Promise<Logged> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ body: string }>("SELECT body FROM events WHERE type = 'assertion.made'");
    const said = rows.map(({ body }) => JSON.parse(body) as Said);
    return foldOf(said.filter(({ data }) => data.reference?.startsWith(`${mapping}.`) === true));
  } finally {
    await client.end();
  }
}

function foldOf(events: Said[]): Logged {
  const keys = new Map<string, Set<string>>();
  const statements: Record<string, number> = {};
  const references = new Set<string | undefined>();
  const add = ({ kind, key }: SaidEntity): unknown => keys.set(kind, (keys.get(kind) ?? new Set()).add(key));
  for (const { data } of events) {
    references.add(data.reference);
    add(data.subject);
    for (const { relation, object } of data.statements) {
      statements[relation] = (statements[relation] ?? 0) + 1;
      if (object !== undefined) add(object);
    }
  }
  const entities = Object.fromEntries([...keys].map(([kind, found]) => [kind, found.size]));
  return { assertions: events.length, references: references.size, entities, statements };
}
