import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkoutRoot } from '../../infra/local/checkout.js';
import { compiled, type AppHandle } from '../../infra/local/stack/app-process.js';
import type { Stack } from '../../infra/local/stack/stack.js';

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs one of the command-line tools beside a stack, as an operator would, and gives the JSON of its last line. */
export async function runTool(
  stack: Stack,
  entry: string[],
  args: string[],
  as = 'operations-administrator',
): Promise<unknown> {
  const env = {
    ...process.env,
    ...stack.env,
    BREAKWATER_COMMAND_URL: stack.apps['command-api'].url,
    BREAKWATER_QUERY_URL: (stack.apps['query-api'] as AppHandle | undefined)?.url ?? '', // not every stack has one
    BREAKWATER_TOKEN: await stack.issuer.tokenFor(as),
  };
  const run = promisify(execFile)(process.execPath, [compiled(...entry), ...args], {
    cwd: checkoutRoot(),
    env,
    maxBuffer: MOST_OUTPUT,
  });
  const { stdout } = await run.catch((error: { stdout?: string; stderr?: string; message: string }) => {
    throw new Error(
      `${entry.join('/')} ${args.join(' ')} failed: ${error.message}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`,
    );
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;
}
