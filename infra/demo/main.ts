/**
 * `npm run demo`: plays the story through the public interfaces and shows what each agency finds. Uses the stack of this
 * checkout when it runs, else starts one and stays up; `--once` plays in servers of its own and ends, `--json` adds one line.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { networkEntity } from '#events';
import { findDoor } from '#runtime';
import { localPath } from '../local/index.js';
import { announceStack, runningStack, type StackFile } from '../local/stack/stack-file.js';
import { startStack, type Stack } from '../local/stack/stack.js';
import { playCases, RETURNED } from './cases.js';
import { readUntil, subscribe, takeBack, type FeedFound } from './feed.js';
import { findingsOf, printFindings, type Finding } from './findings.js';
import { assessNetworks, membersFound, mergeNetworks, type MembersFound, type Networks } from './networks.js';
import { joining, mistaken, SEED_NUMBER, STORY, type Report, type Teller } from './scenario.js';
import { handOver, tell, untilGraphHolds, withdraw, type Doors } from './telling.js';

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

function doorsOf(stack: Stack): Doors {
  return {
    commandApi: stack.apps['command-api'].url,
    queryApi: stack.apps['query-api'].url,
    partnerFeeds: stack.apps['partner-feeds'].url,
    tokenFor: (persona) => stack.issuer.tokenFor(persona),
  };
}

/** Tokens of a stack that somebody else runs, by client credentials. */
function doorsInto(file: StackFile): Doors {
  return {
    commandApi: file.commandApi,
    queryApi: file.queryApi,
    partnerFeeds: file.partnerFeeds,
    tokenFor: async (persona) => (await findDoor({ interface: 'commandApi', localClient: persona }, {}, {})).token(),
  };
}

interface Played {
  reports: number;
  cases: boolean;
  findings: Finding[];
  networks: MembersFound[];
  feed: FeedFound | undefined;
}

async function play(doors: Doors): Promise<Played> {
  const ids = new Map<string, string>();
  const told = new Set<string>();
  let reports = 0;
  for (const [index, chapter] of STORY.entries()) {
    const tellers = new Set(chapter.reports.map((report) => report.by));
    let accepted = 0;
    let known = 0;
    for (const teller of tellers) {
      const answer = await tell(doors, teller, byTeller(chapter.reports, teller));
      accepted += answer.accepted;
      known += answer.known.size;
      for (const [reference, id] of answer.ids) ids.set(reference, id);
      for (const reference of answer.known) told.add(reference);
    }
    reports += accepted + known;
    const before = known === 0 ? '' : `, ${known} known already`;
    say(
      `  ${index + 1}/${STORY.length + 1}  ${chapter.title.padEnd(64)} ${accepted} ${accepted === 1 ? 'report' : 'reports'} from ${[...tellers].join(', ')}${before}`,
    );
  }
  const idOf = (reference: string): string => {
    const id = ids.get(reference);
    if (id === undefined) throw new Error(`The report ${reference} has no id: the bulk answer did not name it.`);
    return id;
  };
  const feed = await takeBackMistake(doors, idOf(mistaken.reference), told.has(mistaken.reference));
  say('\nReferrals and removals:\n');
  const cases = await playCases(doors, say);
  const wasTold = told.has(joining.reference);
  const networks = wasTold ? undefined : await assessNetworks(doors);
  if (networks !== undefined) say('\nTwo networks are assessed, with members and roles.');
  const findings = await find(doors, idOf(joining.reference), wasTold);
  return { reports, cases, findings, networks: networks === undefined ? [] : await merge(doors, networks), feed };
}

/** The partner's feed holds the misread digit when it is taken back, so it is recalled there. */
async function takeBackMistake(doors: Doors, id: string, wasTold: boolean): Promise<FeedFound | undefined> {
  const feed = wasTold ? undefined : await subscribe(doors);
  const held =
    feed && (await readUntil(doors, feed, 'The report', ({ event }) => event?.subject === `assertion-${id}`));
  await withdraw(doors, mistaken.by, id, 'A digit was misread; the number belongs to nobody here.');
  say(`  ${STORY.length + 1}/${STORY.length + 1}  The misread digit is taken back`);
  if (feed === undefined || held === undefined) return undefined;
  const found = await takeBack(doors, feed, held, mistaken.by);
  const complete = found.digestAgrees ? 'nothing is missing' : 'something is missing   (unexpected)';
  say(
    `\nThe partner's feed: ${found.delivered} deliveries; by the digest ${complete}. The misread digit was recalled there, and the`,
  );
  const gone = found.state === 'applied' ? '' : '   (unexpected)';
  say(`agency that was wrong finds: the partner's answer to the recall is "${found.state}".${gone}`);
  return found;
}

/** What each finds; then the partner hands over what joins two campaigns, and one of the others finds more. */
async function find(doors: Doors, kept: string, wasHandedOver: boolean): Promise<Finding[]> {
  say('\n  waiting until the graph holds it all ...');
  await untilGraphHolds(doors, 'coastal-analyst', SEED_NUMBER, new Date());
  say(`\nThe network around ${SEED_NUMBER}, asked by four organisations:\n`);
  const before = await findingsOf(doors, SEED_NUMBER, wasHandedOver);
  printFindings(before, say);
  if (wasHandedOver) {
    say('\n  The story was told here before: the partner has handed over what it kept to itself.');
    return before;
  }
  say(
    '\n  One report, which only the partner holds, joins two campaigns: the others see one of them and no trace of the second.',
  );
  await handOver(doors, joining.by, kept, 'coastal');
  await untilGraphHolds(doors, 'coastal-analyst', SEED_NUMBER, new Date());
  say(
    "\nThe partner's analyst proposes to hand that report to the coastal agency, its authoriser approves, a copy goes out:\n",
  );
  const after = await findingsOf(doors, SEED_NUMBER, true);
  printFindings(after, say);
  return [...before, ...after];
}

/** What joins two campaigns joins two networks; what each finds of the one that is left. */
async function merge(doors: Doors, networks: Networks): Promise<MembersFound[]> {
  await mergeNetworks(doors, networks);
  await untilGraphHolds(doors, 'coastal-analyst', SEED_NUMBER, new Date());
  const found = await membersFound(doors, networks);
  say('\nThe coastal agency merges the two networks. One member comes along that only the border unit may see:\n');
  for (const { who, members, asExpected } of found)
    say(`  ${who.padEnd(24)} ${members} members${asExpected ? '' : '   (unexpected)'}`);
  say(`\n  Its card: npm run ask -- ${networkEntity(networks.whole.network).key} --kind network`);
  return found;
}

function byTeller(reports: readonly Report[], teller: Teller): Report[] {
  return reports.filter((report) => report.by === teller);
}

const NEXT = `
What to try next, in another terminal:
  npm run ask -- "${SEED_NUMBER}"                 card, timeline, cluster and key players of a number, as the coastal agency sees them
  npm run ask -- @sea.views.24 --platform tiktok      an account by the handle it uses now; "northroad_go" finds it by its old one
  npm run ask -- ${RETURNED.value} --kind account --platform ${RETURNED.platform}    referred, removed: the account that came back
  npm run log -- tail                                 the newest events, as an auditor may see them
  npm run graph -- verify                             the graph compared with a fold of the whole log
`;

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

try {
  const started = performance.now();
  const other = values.once ? undefined : runningStack();
  let stack: Stack | undefined;
  if (other === undefined) {
    const dataDir = values.once ? localPath(`demo-${process.pid}`) : localPath('data');
    if (!values.once && existsSync(dataDir)) say(`  going on with the data of ${dataDir}`);
    stack = await startStack({
      dataDir,
      ephemeral: values.once,
      ignoreEnvironment: values.once,
      say: (line) => say(`  ${line}`),
      endedByItself: (what) => say(`! ${what}`),
    });
  }
  if (stack !== undefined && !values.once) {
    announceStack(stack);
  }
  const upSeconds = (performance.now() - started) / 1000;
  say(
    other === undefined
      ? `  everything is up after ${upSeconds.toFixed(1)} s\n`
      : '  playing into the stack that runs\n',
  );
  const { reports, findings, cases, networks, feed } = await play(
    other === undefined ? doorsOf(stack!) : doorsInto(other),
  );
  const ok =
    cases && [...findings, ...networks, ...(feed === undefined ? [] : [feed])].every(({ asExpected }) => asExpected);
  if (!ok) say('\nThis is not what the story should give: see the lines marked "unexpected".');
  if (values.once) await stack?.stop();
  else if (stack !== undefined) say(`${NEXT}\nThe stack stays up. Ctrl-C ends everything; the data stay.`);
  else say(NEXT);
  if (values.json)
    say(
      JSON.stringify({
        ok,
        seconds: Math.round((performance.now() - started) / 1000),
        reports,
        cases,
        findings,
        networks,
        feed,
      }),
    );
  process.exitCode = ok ? 0 : 1;
  if (!values.once && stack !== undefined) setInterval(() => undefined, 60_000); // the children's handles keep nobody alive
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
