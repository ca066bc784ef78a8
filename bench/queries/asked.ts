/** What is asked: each question in its usual terms, about somebody else each time. */
import type { EntityRef } from '#events';
import type { IdOf } from '../../apps/graph-projector/projections/entity-ids.js';
import type { Chance } from '../workload/chance.js';
import { account, anyOrigin, contactsOf, isVisible, nameAmong, networkOf, networksAmong, ownOf } from './population.js';

/** Who is there, and how they are called. */
export interface Among {
  accounts: number;
  idOf: IdOf;
  chance: Chance;
  /** When what came last began to be brought in, to the second. */
  since: string;
}

export interface Asked {
  /** As it stands in tables and bars. */
  name: string;
  question: string;
  terms(among: Among): object;
  /** Whether the answer tells something; what is not found is found fast. */
  tells(answer: Answer): boolean;
  /** Times that it is asked at each size, where there is time for it. */
  times: number;
}

/** What answers have in common, as far as it is looked at here. */
export interface Answer {
  found?: boolean;
  continuation?: string;
  paths?: { steps?: unknown[] }[];
  rows?: { outcome: string }[];
  named?: unknown[];
  carriers?: unknown[];
}

const LISTED = 200;
/** As much as one list may hold. */
const LONGEST_LIST = 5_000;
const isFound = ({ found }: Answer): boolean => found === true;
const hasPath = ({ paths = [] }: Answer): boolean => paths.some(({ steps }) => steps !== undefined);

export const TWO_STEPS = 'paths, 2 steps';
export const SIX_STEPS = 'paths, 6 steps';
export const SEARCH = 'search, a name misspelt';

export const ASKED: readonly Asked[] = [
  ofAccount('entity-card', 300),
  ofAccount('timeline', 300),
  ofAccount('neighbours', 300),
  ofAccount('cluster', 200, { limit: 50 }),
  { ...ofAccount('key-players', 60, { relations: ['ASSOCIATED_WITH', 'USES_NUMBER', 'ADMINISTERS'] }) },
  {
    name: TWO_STEPS,
    question: 'paths',
    times: 1_500,
    terms: (among) => ({ seeds: seedsOf(friendOfAFriend(among), among), steps: 2 }),
    tells: hasPath,
  },
  { ...between('fewest-steps', 400), name: SIX_STEPS },
  between('best-graded', 60),
  between('in-order-of-time', 60),
  ofList(LISTED, 60),
  ofList(LONGEST_LIST, 3),
  {
    name: SEARCH,
    question: 'search',
    times: 400,
    terms: ({ accounts, chance }) => ({ text: misspelt(nameAmong(chance.below(accounts)), chance) }),
    tells: ({ carriers = [], named = [] }) => carriers.length + named.length > 0,
  },
  {
    name: 'search, a number',
    question: 'search',
    times: 60,
    terms: ({ accounts, chance }) => ({ text: numberOf(chance.below(accounts)) }),
    tells: ({ carriers = [], named = [] }) => carriers.length + named.length > 0,
  },
  {
    name: 'changes',
    question: 'changes',
    times: 60,
    terms: (among) => ({ seed: seedsOf([anyAccount(among)], among)[0], since: among.since }),
    tells: isFound,
  },
  {
    name: 'what-would-fall',
    question: 'what-would-fall',
    times: 60,
    terms: ({ chance }) => ({ origin: anyOrigin(chance) }),
    tells: isFound,
  },
  {
    name: 'network-card',
    question: 'network-card',
    times: 100,
    terms: ({ accounts, chance, idOf }) => ({
      seed: seedOf(networkOf(chance.pick(networksAmong(accounts))), idOf),
    }),
    tells: isFound,
  },
];

function ofAccount(question: string, times: number, more: object = {}): Asked {
  return {
    name: question,
    question,
    times,
    terms: (among) => ({ seed: seedsOf([anyAccount(among)], among)[0], ...more }),
    tells: isFound,
  };
}

function ofList(length: number, times: number): Asked {
  return {
    name: `list-look-up, ${length.toLocaleString('en')}`,
    question: 'list-look-up',
    times,
    terms: ({ accounts, chance }) => ({
      identifiers: Array.from({ length }, () => ({ value: numberOf(chance.below(accounts)) })),
    }),
    tells: ({ rows = [] }) => rows.some(({ outcome }) => outcome === 'hit'),
  };
}

function between(way: string, times: number): Asked {
  return {
    name: `paths, 6 steps, ${way}`,
    question: 'paths',
    times,
    terms: (among) => ({ seeds: seedsOf([anyAccount(among), anyAccount(among)], among), steps: 6, way }),
    tells: hasPath,
  };
}

/** One of whom whoever asks may see something. */
export function anyAccount({ accounts, chance }: Among): number {
  for (;;) {
    const number = chance.below(accounts);
    if (isVisible(number)) return number;
  }
}

/** Two who deal with the same one. */
function friendOfAFriend(among: Among): number[] {
  for (;;) {
    const one = anyAccount(among);
    const [friend = one] = contactsOf(one);
    const other = contactsOf(friend)[0];
    if (other !== undefined && other !== one && isVisible(friend)) return [one, other];
  }
}

function numberOf(number: number): string {
  return ownOf(number - (number % 10)).key;
}

/** One letter left out, as it is heard or typed. */
function misspelt(name: string, chance: Chance): string {
  const letters = [...name];
  if (letters.length > 3) letters.splice(1 + chance.below(letters.length - 2), 1);
  return letters.join('');
}

function seedsOf(numbers: readonly number[], { idOf }: Among): { id: string }[] {
  return numbers.map((number) => seedOf(account(number), idOf));
}

function seedOf({ kind, key }: EntityRef, idOf: IdOf): { id: string } {
  return { id: idOf(kind, key) };
}
