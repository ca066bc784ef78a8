import type { Asked } from '../reading/asking.js';
import type { KeyPlayers, Player } from '../questions/key-players.js';
import { aligned } from './display-text.js';
import { heading } from './print-card.js';
import { counted, entityText } from './words.js';

/** Who holds the network together: those whom most ways lead through, and what is left without each. */

const PLAYERS = 5;

export function playerLines(answer: Asked & KeyPlayers): string[] {
  const { players = [], entities = 0, ties = 0 } = answer;
  const between = players.filter(({ betweenness }) => betweenness > 0).slice(0, PLAYERS);
  if (between.length === 0) return [];
  return [
    heading('Who holds it together', `among ${`${entities} tied entities`}, ${counted(ties, 'tie')}`),
    ...aligned(between.map(cells)).map((line) => `    ${line}`),
  ];
}

function cells({ entity, degree, betweenness, splitsInto }: Player): string[] {
  const parts =
    splitsInto === undefined
      ? ''
      : `without it: ${counted(splitsInto.length, 'part')}, of ${splitsInto.slice(0, 4).join(', ')}`;
  return [entityText(entity), counted(degree, 'tie'), `${(100 * betweenness).toFixed(1)} % of shortest ways`, parts];
}
