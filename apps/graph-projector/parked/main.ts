/**
 * `npm run parked -- list | replay STREAM --reason TEXT | discard STREAM [--versions 2,3] --reason TEXT`: events that wait for a
 * decision. What is parked stands in the graph; a decision is a command, an event of its own, and the projector carries it out.
 */
import { Command, InvalidArgumentError } from 'commander';
import { openGraph, readParked, type ParkedNode } from '#graph';
import { findDoor, GraphSettings, tellRefusal } from '#runtime';
import { graphAddress } from '../graph-address.js';
import { ownSettings } from '../own-settings.js';
import { CommandRefused, decide } from './command-client.js';

/** Who decides in the local stack when nobody is named. */
const LOCAL_ADMINISTRATOR = 'operations-administrator';

interface Options {
  reason: string;
  purpose: string;
  versions?: number[];
  json?: boolean;
}

async function parkedNow(): Promise<ParkedNode[]> {
  const graph = await openGraph(graphAddress(ownSettings({ graph: GraphSettings }).graph));
  try {
    return await readParked(graph);
  } finally {
    await graph.close();
  }
}

async function list({ json = false }: { json?: boolean }): Promise<void> {
  const parked = await parkedNow();
  for (const stream of new Set(parked.map((each) => each.stream))) {
    const events = parked.filter((each) => each.stream === stream);
    const [first] = events;
    process.stdout.write(
      `${stream}: ${events.length} parked from version ${first?.streamVersion} on (${first?.code})\n`,
    );
    process.stdout.write(`    ${first?.type}, position ${first?.position}: ${first?.reason}\n`);
  }
  if (parked.length === 0) process.stdout.write('Nothing is parked.\n');
  if (json) process.stdout.write(`${JSON.stringify({ ok: true, parked })}\n`);
}

async function act(which: 'replay' | 'discard', stream: string, options: Options): Promise<void> {
  const wanted = { interface: 'commandApi', localClient: LOCAL_ADMINISTRATOR } as const;
  const { reason, purpose } = options;
  const body = {
    stream,
    reason,
    purpose,
    ...(which === 'discard' && { streamVersions: options.versions ?? (await atFault(stream)) }),
  };
  const { id } = await decide(await findDoor(wanted, {}, process.env), which, body);
  process.stdout.write(`Decided (event ${id}); the projector carries it out when it gets there.\n`);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: true, id })}\n`);
}

/** Without a word about versions: those that are at fault themselves, not those that only wait behind them. */
async function atFault(stream: string): Promise<number[]> {
  const versions = (await parkedNow()).flatMap((node) =>
    node.stream === stream && node.code !== 'behind' ? [node.streamVersion] : [],
  );
  if (versions.length === 0)
    throw new CommandRefused(`nothing of ${stream} is parked; name the versions with --versions`);
  return versions;
}

function versionList(text: string): number[] {
  const versions = text.split(',').map(Number);
  if (versions.some((version) => !Number.isSafeInteger(version) || version < 1))
    throw new InvalidArgumentError('must be versions separated by commas, from 1');
  return versions;
}

const program = new Command('parked').description(
  'Events that the graph could not take, and what shall become of them.',
);
program
  .command('list')
  .description('what is parked, and why')
  .option('--json', 'one line of JSON at the end')
  .action(list);
for (const [name, text] of [
  ['replay', 'project the stream anew, after the cause was mended'],
  ['discard', 'let versions have no effect, now and in every rebuild, and project the rest anew'],
] as const) {
  const command = program
    .command(name)
    .argument('<stream>', 'kind-uuid')
    .description(text)
    .requiredOption('--reason <text>', 'why; it stands in the log')
    .option('--purpose <code>', 'what the decision is for; it stands in the audit', 'operations')
    .option('--json', 'one line of JSON at the end')
    .action((stream: string, options: Options) => act(name, stream, options));
  if (name === 'discard')
    command.option('--versions <list>', 'such as 2,3; without it those that are at fault themselves', versionList);
}

try {
  await program.parseAsync();
} catch (error) {
  tellRefusal(error);
}
