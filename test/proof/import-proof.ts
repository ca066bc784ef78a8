/**
 * POLE and CAVIAR through the public interface into a fresh stack: every row accounted for, and the graph holds exactly what
 * the files say. Ends with one line of JSON; the seconds count from the first row sent to the last statement in the graph.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openLog, type EventLog } from '#event-log';
import { ENTITY_LABELS, type EntityKind } from '#events';
import { openGraph, type Graph } from '#graph';
import { localPath } from '../../infra/local/index.js';
import { compiled } from '../../infra/local/stack/app-process.js';
import { startStack, type Stack } from '../../infra/local/stack/stack.js';
import { until } from '../../infra/local/until.js';
import { runTool } from '../support/run-tool.js';

interface Imported {
  ok: boolean;
  seconds: number;
  files: { file: string; rows: number; refused: number; unanswered: number }[];
  expected: { entities: Record<string, number>; statements: Record<string, number> };
}

interface Held {
  entities: Record<string, number>;
  statements: Record<string, number>;
}

const POLE_SECONDS = 150;
const CLIENT = 'coastal-importer';
const CATCH_UP_MS = 300_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function runImport(stack: Stack, mapping: string, files: string[]): Promise<Imported> {
  const args = [
    compiled('apps', 'command-api', 'import', 'main.js'),
    ...['--mapping', mapping, '--to', stack.apps['command-api'].url],
    ...['--token-url', stack.issuer.tokenUrl, '--client', CLIENT],
    ...['--report', join(stack.dataDir, `${mapping}.json`), '--json', ...files],
  ];
  const env = { ...process.env, BREAKWATER_CLIENT_SECRET: stack.issuer.secretOf(CLIENT) };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) say(line);
    last = line;
  }
  return JSON.parse(last) as Imported;
}

async function heldBy(graph: Graph): Promise<Held> {
  const entities: Record<string, number> = {};
  for (const [kind, label] of Object.entries(ENTITY_LABELS) as [EntityKind, string][]) {
    const [row] = await graph.read<{ n: number }>('MATCH (e:Entity) WHERE $label IN labels(e) RETURN count(e) AS n', {
      label,
    });
    if (row !== undefined && row.n > 0) entities[kind] = row.n;
  }
  const rows = await graph.read<{ relation: string; n: number }>(
    'MATCH (:Entity)-[r]->(:Entity) RETURN type(r) AS relation, count(r) AS n',
  );
  return { entities, statements: Object.fromEntries(rows.map(({ relation, n }) => [relation, n])) };
}

/** The log has given a place to everything and the projector has applied it: the statements in the graph no longer grow. */
async function caughtUp(log: EventLog, graph: Graph, statements: number): Promise<void> {
  await until(
    `the graph did not come to hold ${statements} statements`,
    async () => {
      const [row] = await graph.read<{ n: number }>('MATCH (:Entity)-[r]->(:Entity) RETURN count(r) AS n');
      return (row?.n ?? 0) >= statements && (await log.positions.published()) === (await log.positions.head());
    },
    CATCH_UP_MS,
  );
}

function differences(before: Held, after: Held, expected: Held): string[] {
  const faults: string[] = [];
  for (const part of ['entities', 'statements'] as const)
    for (const name of new Set([...Object.keys(expected[part]), ...Object.keys(after[part])])) {
      const grown = (after[part][name] ?? 0) - (before[part][name] ?? 0);
      const wanted = expected[part][name] ?? 0;
      if (grown !== wanted) faults.push(`${part} ${name}: the files say ${wanted}, the graph has ${grown} more`);
    }
  return faults;
}

async function prove(data: string): Promise<boolean> {
  const dataDir = localPath(`proof-import-${process.pid}`);
  const stack = await startStack({ dataDir, ephemeral: true, fsync: true, ignoreEnvironment: true, say });
  const log = await openLog({ url: stack.env['DATABASE_URL'] ?? '', applicationName: 'import-proof' });
  const { url, user, password } = stack.servers.neo4j;
  const graph = await openGraph({ url, user, password });
  const caviar = readdirSync(join(data, 'caviar')).filter((file) => file.endsWith('.csv'));
  const work: [string, string[]][] = [
    ['pole', [join(data, 'pole', 'pole-data-importer.zip')]],
    ['caviar', caviar.map((file) => join(data, 'caviar', file))],
  ];
  const faults: string[] = [];
  const bars: { name: string; value: number; bar: number; ok: boolean }[] = [];
  try {
    for (const [mapping, files] of work) {
      const before = await heldBy(graph);
      const started = performance.now();
      const imported = await runImport(stack, mapping, files);
      const wanted = Object.values(imported.expected.statements).reduce((sum, count) => sum + count, 0);
      const held = Object.values(before.statements).reduce((sum, count) => sum + count, 0);
      await caughtUp(log, graph, held + wanted);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      say(`${mapping}: ${seconds} s from the first row to the last statement in the graph`);
      if (mapping === 'pole')
        bars.push({ name: 'pole seconds', value: seconds, bar: POLE_SECONDS, ok: seconds <= POLE_SECONDS });
      const open = imported.files.filter((file) => file.unanswered > 0 || file.refused > 0);
      if (!imported.ok || open.length > 0)
        faults.push(`${mapping}: rows without an answer or refused: ${JSON.stringify(open)}`);
      faults.push(
        ...differences(before, await heldBy(graph), imported.expected).map((fault) => `${mapping}: ${fault}`),
      );
    }
    const verified = (await runTool(stack, ['apps', 'graph-projector', 'graph', 'main.js'], ['verify', '--json'])) as {
      ok: boolean;
    };
    if (!verified.ok) faults.push('the graph is not the fold of the log');
  } finally {
    await graph.close();
    await log.close();
    await stack.stop();
  }
  for (const fault of faults) say(`! ${fault}`);
  const ok = faults.length === 0 && bars.every((bar) => bar.ok);
  say(JSON.stringify({ ok, bars, faults }));
  return ok;
}

const data = process.env['BREAKWATER_DATA'];
if (data === undefined) {
  process.stderr.write('BREAKWATER_DATA must name the folder with the POLE and CAVIAR data.\n');
  process.exit(2);
}
process.exit((await prove(data)) ? 0 : 1);
