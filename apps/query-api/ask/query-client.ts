import type { Door } from '#runtime';
import type { Asked } from '../reading/asking.js';
import type { Cluster } from '../questions/cluster.js';
import type { KeyPlayers } from '../questions/key-players.js';
import type { Timeline } from '../questions/timeline.js';
import type { EntityCard } from '../questions/entity-card.js';
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
const STATEMENTS = 2_000;
const MEMBERS = 1_000;

/** Asks the questions over HTTP; what is refused becomes a sentence. */
export class QueryClient {
  constructor(
    private readonly door: Door,
    private readonly purpose: string,
  ) {}

  entityCard(terms: AskTerms): Promise<Asked & EntityCard> {
    return this.ask('entity-card', { ...terms, limit: STATEMENTS });
  }

  cluster({ relations: _, ...terms }: AskTerms): Promise<Asked & Cluster> {
    return this.ask('cluster', { ...terms, limit: MEMBERS });
  }

  timeline({ relations: _, ...terms }: AskTerms): Promise<Asked & Timeline> {
    return this.ask('timeline', { ...terms, limit: STATEMENTS });
  }

  keyPlayers({ relations: _, ...terms }: AskTerms): Promise<Asked & KeyPlayers> {
    return this.ask('key-players', terms);
  }

  private async ask<Answer>(question: string, body: object): Promise<Answer> {
    const { url } = this.door;
    const response = await fetch(new URL(`/v1/questions/${question}`, url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.door.token()}`,
        'content-type': 'application/json',
        'breakwater-purpose': this.purpose,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((error: Error) => {
      throw new AskFailed(
        `${url} does not answer (${(error.cause as Error | undefined)?.message ?? error.message}). Is the stack still up?`,
      );
    });
    if (response.ok) return (await response.json()) as Answer;
    throw new AskFailed(refusalText(response.status, (await response.json().catch(() => ({}))) as ProblemDocument));
  }
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
