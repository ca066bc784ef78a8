/**
 * `eval "$(npm run -s door -- NAME)"`: addresses of the running stack and a token of one of its people, as variables of the
 * shell, so that every `curl` line of the documents runs as it stands.
 */
import { runningStack, tokenOf } from '../stack/stack-file.js';

const [persona = 'coastal-analyst'] = process.argv.slice(2);
try {
  const file = runningStack();
  if (file === undefined) throw new Error('No stack runs here. Start one with "npm run stack" or "npm run demo".');
  const door = { COMMANDS: file.commandApi, QUESTIONS: file.queryApi, TOKEN: await tokenOf(file, persona) };
  for (const [name, value] of Object.entries(door)) process.stdout.write(`export ${name}='${value}'\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
