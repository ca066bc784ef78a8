/**
 * `npm run ask -- IDENTIFIER`: who is this, what happened, and with whom? Card, timeline, cluster and key players of a number,
 * handle, link or name, as the caller may see them. Exit code 0: found; 1: nothing found; 2: the question could not be asked or was refused.
 */
import { Command } from 'commander';
import { ENTITY_KINDS, RELATION_TYPES } from '#events';
import { DoorClosed, findDoor, type DoorOptions } from '#runtime';
import { AskFailed } from './ask-failed.js';
import { shown } from './display-text.js';
import { cardLines } from './print-card.js';
import { clusterLines } from './print-cluster.js';
import { playerLines } from './print-players.js';
import { timelineLines } from './print-timeline.js';
import { QueryClient, type AskTerms } from './query-client.js';

interface Options extends Pick<DoorOptions, 'to' | 'tokenFile'> {
  as?: string;
  kind?: string;
  region?: string;
  platform?: string;
  knownAt?: string;
  validAt?: string;
  relation?: string[];
  purpose: string;
  full?: boolean;
  json?: boolean;
}

/** Who asks in the local stack when nobody is named. */
const LOCAL_ANALYST = 'coastal-analyst';
const NOTHING_FOUND = 1;
const NOT_ASKED = 2;
const COLUMNS = 120;

async function ask(identifier: string, options: Options): Promise<number> {
  const wanted = { interface: 'queryApi', localClient: options.as ?? LOCAL_ANALYST } as const;
  const client = new QueryClient(await findDoor(wanted, options, process.env), options.purpose);
  const terms = termsOf(identifier, options);
  const card = await client.entityCard(terms);
  const around =
    card.entity === undefined ? undefined : await lookAround(client, { ...terms, seed: { id: card.entity.id } });
  if (options.json === true) {
    write(JSON.stringify({ ok: true, found: card.found, card, ...around }));
    return card.found ? 0 : NOTHING_FOUND;
  }
  if (around === undefined) {
    write(...nothingLines(identifier, card.understoodAs ?? []), '', ...footLines(card));
    return NOTHING_FOUND;
  }
  const print = { columns: process.stdout.columns ?? COLUMNS, full: options.full === true };
  const { timeline, cluster, players } = around;
  const parts = [
    cardLines(card, print),
    timelineLines(timeline, print),
    clusterLines(cluster, print),
    playerLines(players),
  ];
  for (const lines of parts.filter(({ length }) => length > 0)) write(...lines, '');
  write(...footLines(card));
  return 0;
}

/** Asked of the entity that the card is about: a text may have several readings. */
async function lookAround(client: QueryClient, terms: AskTerms) {
  const [timeline, cluster, players] = await Promise.all([
    client.timeline(terms),
    client.cluster(terms),
    client.keyPlayers(terms),
  ]);
  return { timeline, cluster, players };
}

function termsOf(identifier: string, { kind, region, platform, knownAt, validAt, relation }: Options): AskTerms {
  const seed =
    /^[0-9a-f]{32}$/.test(identifier) && kind === undefined
      ? { id: identifier }
      : { value: identifier, kind, region, platform };
  return { seed, knownAt, validAt, relations: relation };
}

/** Nothing that this caller may see: whether others hold something is never said, not even here. */
function nothingLines(identifier: string, readings: readonly { kind?: string; key?: string }[]): string[] {
  const kinds = [...new Set(readings.map(({ kind }) => kind))].join(', ');
  return [
    `Nothing that you may see is known about ${shown(identifier)}.`,
    ...(readings.length === 0
      ? []
      : [
          `Looked for it as: ${kinds}. Name the kind with --kind, or the region of a national number with --region GB.`,
        ]),
  ];
}

function footLines({
  asOf,
  lagSeconds,
  knownAt,
}: {
  asOf: string;
  lagSeconds: number;
  knownAt?: { laterThanKnown: boolean };
}): string[] {
  const lag = lagSeconds === 0 ? '' : `, ${lagSeconds} s behind what has been recorded`;
  const later = knownAt?.laterThanKnown === true ? ' (the time asked for lies later than what is known)' : '';
  return [`As known at ${asOf.replace('T', ' ').replace('Z', ' UTC')}${lag}${later}.`];
}

function write(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

const several = (value: string, before: string[] = []): string[] => [...before, value];

const command = new Command('ask')
  .description('Who is this, what happened, and with whom? Of a number, handle, link, name or id.')
  .argument('<identifier>', 'as somebody wrote it: "+44 7700 900101", https://t.me/name, @handle')
  .option('--kind <kind>', `what it is, where that is known: ${ENTITY_KINDS.join(', ')}`)
  .option('--region <code>', 'region in which a national number is read: GB')
  .option('--platform <name>', 'platform of a handle or account: telegram')
  .option('--valid-at <date>', 'only what was true then: 2026, 2026-03, 2026-03-09')
  .option('--known-at <date>', 'what was known then')
  .option(
    '--relation <type>',
    `only this relation on the card; may be repeated: ${RELATION_TYPES.slice(0, 4).join(', ')}, ...`,
    several,
  )
  .option('--full', 'every statement and every member')
  .option('--json', 'all answers as one line of JSON')
  .option('--purpose <code>', 'operation or reason; it stands in the audit', 'ad-hoc-question')
  .option('--as <persona>', 'who asks, in the local stack: border-analyst, partner-analyst, ...')
  .option('--to <url>', 'question interface; without it BREAKWATER_QUERY_URL, or that of the local stack')
  .option('--token-file <file>', 'file that holds an access token; without it BREAKWATER_TOKEN')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : NOT_ASKED);
  })
  .action(async (identifier: string, options: Options) => {
    process.exitCode = await ask(identifier, options);
  });

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof AskFailed || error instanceof DoorClosed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = NOT_ASKED;
}
