/**
 * `npm run graph -- digest | rebuild | verify | schema`: the whole graph in one number, filled anew from the log, or compared with
 * a pure fold of the log. Exit code 1: it differs, or it could not be done.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Command } from 'commander';
import { openLog, type EventLog } from '#event-log';
import { createSchema, graphDigest, openGraph, type Graph } from '#graph';
import { idKey } from '#identifiers';
import { DatabaseSettings, GraphSettings, IdKeySettings, tellRefusal } from '#runtime';
import { graphAddress } from '../graph-address.js';
import { ownSettings } from '../own-settings.js';
import { projectorLog, type Stores } from '../ports.js';
import { entityIds } from '../projections/entity-ids.js';
import { LEASE_SECONDS, LeasedTurn, PROJECTOR_LEASE, REBUILD_LEASE, turnWithin } from '../turn.js';
import { neo4jStore } from '../writing/graph-store.js';
import { progressLine } from './progress.js';
import { rebuild } from './rebuild.js';
import { digestAtRest, verifyGraph } from './verify.js';

const PARTS = { database: DatabaseSettings, graph: GraphSettings, idKey: IdKeySettings } as const;

interface Tools {
  log: EventLog;
  graph: Graph;
  stores: Stores;
}

async function withTools(
  work: (tools: Tools) => Promise<{ ok: boolean }>,
  { json = false }: { json?: boolean },
): Promise<void> {
  const settings = ownSettings(PARTS);
  const graph = await openGraph(graphAddress(settings.graph));
  const log = await openLog({ url: settings.database.url, applicationName: 'graph-tool', poolSize: 4 });
  try {
    const notHinted = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
    const stores = {
      log: projectorLog(log),
      graph: neo4jStore(graph, notHinted),
      idOf: entityIds(idKey(settings.idKey.base64)),
    };
    const result = await work({ log, graph, stores });
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    if (!result.ok) process.exitCode = 1;
  } finally {
    await Promise.all([graph.close(), log.close()]);
  }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function digest({ graph }: Tools): Promise<{ ok: boolean }> {
  const found = await digestAtRest(graph, () => graphDigest(graph));
  say(`${found.hash}  ${found.entities} entities, ${found.statements} statements, ${found.parked} parked events`);
  return { ok: true, ...found };
}

async function verify({ graph, stores }: Tools): Promise<{ ok: boolean }> {
  const line = progressLine('read of the log');
  const verified = await verifyGraph(graph, stores, line.show);
  line.end();
  for (const difference of verified.differences) say(`  ${difference}`);
  say(
    verified.ok
      ? `The graph says what the log says (${verified.graph.statements} statements).`
      : 'The graph DIFFERS from the log.',
  );
  return verified;
}

async function refill({ log, stores }: Tools): Promise<{ ok: boolean }> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const leased = (name: string): LeasedTurn =>
    new LeasedTurn(log.lease(name, { holder, seconds: LEASE_SECONDS }), (error) =>
      say(`! ${String((error as Error).message)}`),
    );
  const line = progressLine('filled');
  const parked: string[] = [];
  const rebuilt = await rebuild(
    stores,
    turnWithin(leased(REBUILD_LEASE), leased(PROJECTOR_LEASE)),
    {
      step: (text) => say(text),
      filled: line.show,
      parked: ({ position, stream }, code) => void parked.push(`${code}: position ${position} of ${stream}`),
      halved: () => undefined,
      notFound: () => undefined,
    },
    stop.signal,
  );
  line.end();
  for (const each of parked) say(`  parked, ${each}`);
  say(`The graph is filled from ${rebuilt.events} events in ${rebuilt.seconds.toFixed(1)} s.`);
  return { ok: true, ...rebuilt, parked: parked.length } as { ok: boolean };
}

async function schema({ graph }: Tools): Promise<{ ok: boolean }> {
  await createSchema(graph);
  say('The constraints are there.');
  return { ok: true };
}

const program = new Command('graph').description('Look after the graph, which is a view of the log.');
const commands = {
  digest: { text: 'one hash of all that the graph says', work: digest },
  verify: { text: 'compare the graph with a pure fold of the log', work: verify },
  rebuild: { text: 'empty the graph and fill it from the log; the projector steps aside meanwhile', work: refill },
  schema: { text: 'make the constraints that are missing', work: schema },
};
for (const [name, { text, work }] of Object.entries(commands))
  program
    .command(name)
    .description(text)
    .option('--json', 'one line of JSON at the end')
    .action(async (options: { json?: boolean }) => await withTools(work, options));

try {
  await program.parseAsync();
} catch (error) {
  const code = tellRefusal(error);
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ ok: false, code, reason: (error as Error).message })}\n`);
}
