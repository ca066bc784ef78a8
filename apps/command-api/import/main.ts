/**
 * `npm run import -- --mapping FILE FILES...`: brings CSV and NDJSON files in through the bulk interface. A second run goes on
 * where the first one ended. Exit code 0: every row is accounted for; 1: some have no answer yet; 2: nothing was sent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DoorClosed, findDoor, type DoorOptions } from '#runtime';
import { SEND_LIMITS } from './bulk-sender.js';
import { httpBulkCall } from './http-bulk-call.js';
import { loadMapping } from './load-mapping.js';
import { expectedLines, ProgressLines, ReportFile, reportTable } from './report.js';
import { ImportRefused } from './row-fault.js';
import { runImport } from './run-import.js';
import { findSources } from './sources.js';

interface Options extends DoorOptions {
  mapping: string;
  report?: string;
  json?: boolean;
  linesPerCall: number;
  patience: number;
}

/** Mappings that come with the project, from its root. */
const OWN_MAPPINGS = join('apps', 'command-api', 'import', 'mappings');
/** The client of the local stack that brings in records of other systems. */
const LOCAL_IMPORTER = 'coastal-importer';
/** A call of a thousand rows takes a second; one that takes this long has lost its server. */
const CALL_TIMEOUT_MS = 120_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function importFiles(files: string[], options: Options): Promise<boolean> {
  const start = Date.now();
  const mapping = await loadMapping(mappingPath(options.mapping));
  const wanted = { interface: 'commandApi', localClient: LOCAL_IMPORTER } as const;
  const door = await findDoor(wanted, options, process.env);
  const sources = await findSources(files);
  const report = new ReportFile(options.report ?? join('.local', 'import', `${mapping.mapping}-${start}.json`));
  const progress = new ProgressLines(say, start);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  say(`${mapping.title}\n  from ${mapping.source.name}\n  to ${door.url}`);
  try {
    const result = await runImport({
      mapping,
      sources: sources.files,
      call: httpBulkCall(door, CALL_TIMEOUT_MS),
      limits: { ...SEND_LIMITS, linesPerCall: options.linesPerCall, patienceMs: options.patience * 1000 },
      signal: stop.signal,
      onProgress: (at) => progress.at(at, Date.now()),
      onRefusal: (refusal) => report.refusal(refusal),
    });
    const seconds = (Date.now() - start) / 1000;
    const cpuSeconds = (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
    const summary = {
      ...result,
      seconds,
      cpuSeconds,
      report: report.path,
      ...(report.hasRefusals ? { refused: report.refusedPath } : {}),
    };
    await report.finish(summary);
    process.stdout.write(`${reportTable(result)}\n\nThe graph holds of it:\n  ${expectedLines(result).join('\n  ')}\n`);
    process.stdout.write(`Took ${seconds.toFixed(1)} s. Report: ${report.path}\n`);
    if (report.hasRefusals) process.stdout.write(`Refused rows: ${report.refusedPath}\n`);
    for (const fault of result.faults) say(fault);
    if (options.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return result.ok;
  } finally {
    sources.close();
  }
}

/** A path, or the name of a mapping that comes with the project. */
function mappingPath(given: string): string {
  const own = join(OWN_MAPPINGS, `${given}.json`);
  return !existsSync(given) && existsSync(own) ? own : given;
}

function atLeastOne(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('must be a whole number of at least 1');
  return number;
}

const command = new Command('import')
  .description(
    'Bring CSV and NDJSON files, also inside a .zip, in through the bulk interface. A second run goes on where the first ended.',
  )
  .argument('<files...>', 'the files that the mapping names')
  .requiredOption('--mapping <file>', 'mapping file, or the name of one in apps/command-api/import/mappings')
  .option('--to <url>', 'command interface; without it, that of the local stack')
  .option('--token-file <file>', 'file that holds a bearer token, read before each call')
  .option('--token-url <url>', "issuer's token address, for a client with a secret in BREAKWATER_CLIENT_SECRET")
  .option('--client <name>', 'client that asks for tokens')
  .option('--report <file>', 'where to write the report')
  .option('--lines-per-call <count>', 'rows sent in one call', atLeastOne, SEND_LIMITS.linesPerCall)
  .option(
    '--patience <seconds>',
    'how long an outage of the server is waited for',
    atLeastOne,
    SEND_LIMITS.patienceMs / 1000,
  )
  .option('--json', 'end with one line of JSON')
  .action(async (files: string[], options: Options) => {
    try {
      process.exitCode = (await importFiles(files, options)) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ImportRefused || error instanceof DoorClosed)) throw error;
      say(error.message);
      process.exitCode = 2;
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ ok: false, code: error.code, faults: [error.message] })}\n`);
    }
  });

await command.parseAsync();
