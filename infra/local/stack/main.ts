/** `npm run stack`: starts servers and apps and stays up. Nothing is started again that ends: this is where one looks at faults. */
import { localPath } from '../checkout.js';
import { announceStack, runningStack, type StackFile } from './stack-file.js';
import { startStack } from './stack.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function table(file: StackFile): string {
  const rows: [string, string][] = [
    ['commands', `${file.commandApi}/v1   (its description: ${file.commandApi}/v1/openapi.json)`],
    ['questions', `${file.queryApi}/v1   (its description: ${file.queryApi}/v1/openapi.json)`],
    ['tokens', `eval "$(npm run -s door -- coastal-analyst)" sets COMMANDS, QUESTIONS and TOKEN`],
    ['people', Object.keys(file.clients).join(', ')],
    [
      'health',
      Object.entries(file.urls)
        .map(([name, url]) => `${name} ${url}/health/ready`)
        .join('\n'),
    ],
    ['data, logs', file.dataDir],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(11)}${value.replaceAll('\n', `\n${' '.repeat(13)}`)}`).join('\n');
}

try {
  const other = runningStack();
  if (other !== undefined) {
    throw new Error(`The stack of this checkout runs already (process ${other.pid}): ${other.commandApi}`);
  }
  const started = Date.now();
  const stack = await startStack({ dataDir: localPath('data'), say, endedByItself: (what) => say(`! ${what}`) });
  const file = announceStack(stack);
  say(`\nBreakwater is up after ${((Date.now() - started) / 1000).toFixed(1)} s.\n\n${table(file)}\n`);
  say(
    'Try: npm run demo, npm run ask -- "+44 20 7946 0101", npm run log -- tail. Ctrl-C ends everything; the data stay.',
  );
  setInterval(() => undefined, 60_000); // the children's handles keep nobody alive (server-process.ts)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
