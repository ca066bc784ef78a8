/** `npm run proof`: every proof in full; `-- --ci` in the size for builds; `-- NAME...` some of them. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { PROOFS, type Proof, type Size } from './proofs.js';

interface Outcome {
  passed: number;
  failed: number;
}

const DATA = process.env['BREAKWATER_DATA'];

/** Runs a program of ours, passing its lines on, and gives its exit code and last line. */
async function run(args: string[], env: Record<string, string>): Promise<{ code: number; last: string }> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`  ${line}\n`);
    if (line.trim() !== '') last = line;
  }
  const code = await new Promise<number>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode ?? 1);
    else child.once('close', (status) => resolve(status ?? 1));
  });
  return { code, last };
}

async function runSpecs(specs: string[], size: Size): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'proof-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['node_modules/jest/bin/jest.js', '--runInBand', '--json', `--outputFile=${report}`, ...specs];
    const { code } = await run(args, { BREAKWATER_PROOF: size });
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
      await readFile(report, 'utf8'),
    ) as Record<string, number>;
    const failed = Math.max(numFailedTests ?? 0, numFailedTestSuites ?? 0, code === 0 ? 0 : 1);
    return { passed: numPassedTests ?? 0, failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProgram(args: string[]): Promise<Outcome> {
  const { code, last } = await run(args, {});
  return code === 0 && last.startsWith('{') && (JSON.parse(last) as { ok?: unknown }).ok === true
    ? { passed: 1, failed: 0 }
    : { passed: 0, failed: 1 };
}

async function prove(proof: Proof, size: Size): Promise<Outcome> {
  process.stdout.write(`\n${proof.name}: ${proof.shows}\n`);
  if ('specs' in proof && size === 'ci' && proof.leftToBuilds !== undefined) return runSpecs(proof.leftToBuilds, size);
  if ('specs' in proof && size === 'ci') {
    process.stdout.write('  npm test has just run it in this size; npm run proof runs it in full\n');
    return { passed: 0, failed: 0 };
  }
  if ('specs' in proof) return runSpecs(proof.specs, size);
  if (proof.needsData === true && (DATA === undefined || !existsSync(DATA))) {
    process.stdout.write(
      '  skipped: BREAKWATER_DATA names no folder. Its data are public: the Neo4j example graph POLE and the CAVIAR network.\n',
    );
    return { passed: 0, failed: 0 };
  }
  return runProgram(proof.program(size));
}

/** A proof of which nothing ran shows nothing. */
function verdict(passed: number, failed: number): string {
  if (failed > 0) return 'BROKEN';
  return passed > 0 ? 'holds' : 'not run';
}

const { values, positionals } = parseArgs({
  options: { ci: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !PROOFS.some((proof) => proof.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No proof is called ${unknown.join(', ')}. There are: ${PROOFS.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}
const size: Size = values.ci ? 'ci' : 'full';
const total: Outcome = { passed: 0, failed: 0 };
const table: string[] = [];
for (const proof of PROOFS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const started = process.hrtime.bigint();
  const { passed, failed } = await prove(proof, size);
  total.passed += passed;
  total.failed += failed;
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
  table.push(
    `${verdict(passed, failed).padEnd(7)}  ${proof.name.padEnd(15)} ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed  ${seconds} s`,
  );
}
process.stdout.write(`\n${table.join('\n')}\n`);
if (values.json) process.stdout.write(`${JSON.stringify({ ok: total.failed === 0, ...total, size })}\n`);
else process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
