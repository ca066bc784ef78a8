import type { Analyst } from '../analysis/analyst.js';
import type { Standing } from '../analysis/standing.js';
import type { Ties } from '../analysis/ties.js';
import { locate, PRESENT, type Entity } from '../reading/entity.js';
import type { Reader, Validity } from '../reading/fetch.js';
import type { Drawn, PageTerms, Question } from '../reading/question.js';
import { byText } from '../reading/statement-row.js';
import { notValid } from '../terms/continuation.js';
import type { Reading } from '../terms/seed.js';
import { walk, type ClusterBounds, type Looked, type Reached, type Walk } from './cluster-walk.js';
import { TIED, tiesOf } from './key-players-graph.js';
import { notFound } from './not-found.js';

/**
 * Who matters among those around a seed, worked out on what this viewer may see and on nothing else: how many each deals with,
 * on how many shortest ways each stands, and into what it would fall apart without them. Hubs are no people who deal with each
 * other: they are ends, and nobody is tied through them to anybody behind.
 */

export interface KeyPlayersTerms extends PageTerms {
  readings: readonly Reading[];
  validity: Validity;
  bounds: ClusterBounds;
  analyse: Analyst;
  signal: AbortSignal;
}

export interface KeyPlayers {
  found: boolean;
  entity?: Entity;
  alsoFound?: Entity[];
  understoodAs?: Omit<Reading, 'id'>[];
  /** Entities and ties that the figures rest on. */
  entities?: number;
  ties?: number;
  /** Most between first, then most dealt with. */
  players?: Player[];
  /** What ended the network before its natural end; the figures are those of the part that was walked. */
  boundedBy?: 'entities' | 'time';
}

export interface Player {
  entity: Entity;
  /** Tied to more than the limit, or demoted: nothing stands behind it. */
  hub: boolean;
  /** Steps from the seed. */
  distance: number;
  /** Entities that it is tied to directly. */
  degree: number;
  /** Share of all pairs of others whose shortest ways lead through it, 0 to 1. */
  betweenness: number;
  /** Sizes of the parts that the network falls into without it; absent where it stays in one. */
  splitsInto?: number[];
}

/** Entities of one round trip: whoever asks for an analysis waits for seconds, and nobody else is to wait for a thousand rows of it. */
const FRONTIER = 40;

/** Enough to tell shares apart, and too few for the noise of sums in another order. */
const DIGITS = 9;

async function draw(reader: Reader, terms: KeyPlayersTerms): Promise<Drawn<KeyPlayers>> {
  const [entity, ...alsoFound] = await locate(reader, terms.readings);
  if (entity === undefined) return notFound(terms.readings);
  const [offset, previous] = (terms.after ?? [0, '']) as [number, string];
  const walked = await walkTies(reader, entity.id, terms);
  const { members, looked, boundedBy } = walked;
  const ties = tiesAmong(walked);
  const standings = await terms.analyse(ties, terms.signal);
  const ranked = members
    .map((member, at) => ({ ...member, hub: looked.get(member.id)?.hub ?? false, ...standings[at]! }))
    .sort((one, other) => ranking(one, other) || byText(one.id, other.id));
  // The page before ended elsewhere: rights have changed meanwhile, and going on would skip or repeat.
  if (offset > 0 && boundedBy !== 'time' && ranked[offset - 1]?.id !== previous) throw notValid();
  const shown = ranked.slice(offset, offset + terms.limit);
  const entities = new Map((await locate(reader, shown)).map((one) => [one.id, one]));
  const more = ranked.length > offset + shown.length;
  return {
    ids: [...new Set([entity, ...alsoFound, ...shown].map(({ id }) => id))],
    positions: [],
    truncated: more || boundedBy !== undefined,
    ...(more ? { after: [offset + shown.length, shown.at(-1)!.id] } : {}),
    finish: () => ({
      found: true,
      entity,
      alsoFound,
      entities: members.length,
      ties: ties.ends.length / 2,
      players: shown.map(({ id, hub, distance, degree, betweenness, parts }) => ({
        entity: entities.get(id)!,
        hub,
        distance,
        degree,
        betweenness: shareOf(betweenness, members.length),
        ...(parts.length > 1 ? { splitsInto: parts } : {}),
      })),
      ...(boundedBy === undefined ? {} : { boundedBy }),
    }),
  };
}

async function walkTies(reader: Reader, seed: string, { bounds, validity }: KeyPlayersTerms): Promise<Walk<Looked>> {
  const { relations, hubLimit, entityLimit } = bounds;
  const look = async (members: readonly Reached[]): Promise<Looked[]> => {
    const rows = await reader.rows(TIED, { ...validity, frontier: members.map(({ id }) => id), relations, hubLimit });
    return rows.map((row) => ({ at: row.at, hub: row.hub, bonds: tiesOf(row) }));
  };
  return await walk(reader, seed, look, { wanted: entityLimit, entityLimit, frontier: FRONTIER });
}

/** Ties between members, each once. */
function tiesAmong({ members, looked }: Walk<Looked>): Ties {
  const size = members.length;
  const numbers = new Map(members.map(({ id }, at) => [id, at]));
  // As numbers: thirty thousand texts at once are felt by whoever else waits for an answer.
  const pairs = new Set<number>();
  for (const [at, { id }] of members.entries())
    for (const { id: other } of looked.get(id)?.bonds ?? []) {
      const number = numbers.get(other);
      if (number !== undefined) pairs.add(Math.min(at, number) * size + Math.max(at, number));
    }
  const ends = new Uint32Array(2 * pairs.size);
  let place = 0;
  for (const pair of pairs) {
    ends[place++] = Math.floor(pair / size);
    ends[place++] = pair % size;
  }
  return { size, ends };
}

/** Rounded first: sums of shares in another order differ in their last digits, which must not decide a rank. */
function ranking(one: Standing, other: Standing): number {
  return rounded(other.betweenness) - rounded(one.betweenness) || other.degree - one.degree;
}

function shareOf(betweenness: number, size: number): number {
  const pairs = ((size - 1) * (size - 2)) / 2;
  return pairs === 0 ? 0 : rounded(betweenness / pairs);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

export const KEY_PLAYERS: Question<KeyPlayersTerms, KeyPlayers> = {
  name: 'key-players',
  fetches: [PRESENT, TIED],
  draw,
};
