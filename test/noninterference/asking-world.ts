/**
 * Asks a world in memory through the way of production: handlers, rights, continuations, complete position, sources, audit and
 * problem documents are the very ones that answer over HTTP. What comes back is everything that a caller can observe.
 */
import { Audiences, type Viewer } from '#access';
import { problemDocument } from '#runtime';
import { FETCHES } from '../../apps/query-api/query-api.js';
import { AskNetworkCard, NetworkCardHandler } from '../../apps/query-api/networks/network-card.controller.js';
import { AskChanges, ChangesHandler } from '../../apps/query-api/questions/changes.controller.js';
import { AskCluster, ClusterHandler } from '../../apps/query-api/questions/cluster.controller.js';
import { standingsOf } from '../../apps/query-api/analysis/standing.js';
import { AskKeyPlayers, KeyPlayersHandler } from '../../apps/query-api/questions/key-players.controller.js';
import { AskEntityCard, EntityCardHandler } from '../../apps/query-api/questions/entity-card.controller.js';
import { AskListLookUp, ListLookUpHandler } from '../../apps/query-api/questions/list-look-up.controller.js';
import { writeList } from '../../apps/query-api/questions/look-up-csv.js';
import { AskNeighbours, NeighboursHandler } from '../../apps/query-api/questions/neighbours.controller.js';
import { AskPaths, PathsHandler } from '../../apps/query-api/questions/paths.controller.js';
import { AskExport, ExportHandler } from '../../apps/query-api/export/export.controller.js';
import { AskSearch, SearchHandler } from '../../apps/query-api/questions/search.controller.js';
import { AskTimeline, TimelineHandler } from '../../apps/query-api/questions/timeline.controller.js';
import { QuestionRules } from '../../apps/query-api/questions/rules.js';
import { Asking } from '../../apps/query-api/reading/asking.js';
import { CompletePosition } from '../../apps/query-api/reading/complete-position.js';
import { BINDING_RELATIONS } from '../../apps/query-api/questions/cluster-graph.js';
import { Origins } from '../../apps/query-api/withdrawals/origins.js';
import { logOfSources } from '../../apps/query-api/withdrawals/said-in-log.js';
import { AskWhatWouldFall, WhatWouldFallHandler } from '../../apps/query-api/withdrawals/what-would-fall.controller.js';
import { Continuations, notValid, type Bound, type Pinned } from '../../apps/query-api/terms/continuation.js';
import { commanded } from './commanding-world.js';
import type { FetchMeaning } from './memory-world.js';
import { storesOf } from './memory-world.js';
import { SECRET, type History } from './history.js';
import { leavesAsFile, timeless, type Asked, type QuestionName } from './requests.js';

/** Small enough that worlds of a few dozen statements reach them. */
export const BOUNDS = { relations: [...BINDING_RELATIONS], hubLimit: 3, entityLimit: 6 };
const LIMITS = { questionMs: 60_000, walkMs: 60_000 };
/** Pages that are asked for one after the other. */
export const PAGES = 2;
/** Stands for the request id, which is not compared. */
export const PROBLEM_REQUEST = 'request';
const now = new Date('2026-06-01T00:00:00Z');
const purpose = 'operation-tern';
const { signal } = new AbortController();

/** Keeps what it seals: two continuations are compared once opened. In most worlds it spares the encryption, which costs most. */
class OpenedContinuations extends Continuations {
  sealed: Pinned | undefined;

  constructor(private readonly encrypts: boolean) {
    super(Buffer.alloc(32, 9), () => now);
  }

  override seal(bound: Bound, pinned: Pinned): string {
    this.sealed = pinned;
    return this.encrypts ? super.seal(bound, pinned) : JSON.stringify([bound, pinned]);
  }

  override open(bound: Bound, sealed: string): Pinned {
    if (this.encrypts) return super.open(bound, sealed);
    const [sealedFor, pinned] = JSON.parse(sealed) as [Bound, Pinned];
    if (JSON.stringify(sealedFor) !== JSON.stringify(bound)) throw notValid();
    return pinned;
  }
}

interface Answer {
  continuation?: string;
  knownAt?: object;
  [field: string]: unknown;
}

export interface WorldTerms {
  allSeeing?: boolean;
  encrypts?: boolean;
  followed?: number;
  /** Whether lists are answered on the screen only, and never as a file. */
  listsShown?: boolean;
  bounds?: typeof BOUNDS;
}

export class AskedWorld {
  private readonly continuations: OpenedContinuations;
  private readonly lags: boolean;
  private readonly handlers: Record<QuestionName, (viewer: Viewer, body: never) => Promise<Answer>>;

  constructor(
    readonly history: History,
    /**
     * `allSeeing` answers everything to everybody, to find out whether what is hidden matters to a question. The graph has
     * `followed` the log for so many events.
     */
    { allSeeing = false, encrypts = false, followed, listsShown = false, bounds = BOUNDS }: WorldTerms = {},
  ) {
    this.continuations = new OpenedContinuations(encrypts);
    const { log, graph } = storesOf(history, FETCHES as unknown as readonly FetchMeaning[], followed);
    this.lags = followed !== undefined;
    const audiences = allSeeing ? everything(log) : new Audiences(log);
    const complete = new CompletePosition(log, graph, 1_000_000);
    const asking = new Asking(log, graph, audiences, complete, this.continuations, LIMITS);
    const rules = new QuestionRules(SECRET, bounds, bounds.hubLimit);
    const cards = new EntityCardHandler(asking, rules);
    const paths = new PathsHandler(asking, rules);
    const timelines = new TimelineHandler(asking, rules);
    const neighbours = new NeighboursHandler(asking, rules);
    const clusters = new ClusterHandler(asking, rules);
    const players = new KeyPlayersHandler(asking, rules, (ties) => Promise.resolve(standingsOf(ties)));
    const lists = new ListLookUpHandler(asking, rules);
    const files = new ExportHandler(asking, rules);
    const searches = new SearchHandler(asking, rules);
    const networks = new NetworkCardHandler(asking, rules);
    const changes = new ChangesHandler(asking, rules);
    const falls = new WhatWouldFallHandler(asking, rules, logOfSources(log, new Origins(log), SECRET));
    this.handlers = {
      'network-card': (viewer, body) =>
        networks.execute(new AskNetworkCard({ viewer, purpose, signal }, body)) as never,
      changes: (viewer, body) => changes.execute(new AskChanges({ viewer, purpose, signal }, body)) as never,
      'what-would-fall': (viewer, body) =>
        falls.execute(new AskWhatWouldFall({ viewer, purpose, signal }, body)) as never,
      'entity-card': (viewer, body) => cards.execute(new AskEntityCard({ viewer, purpose, signal }, body)) as never,
      paths: (viewer, body) => paths.execute(new AskPaths({ viewer, purpose, signal }, body)) as never,
      timeline: (viewer, body) => timelines.execute(new AskTimeline({ viewer, purpose, signal }, body)) as never,
      neighbours: (viewer, body) => neighbours.execute(new AskNeighbours({ viewer, purpose, signal }, body)) as never,
      cluster: (viewer, body) => clusters.execute(new AskCluster({ viewer, purpose, signal }, body)) as never,
      'key-players': (viewer, body) => players.execute(new AskKeyPlayers({ viewer, purpose, signal }, body)) as never,
      'list-look-up': async (viewer, body) => {
        const isFile = !listsShown && leavesAsFile({ question: 'list-look-up', body });
        const answer = await lists.execute(new AskListLookUp({ viewer, purpose, signal }, body, isFile));
        return isFile ? { file: timeless(writeList(answer)) } : ({ ...answer } as Answer);
      },
      export: (viewer, body) => files.execute(new AskExport({ viewer, purpose, signal }, body)) as never,
      search: (viewer, body) => searches.execute(new AskSearch({ viewer, purpose, signal }, body)) as never,
    };
  }

  /**
   * All that the caller can observe, page after page, without request id, `asOf` and lag. `order` gives log positions their
   * place among what the caller may see: a world without the hidden events numbers the others differently.
   */
  async observed(viewer: Viewer, asked: Asked, order: (position: number) => number): Promise<string> {
    if ('command' in asked) return commanded(this.history, viewer, asked);
    const { question, body } = asked;
    const pages: unknown[] = [];
    let continuation: string | undefined;
    for (let page = 0; page < PAGES && (page === 0 || continuation !== undefined); page += 1) {
      this.continuations.sealed = undefined;
      try {
        const sent = continuation === undefined ? body : { ...body, continuation };
        const { asOf: _, lagSeconds: __, ...answer } = await this.handlers[question](viewer, sent as never);
        // Whether a time lies beyond what the graph holds is a matter of lag.
        if (this.lags) delete answer.knownAt;
        continuation = answer.continuation;
        pages.push({
          ...answer,
          ...(continuation === undefined ? {} : { continuation: this.opened(question, order) }),
        });
      } catch (error) {
        const problem = problemDocument(error, PROBLEM_REQUEST);
        // A defect answers everybody alike, and would make all worlds equal.
        if (problem.status === 500) throw error;
        pages.push(problem);
        break;
      }
    }
    return JSON.stringify(pages);
  }

  /** Where the next page begins. A position tells by its order only; its number would count what is hidden. */
  private opened(question: QuestionName, order: (position: number) => number): unknown {
    const { after = [], incarnation } = this.continuations.sealed ?? {};
    const [first, ...rest] = after;
    const place = isByPlace(question) || typeof first !== 'number' ? first : order(first);
    return [incarnation, place, ...rest];
  }
}

function everything(log: { query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> }): Audiences {
  const all = async (): Promise<number[]> => {
    const rows = await log.query<{ audience: string }>('SELECT audience FROM markings', []);
    return rows.map(({ audience }) => Number(audience));
  };
  return { allowedAudiences: all } as unknown as Audiences;
}

/** Continuations of these count what the viewer has seen, or say how alike a name is, and hold no log positions. */
const BY_PLACE: readonly QuestionName[] = [
  ...(['cluster', 'key-players', 'network-card', 'changes', 'what-would-fall', 'search'] as const),
];

function isByPlace(question: QuestionName): boolean {
  return BY_PLACE.includes(question);
}
