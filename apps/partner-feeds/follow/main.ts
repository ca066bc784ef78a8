/**
 * `npm run follow -- FEED`: takes a feed as a partner does. It keeps its place and what it holds in a file, proves that nothing is
 * missing, takes back what is recalled and says so to the server. FEED is the id of a subscription, or `test`. Exit code 0: followed
 * to the end that was asked for; 1: closed or refused; 3: something was lost.
 */
import { Command } from 'commander';
import { DoorClosed, findDoor, type Door, type DoorOptions } from '#runtime';
import { TEST_FEED } from '../test-collection/test-feed.js';
import { answerRecall, FeedClient } from './feed-client.js';
import { follow, type Step } from './follow.js';
import { FollowFailed } from './follow-failed.js';
import { Follower } from './follower.js';
import { keepState, readState } from './kept-state.js';
import { stepLines } from './step-text.js';

interface Options extends Pick<DoorOptions, 'to' | 'tokenFile'> {
  as?: string;
  commands?: string;
  state?: string;
  snapshot?: boolean;
  once?: boolean;
  answers: boolean;
  purpose: string;
  json?: boolean;
}

/** Who follows in the local stack when nobody is named. */
const LOCAL_SUBSCRIBER = 'partner-feed';
const REFUSED = 1;
const LOST = 3;
const KEPT_AT_ONCE: readonly Step['taken'][] = ['notice', 'snapshot', 'verified', 'closing'];
const KEEP_EVERY_MS = 1_000;

async function followFeed(feed: string, options: Options): Promise<number> {
  const localClient = options.as ?? LOCAL_SUBSCRIBER;
  const client = new FeedClient(await findDoor({ interface: 'partnerFeeds', localClient }, options, process.env), feed);
  const commands = await doorForAnswers(feed, localClient, options);
  const file = options.state ?? `feed-${feed}.json`;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const follower = new Follower(await readState(file, feed));
  const counts = { event: 0, withheld: 0, notice: 0, takenBack: 0 };
  let exit = 0;
  let keptAt = performance.now();
  for await (const step of follow(client, follower, { ...options, signal: stop.signal })) {
    if (step.taken === 'event' || step.taken === 'withheld' || step.taken === 'notice') counts[step.taken] += 1;
    if (step.taken === 'notice') {
      counts.takenBack += step.gone.length;
      const { answer, received } = step;
      const said = { sequence: received.sequence, purpose: options.purpose };
      if (answer !== undefined && commands !== undefined) await answerRecall(commands, feed, { ...said, answer });
    }
    if (options.json !== true) for (const line of stepLines(step)) process.stdout.write(`${line}\n`);
    if (step.taken === 'closing' && !step.closing.retriable) exit = REFUSED;
    // After what it says has been done: a crash repeats some of it, and leaves nothing out.
    if (KEPT_AT_ONCE.includes(step.taken) || performance.now() - keptAt > KEEP_EVERY_MS) {
      await keepState(file, follower.kept());
      keptAt = performance.now();
    }
  }
  const { sequence, digest, held } = follower.kept();
  await keepState(file, follower.kept());
  const summary = { ok: exit === 0, feed, sequence, digest, held: Object.keys(held).length, ...counts };
  process.stdout.write(
    options.json === true ? `${JSON.stringify(summary)}\n` : `${inWords(summary)} Kept in ${file}\n`,
  );
  return exit;
}

function inWords({ event, withheld, notice, held }: Record<'event' | 'withheld' | 'notice' | 'held', number>): string {
  return `${event} statements, ${withheld} withheld, ${notice} notices; ${held} held.`;
}

/** The test collection has no recalls that anybody waits for an answer to. */
async function doorForAnswers(feed: string, localClient: string, options: Options): Promise<Door | undefined> {
  if (!options.answers || feed === TEST_FEED) return undefined;
  const { to: _, ...rest } = options;
  const given = options.commands === undefined ? rest : { ...rest, to: options.commands };
  return findDoor({ interface: 'commandApi', localClient }, given, process.env);
}

await new Command('npm run follow --')
  .description('follow a feed as a partner does: in order, without gaps, with recalls applied')
  .argument('<feed>', 'id of the subscription, or "test" for the test collection')
  .option('--once', 'end when everything that there is has come')
  .option('--snapshot', 'begin with what stands instead of with everything that was ever sent')
  .option('--state <file>', 'where place and holdings are kept (default feed-FEED.json)')
  .option('--no-answers', 'answer no recalls')
  .option('--purpose <code>', 'what the answers are made for', 'feed')
  .option('--as <client>', 'who follows in the local stack')
  .option('--to <url>', 'root of partner-feeds')
  .option('--commands <url>', 'root of command-api, where recalls are answered')
  .option('--token-file <file>', 'file with an access token')
  .option('--json', 'print one line of JSON at the end instead')
  .action(async (feed: string, options: Options) => {
    try {
      process.exitCode = await followFeed(feed, options);
    } catch (error) {
      if (!(error instanceof FollowFailed || error instanceof DoorClosed)) throw error;
      process.stderr.write(`${error.message} (${error.code})\n`);
      process.exitCode = error.code === 'follow.lost' ? LOST : REFUSED;
      if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: false, feed, code: error.code })}\n`);
    }
  })
  .parseAsync();
