import type { EventLog } from '#event-log';
import type { Graph } from '#graph';
import { startHttpApp, type HttpApp, type HttpAppOptions, type OidcSettings, type ProcessSettings } from '#runtime';
import { HOLDINGS } from './blind-check/holders.js';
import { EXPORTED } from './export/export.controller.js';
import { QueryApiModule, type QueryApiParts } from './query-api.module.js';
import { NETWORK_CARD } from './networks/network-card.js';
import { CHANGES } from './questions/changes.js';
import { CLUSTER } from './questions/cluster.js';
import { ENTITY_CARD } from './questions/entity-card.js';
import { KEY_PLAYERS } from './questions/key-players.js';
import { LIST_LOOK_UP, MOST_IDENTIFIERS } from './questions/list-look-up.js';
import { WHAT_WOULD_FALL } from './withdrawals/what-would-fall.js';
import { readList } from './questions/look-up-csv.js';
import { NEIGHBOURS } from './questions/neighbours.js';
import { PATHS } from './questions/paths.js';
import { SEARCH } from './questions/search.js';
import { TIMELINE } from './questions/timeline.js';
import { CROWD_AUDIENCES, CROWDS, NEARBY, nearbyOnly } from './reading/crowds.js';
import { warmUp } from './reading/graph-reader.js';
import { byNodes } from './reading/nodes.js';
import { OCCURRING } from './reading/occurring.js';
import type { AnyFetch } from './reading/question.js';
import { WINDOWS } from './reading/windows.js';
import type { QuestionSettings } from './settings.js';

const QUESTIONS: readonly { fetches: readonly AnyFetch[] }[] = [
  ENTITY_CARD,
  NEIGHBOURS,
  CLUSTER,
  KEY_PLAYERS,
  PATHS,
  TIMELINE,
  LIST_LOOK_UP,
  NETWORK_CARD,
  CHANGES,
  WHAT_WOULD_FALL,
  SEARCH,
  ...Object.values(EXPORTED),
];

/** Every Cypher of this app's questions: warmed up at the start, and read by the spec that looks for the audience predicate. */
export const FETCHES: readonly AnyFetch[] = [
  ...new Map(QUESTIONS.flatMap(({ fetches }) => fetches.map((one) => [one.name, one]))).values(),
];

/** The same, as they read a crowded node; planned at the first question about one, since most deployments have few. */
export const NEARBY_FETCHES: readonly Pick<AnyFetch, 'name' | 'cypher'>[] = FETCHES.flatMap(({ name, cypher }) => {
  const nearby = nearbyOnly(cypher);
  return nearby === undefined ? [] : [{ name: `${name}, nearby`, cypher: nearby }];
});

/** The same, as they look up by number whom a walk has met. */
export const NODES_FETCHES = FETCHES.flatMap(({ name, cypher, warmUp }) => {
  const text = byNodes(cypher);
  if (text === undefined) return [];
  const nobody = Object.fromEntries(text.named.map((param) => [param, Float64Array.of(-1)]));
  return [{ name: `${name}, by numbers`, cypher: text.cypher, warmUp: { ...warmUp, ...nobody } }];
});

/** Cypher that looks past the viewer's rights, and whose rows never reach an answer. */
export const PAST_ALL_RIGHTS = [
  HOLDINGS,
  OCCURRING,
  CROWDS,
  CROWD_AUDIENCES,
  NEARBY,
  ...Object.values(WINDOWS),
] as const;

/** Large enough for a full list with long links. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface QueryApiSettings {
  process: ProcessSettings;
  oidc: OidcSettings;
  idKey: { bytes(): Buffer };
  cursorKey: { bytes(): Buffer };
  questions: QuestionSettings;
}

export interface Stores {
  log: EventLog;
  graph: Graph;
}

/** Starts the app on open stores. It is ready when both stores answer and every question has been planned once. */
export async function startQueryApi(
  settings: QueryApiSettings,
  { log, graph }: Stores,
  {
    analysisWorker,
    ...options
  }: Pick<HttpAppOptions, 'log' | 'ownsProcess' | 'onClosed'> & Pick<QueryApiParts, 'analysisWorker'> = {},
): Promise<HttpApp> {
  const planned = planningOf(graph);
  const module = QueryApiModule.with({
    log,
    graph,
    oidc: settings.oidc,
    idKey: settings.idKey.bytes(),
    cursorKey: settings.cursorKey.bytes(),
    questions: settings.questions,
    analysisWorker,
  });
  const app = await startHttpApp(module, settings.process, {
    name: 'query-api',
    description: 'Questions about who and what belongs together, answered from what the caller may see.',
    bodyLimit: BODY_LIMIT,
    ready: () => [
      { name: 'postgres', check: () => log.query('SELECT 1', []) },
      { name: 'graph', check: () => graph.probe() },
      { name: 'questions', check: planned },
    ],
    prepare: (fastify) => {
      fastify.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => {
        try {
          done(null, { identifiers: readList(body as Buffer, MOST_IDENTIFIERS) });
        } catch (error) {
          done(error as Error);
        }
      });
    },
    ...options,
  });
  planned().catch((error: unknown) => app.log.warn({ err: error }, 'the questions are not planned yet'));
  return app;
}

/** Plans every question once. A store that is not there yet is asked again at the next look. */
function planningOf(graph: Graph): () => Promise<void> {
  let planning: Promise<void> | undefined;
  return () =>
    (planning ??= warmUp(graph, [...FETCHES, ...NODES_FETCHES, OCCURRING, CROWDS, CROWD_AUDIENCES, NEARBY]).catch(
      (error: unknown) => {
        planning = undefined;
        throw error;
      },
    ));
}
