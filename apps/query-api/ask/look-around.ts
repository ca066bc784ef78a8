import type { Cluster } from '../questions/cluster.js';
import type { KeyPlayers } from '../questions/key-players.js';
import type { Timeline } from '../questions/timeline.js';
import type { NetworkCard } from '../networks/network-answer.js';
import type { Asked } from '../reading/asking.js';
import { AskFailed } from './ask-failed.js';
import type { AskTerms, QueryClient } from './query-client.js';

/** What is asked about an entity beside its card. One question that is refused costs none of the others. */
export interface Around {
  timeline?: Asked & Timeline;
  cluster?: Asked & Cluster;
  players?: Asked & KeyPlayers;
  network?: Asked & NetworkCard;
  /** What could not be had, and why. */
  missing: { what: string; why: string }[];
}

export type Asks = Pick<QueryClient, 'timeline' | 'cluster' | 'keyPlayers' | 'networkCard'>;

/** Asked of the entity that the card is about: a text may have several readings. */
export async function lookAround(client: Asks, terms: AskTerms, isNetwork: boolean): Promise<Around> {
  const missing: Around['missing'] = [];
  const had = async <Answer>(what: string, asked: Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof AskFailed)) throw error;
      missing.push({ what, why: error.message });
      return undefined;
    }
  };
  const [timeline, cluster, players, network] = await Promise.all([
    had('timeline', client.timeline(terms)),
    had('cluster', client.cluster(terms)),
    had('key players', client.keyPlayers(terms)),
    isNetwork ? had('network card', client.networkCard(terms)) : undefined,
  ]);
  return { timeline, cluster, players, network, missing };
}

export function missingLines({ missing }: Around): string[] {
  return missing.flatMap(({ what, why }) => [`NOT SHOWN   ${what}: ${why}`, '']);
}
