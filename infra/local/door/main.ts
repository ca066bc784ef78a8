/**
 * `eval "$(npm run -s door -- NAME)"`: addresses of the running stack and a token of one of its people, as variables of the
 * shell, so that every `curl` line of the documents runs as it stands.
 */
import { findDoor } from '#runtime';
import { runningStack } from '../stack/stack-file.js';

const [persona = 'coastal-analyst'] = process.argv.slice(2);
try {
  const file = runningStack();
  if (file === undefined) throw new Error('No stack runs here. Start one with "npm run stack" or "npm run demo".');
  // Nothing of the environment: whoever asks for a door of this stack wants this one.
  const { url, token } = await findDoor({ interface: 'commandApi', localClient: persona }, {}, {});
  const door = { COMMANDS: url, QUESTIONS: file.queryApi, FEEDS: file.partnerFeeds, TOKEN: await token() };
  for (const [name, value] of Object.entries(door)) process.stdout.write(`export ${name}='${value}'\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
