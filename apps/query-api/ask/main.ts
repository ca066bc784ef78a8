/**
 * `npm run ask -- IDENTIFIER`: who is this, what happened, and with whom? Card, timeline, cluster and key players of a number,
 * handle, link or name, and the card of a network, as the caller may see them; where nothing is known under the very text, who
 * may be meant by it. `npm run ask -- --saved NAME --operation OP` asks what an operation has kept. Exit code 0: found; 1: nothing
 * found; 2: a question could not be asked or was refused, and what the others answer is shown.
 */
import { Command } from 'commander';
import { ENTITY_KINDS, RELATION_TYPES } from '#events';
import { DoorClosed, findDoor, type Door, type DoorOptions } from '#runtime';
import type { Asked } from '../reading/asking.js';
import { AskFailed } from './ask-failed.js';
import { shown } from './display-text.js';
import { answerLines } from './print-answer.js';
import { lookAround, missingLines } from './look-around.js';
import { QueryClient, type AskTerms } from './query-client.js';
import { findSaved } from './saved-question.js';

interface Options extends Pick<DoorOptions, 'to' | 'tokenFile'> {
  as?: string;
  kind?: string;
  region?: string;
  platform?: string;
  knownAt?: string;
  validAt?: string;
  relation?: string[];
  purpose: string;
  saved?: string;
  operation?: string;
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
  const client = clientOf(await findDoor(wanted, options, process.env), options);
  const terms = termsOf(identifier, options);
  const card = await client.entityCard(terms);
  if (card.entity === undefined) {
    const meant = await client.search(identifier, terms);
    if (options.json === true) write(JSON.stringify({ ok: true, found: false, card, search: meant }));
    else
      write(
        ...nothingLines(identifier, card.understoodAs ?? []),
        '',
        ...blocks([['search', meant]], options),
        ...footLines(card),
      );
    return NOTHING_FOUND;
  }
  const around = await lookAround(client, { ...terms, seed: { id: card.entity.id } }, card.entity.kind === 'network');
  const isWhole = around.missing.length === 0;
  if (options.json === true) write(JSON.stringify({ ok: isWhole, found: true, card, ...around }));
  else {
    const { timeline, cluster, players, network } = around;
    const answers: [string, Asked | undefined][] = [
      ['network-card', network],
      ['entity-card', card],
      ['timeline', timeline],
      ['cluster', cluster],
      ['key-players', players],
    ];
    write(...blocks(answers, options), ...missingLines(around), ...footLines(card));
  }
  return isWhole ? 0 : NOT_ASKED;
}

/** What an operation has kept, asked now. */
async function askSaved(name: string, options: Options): Promise<number> {
  const { operation } = options;
  if (operation === undefined) throw new AskFailed('Say whose question it is: --operation OPERATION.');
  const client = options.as ?? LOCAL_ANALYST;
  const { to: _, ...elsewhere } = options;
  const commands = await findDoor({ interface: 'commandApi', localClient: client }, elsewhere, process.env);
  const { question, terms } = await findSaved(commands, options.purpose, operation, name);
  const queries = await findDoor({ interface: 'queryApi', localClient: client }, options, process.env);
  const answer = await clientOf(queries, options).ask<Asked & { found?: boolean }>(question, terms);
  if (options.json === true) write(JSON.stringify({ ok: true, found: answer.found, question, answer }));
  else write(...blocks([[question, answer]], options), ...footLines(answer));
  return answer.found === false ? NOTHING_FOUND : 0;
}

/** Each answer that says something, with an empty line behind it. */
function blocks(
  answers: readonly [question: string, answer: Asked | undefined][],
  { full = false }: Options,
): string[] {
  const print = { columns: process.stdout.columns ?? COLUMNS, full };
  return answers.flatMap(([question, answer]) => {
    const lines = answer === undefined ? [] : answerLines(question, answer, print);
    return lines.length === 0 ? [] : [...lines, ''];
  });
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

function footLines({ asOf, lagSeconds, knownAt }: Asked): string[] {
  const lag = lagSeconds === 0 ? '' : `, ${lagSeconds} s behind what has been recorded`;
  const later = knownAt?.laterThanKnown === true ? ' (the time asked for lies later than what is known)' : '';
  return [`As known at ${asOf.replace('T', ' ').replace('Z', ' UTC')}${lag}${later}.`];
}

/** A program follows continuations itself: what it reads of one page, such as numbers of origins, does not hold for two. */
function clientOf(door: Door, { purpose, full, json }: Options): QueryClient {
  const isWhole = full === true && json !== true;
  return new QueryClient(door, purpose, isWhole ? (line) => process.stderr.write(`${line}\n`) : undefined);
}

function write(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

const several = (value: string, before: string[] = []): string[] => [...before, value];

const command = new Command('ask')
  .description('Who is this, what happened, and with whom? Of a number, handle, link, name or id.')
  .argument('[identifier]', 'as somebody wrote it: "+44 20 7946 0101", https://t.me/name, @handle')
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
  .option('--saved <name>', 'a question that an operation has kept, instead of an identifier')
  .option('--operation <code>', 'the operation that has kept it')
  .option('--full', 'every statement and every member, page after page')
  .option('--json', 'the first page of each answer as one line of JSON, each with its continuation')
  .option('--purpose <code>', 'operation or reason; it stands in the audit', 'ad-hoc-question')
  .option('--as <persona>', 'who asks, in the local stack: border-analyst, partner-analyst, ...')
  .option('--to <url>', 'question interface; without it BREAKWATER_QUERY_URL, or that of the local stack')
  .option('--token-file <file>', 'file that holds an access token; without it BREAKWATER_TOKEN')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : NOT_ASKED);
  })
  .action(async (identifier: string | undefined, options: Options) => {
    if ((identifier === undefined) === (options.saved === undefined))
      throw new AskFailed('Give an identifier, or --saved NAME with --operation OPERATION.');
    process.exitCode =
      identifier === undefined ? await askSaved(options.saved!, options) : await ask(identifier, options);
  });

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof AskFailed || error instanceof DoorClosed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = NOT_ASKED;
}
