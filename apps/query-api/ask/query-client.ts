import type { Door } from '#runtime';
import type { Asked } from '../reading/asking.js';
import type { Cluster } from '../questions/cluster.js';
import type { KeyPlayers } from '../questions/key-players.js';
import type { Timeline } from '../questions/timeline.js';
import type { EntityCard } from '../questions/entity-card.js';
import type { Search } from '../questions/search.js';
import type { NetworkCard } from '../networks/network-answer.js';
import { WHOLE } from './pages.js';
import { AskFailed } from './ask-failed.js';

export interface AskTerms {
  seed: { value: string; kind?: string; region?: string; platform?: string } | { id: string };
  knownAt?: string;
  validAt?: string;
  relations?: string[];
}

interface ProblemDocument {
  detail?: string;
  code?: string;
  faults?: { pointer: string; detail: string }[];
}

const ANSWER_WITHIN_MS = 60_000;
/** Of one page. */
const STATEMENTS = 2_000;
const NETWORK_MEMBERS = 200;
/** More than anybody reads, and fast. */
const MEMBERS = 1_000;
/** A cluster is walked anew for each page. */
const ALL_MEMBERS = 5_000;

/** Asks the questions over HTTP; what is refused becomes a sentence. */
export class QueryClient {
  /** `goesOn` is told of each further page; without it each answer is its first page. */
  constructor(
    private readonly door: Door,
    private readonly purpose: string,
    private readonly goesOn?: (line: string) => void,
  ) {}

  entityCard(terms: AskTerms): Promise<Asked & EntityCard> {
    return this.ask('entity-card', { ...terms, limit: STATEMENTS });
  }

  cluster({ relations: _, ...terms }: AskTerms): Promise<Asked & Cluster> {
    const limit = this.goesOn === undefined ? MEMBERS : ALL_MEMBERS;
    return this.ask('cluster', { ...terms, limit });
  }

  timeline({ relations: _, ...terms }: AskTerms): Promise<Asked & Timeline> {
    return this.ask('timeline', { ...terms, limit: STATEMENTS });
  }

  networkCard({ relations: _, ...terms }: AskTerms): Promise<Asked & NetworkCard> {
    return this.ask('network-card', { ...terms, limit: NETWORK_MEMBERS });
  }

  /** Whoever may be meant where nothing is known under the very text. */
  search(text: string, { seed, relations: _, ...times }: AskTerms): Promise<Asked & Search> {
    const { kind, region, platform } = 'id' in seed ? ({} as Record<string, undefined>) : seed;
    return this.ask('search', { text, ...(kind === undefined ? {} : { kinds: [kind] }), region, platform, ...times });
  }

  keyPlayers({ relations: _, ...terms }: AskTerms): Promise<Asked & KeyPlayers> {
    return this.ask('key-players', terms);
  }

  /** Any question with the terms that are sent. */
  async ask<Answer extends Asked>(question: string, terms: object): Promise<Answer> {
    const route = `POST /v1/questions/${question}`;
    let page = await callFor<Answer>(this.door, route, this.purpose, terms);
    const whole = WHOLE[question];
    if (this.goesOn === undefined || whole === undefined || page.continuation === undefined) return page;
    const pages: [Answer, ...Answer[]] = [page];
    while (page.continuation !== undefined) {
      this.goesOn(`${question} goes on: page ${pages.length + 1}`);
      page = await callFor<Answer>(this.door, route, this.purpose, { ...terms, continuation: page.continuation });
      pages.push(page);
    }
    return whole(pages) as Answer;
  }
}

/** Calls an interface; what it refuses becomes a sentence. */
export async function callFor<Answer>(door: Door, route: string, purpose: string, body?: object): Promise<Answer> {
  const [method = 'GET', path = '/'] = route.split(' ');
  const response = await fetch(new URL(path, door.url), {
    method,
    headers: {
      authorization: `Bearer ${await door.token()}`,
      'breakwater-purpose': purpose,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error: Error) => {
    throw new AskFailed(
      `${door.url} does not answer (${(error.cause as Error | undefined)?.message ?? error.message}). Is the stack still up?`,
    );
  });
  if (response.ok) return (await response.json()) as Answer;
  throw new AskFailed(refusalText(response.status, (await response.json().catch(() => ({}))) as ProblemDocument));
}

function refusalText(status: number, { detail, code, faults = [] }: ProblemDocument): string {
  if (status === 401)
    return 'The access token is not accepted: it may have expired, or belong to another installation.';
  if (status === 403) return 'Your roles do not allow questions: an analyst, a referrer or an authoriser may ask.';
  const reasons =
    faults.length > 0
      ? faults.map((fault) => `${fault.detail} (${fault.pointer})`).join(' ')
      : (detail ?? `The answer was ${status}.`);
  return code === undefined ? reasons : `${reasons} [${code}]`;
}
