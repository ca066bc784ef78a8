/**
 * `npm run log -- show STREAM | find ID | tail`: reads the log through the command interface, so that what is shown is what the
 * caller may see and each reading is in the audit. Exit code 1: refused, or nothing there that may be seen.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { findDoor, tellRefusal, type DoorOptions } from '#runtime';
import { eventText } from './event-text.js';
import { LogClient, type LogAnswer } from './log-client.js';
import type { ShownEvent } from './shown-event.js';

interface Options extends DoorOptions {
  purpose: string;
  limit: number;
  json?: boolean;
  follow?: boolean;
}

/** Who reads in the local stack when nobody is named. */
const LOCAL_READER = 'coastal-auditor';
const FOLLOW_EVERY_MS = 1000;

async function openClient(options: Options): Promise<LogClient> {
  const wanted = { interface: 'commandApi', localClient: LOCAL_READER } as const;
  return new LogClient(await findDoor(wanted, options, process.env), options.purpose);
}

function print(events: readonly ShownEvent[], { json }: Options): void {
  for (const event of events)
    process.stdout.write(json === true ? `${JSON.stringify(event)}\n` : `${eventText(event)}\n\n`);
}

async function show(stream: string, options: Options): Promise<void> {
  const client = await openClient(options);
  let page: LogAnswer;
  let after: string | undefined;
  do {
    page = await client.stream(stream, { limit: options.limit, ...(after === undefined ? {} : { after }) });
    print(page.events, options);
    after = page.events.at(-1)?.id;
  } while (page.truncated);
}

async function find(id: string, options: Options): Promise<void> {
  print([await (await openClient(options)).event(id)], options);
}

async function tail(options: Options): Promise<void> {
  const client = await openClient(options);
  let after: string | undefined;
  for (;;) {
    const page = await client.tail({ limit: options.limit, ...(after === undefined ? {} : { after }) });
    print(page.events, options);
    after = page.events.at(-1)?.id ?? after;
    if (options.follow !== true) return;
    if (!page.truncated) await pause(FOLLOW_EVERY_MS);
  }
}

function pageSize(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1 || number > 200) throw new InvalidArgumentError('must be 1 to 200');
  return number;
}

function reading(command: Command): Command {
  return command
    .option('--to <url>', 'command interface; without it BREAKWATER_COMMAND_URL, or that of the local stack')
    .option('--token-file <file>', 'file that holds a bearer token; without it BREAKWATER_TOKEN')
    .option('--token-url <url>', "issuer's token address, for a client with a secret in BREAKWATER_CLIENT_SECRET")
    .option('--client <name>', `client that asks for a token; in the local stack ${LOCAL_READER} unless named`)
    .option('--purpose <code>', 'what the reading is for; it stands in the audit', 'log-review')
    .option('--limit <count>', 'events asked for at a time', pageSize, 20)
    .option('--json', 'one line of JSON for each event');
}

const program = new Command('log').description('Read the log: what was said, by whom, on what terms.');
reading(program.command('show').argument('<stream>', 'kind-uuid'))
  .description('all events of a stream')
  .action((stream: string, options: Options) => show(stream, options));
reading(program.command('find').argument('<id>', 'id of an event'))
  .description('one event')
  .action((id: string, options: Options) => find(id, options));
reading(program.command('tail'))
  .description('the newest events')
  .option('--follow', 'go on until interrupted')
  .action((options: Options) => tail(options));

try {
  await program.parseAsync();
} catch (error) {
  tellRefusal(error);
}
