import type { Asked } from '../reading/asking.js';
import type { Cluster } from '../questions/cluster.js';
import type { EntityCard } from '../questions/entity-card.js';
import type { KeyPlayers } from '../questions/key-players.js';
import type { Search } from '../questions/search.js';
import type { Timeline } from '../questions/timeline.js';
import type { NetworkCard } from '../networks/network-answer.js';
import { cardLines, type PrintOptions } from './print-card.js';
import { clusterLines } from './print-cluster.js';
import { networkLines } from './print-network.js';
import { playerLines } from './print-players.js';
import { searchLines } from './print-search.js';
import { timelineLines } from './print-timeline.js';

type Print = (answer: Asked, options: PrintOptions) => string[];

const PRINTS: Record<string, Print> = {
  'entity-card': (answer, options) => cardLines(answer as Asked & EntityCard, options),
  timeline: (answer, options) => timelineLines(answer as Asked & Timeline, options),
  cluster: (answer, options) => clusterLines(answer as Asked & Cluster, options),
  'key-players': (answer) => playerLines(answer as Asked & KeyPlayers),
  'network-card': (answer, options) => networkLines(answer as Asked & NetworkCard, options),
  search: (answer, options) => searchLines(answer as Asked & Search, options),
};

/** The answer of any question: readable where there is a form for it, and as JSON where there is none. */
export function answerLines(question: string, answer: Asked, options: PrintOptions): string[] {
  return PRINTS[question]?.(answer, options) ?? JSON.stringify(answer, undefined, 2).split('\n');
}
