/**
 * `npm run audit -- verify | prove ID | check FILE | subject ID | checkpoint`: the audit through the command interface, so that what is
 * shown is what the caller may see and each reading is itself in the audit. Exit code 1: refused, or something is wrong.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkProof, type AuditProof, type PlacedEntry } from '#access';
import { findDoor, tellRefusal, type DoorOptions } from '#runtime';
import { AuditClient } from './audit-client.js';
import { entryText } from './entry-text.js';
import { NoCheckpoint, checkpointsIn, verifyPages } from './verify.js';
import type { SubjectGiven } from './subject-ids.js';

interface Options extends DoorOptions {
  purpose: string;
  json?: boolean;
}

/** Who reads in the local stack when nobody is named. */
const LOCAL_READER = 'operations-auditor';
const PAGE = 200;
const TELL_EVERY_MS = 2_000;

async function openClient(options: Options): Promise<AuditClient> {
  const wanted = { interface: 'commandApi', localClient: LOCAL_READER } as const;
  return new AuditClient(await findDoor(wanted, options, process.env), options.purpose);
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function verify(options: Options & { checkpoint: string[]; key: string[] }): Promise<void> {
  const client = await openClient(options);
  const witnesses = options.checkpoint.flatMap((file) => checkpointsIn(readFileSync(file, 'utf8')));
  let told = Date.now();
  const verdict = await verifyPages(client.chain(), { witnesses, keys: options.key }, (place, head) => {
    if (Date.now() - told < TELL_EVERY_MS) return;
    told = Date.now();
    process.stderr.write(`verified ${place} of ${head} places\n`);
  });
  const { ok, places, entries, checkpoints, vouchedFor, fault } = verdict;
  if (!ok) process.exitCode = 1;
  if (options.json === true) return say(JSON.stringify({ ...verdict, witnesses: witnesses.length }));
  if (fault !== undefined) {
    say(`The audit does not hold. First bad place: ${fault.place} (${fault.code}): ${fault.text}.`);
    return say(`Everything before it, ${places} places, is as it was sealed.`);
  }
  say(`The audit holds: ${places} places, ${entries} entries read, the others as hashes.`);
  say(
    `Signed: ${checkpoints} checkpoints; ${vouchedFor} places are vouched for, ${places - vouchedFor} newer ones not yet.`,
  );
  if (witnesses.length === 0)
    say(
      'Held against no checkpoint that was kept elsewhere: whoever has database and key could have made all of it anew.',
    );
}

async function prove(id: string, options: Options & SubjectGiven): Promise<void> {
  const client = await openClient(options);
  // Digits alone are the number of an entry, unless something says what they identify.
  const isEntry = /^[1-9]\d{0,14}$/.test(id) && (options.kind ?? options.platform ?? options.region) === undefined;
  const numbers = isEntry ? [Number(id)] : (await naming(client, id, options)).map(({ entry }) => entry.seq);
  for (const seq of numbers) say(JSON.stringify(await client.proof(seq)));
  if (numbers.length === 0) noEntry();
}

function check(file: string, { key }: { key?: string }): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const proof = JSON.parse(line) as AuditProof;
    const verdict = checkProof(proof, key);
    if (!verdict.holds) {
      process.exitCode = 1;
      say(`It does not hold: ${verdict.why}.`);
      continue;
    }
    const { time, key: signer } = verdict.checkpoint;
    say(`It holds: the entry stood in the audit when the checkpoint of ${time} was signed by key ${signer}.`);
    say(entryText(proof));
  }
}

async function subject(id: string, options: Options & SubjectGiven): Promise<void> {
  const entries = await naming(await openClient(options), id, options);
  for (const one of entries) say(options.json === true ? JSON.stringify(one) : `${entryText(one)}\n`);
  if (entries.length === 0) noEntry();
}

/** Every entry that names something, which goes by its id or by an identifier as it is typed. */
async function naming(
  client: AuditClient,
  asked: string,
  { kind, platform, region }: SubjectGiven,
): Promise<PlacedEntry[]> {
  const isId = /^([a-z][a-z-]*-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{32}$/.test(asked);
  const hints = { ...(kind && { kind }), ...(platform && { platform }), ...(region && { region }) };
  const given: SubjectGiven = isId ? { id: asked } : { value: asked, ...hints };
  const entries: PlacedEntry[] = [];
  for (;;) {
    const page = await client.subject(given, { after: entries.at(-1)?.place ?? 0, limit: PAGE });
    entries.push(...page.entries);
    if (!page.truncated) return entries;
  }
}

function noEntry(): void {
  process.stderr.write('The audit that this caller may see names it nowhere.\n');
  process.exitCode = 1;
}

async function checkpoint(options: Options): Promise<void> {
  const newest = await (await openClient(options)).newestCheckpoint();
  if (newest === undefined) throw new NoCheckpoint('No checkpoint is signed yet.');
  say(newest);
}

function reading(command: Command): Command {
  return command
    .option('--to <url>', 'command interface; without it BREAKWATER_COMMAND_URL, or that of the local stack')
    .option('--token-file <file>', 'file that holds a bearer token; without it BREAKWATER_TOKEN')
    .option('--token-url <url>', "issuer's token address, for a client with a secret in BREAKWATER_CLIENT_SECRET")
    .option('--client <name>', `client that asks for a token; in the local stack ${LOCAL_READER} unless named`)
    .option('--purpose <code>', 'what the reading is for; it stands in the audit', 'audit-review')
    .option('--json', 'one line of JSON for each thing');
}

function describing(command: Command): Command {
  return reading(command)
    .option('--kind <kind>', 'kind of the identifier, where it is known: phone-number, account, ...')
    .option('--platform <name>', 'platform that a handle or account belongs to')
    .option('--region <code>', 'region in which national numbers are read: GB');
}

const gathered = (value: string, before: string[]): string[] => [...before, value];

const program = new Command('audit').description(
  'The audit: who did what, when and why; and the proof that it is whole.',
);
reading(program.command('verify'))
  .description('go through the whole chain; says the first bad place')
  .option('--checkpoint <file>', 'checkpoints that were kept elsewhere; may be named several times', gathered, [])
  .option('--key <thumbprint>', 'key that may have signed; may be named several times', gathered, [])
  .action(verify);
describing(program.command('prove').argument('<id>', 'number of an entry, or what entries name'))
  .description('a proof for each entry, one a line, that a partner can check offline')
  .action(prove);
program
  .command('check')
  .argument('<file>', 'proofs, one a line')
  .option('--key <thumbprint>', 'the signing key as you were given it')
  .description('check proofs; needs no server')
  .action(check);
describing(program.command('subject').argument('<id>', 'public id, id of an event, name of a stream, or an identifier'))
  .description('who looked at something or changed it, when and why')
  .action(subject);
reading(program.command('checkpoint'))
  .description('the newest signed checkpoint, to be kept elsewhere')
  .action(checkpoint);

try {
  await program.parseAsync();
} catch (error) {
  tellRefusal(error);
}
