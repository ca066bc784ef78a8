/**
 * Noninterference: what a viewer gets from the whole world equals, to the last byte, what they get from the part of it that
 * they may see, and what they get from a world in which other things happened in secret.
 */
import { maySee, type Viewer } from '#access';
import { Chance } from '../../bench/workload/chance.js';
import { AskedWorld, type WorldTerms } from './asking-world.js';
import { anyViewer } from './cast.js';
import { anyAct } from '../graph-model/deciding.js';
import { drawHistory, type History } from './history.js';
import { namedIn } from './must-see.js';
import { anyCommandOrRemoval } from './removals-in-worlds.js';
import { anyAsked, type Asked } from './requests.js';

/** Questions of each world, each asked by several viewers. */
const QUESTIONS_OF_A_WORLD = 30;
const VIEWERS_OF_A_WORLD = 6;
const COMMANDS = 28;
/** One pair in so many is also held against a world with other secrets. */
const OTHER_SECRETS = 4;
/** Share of the worlds in which the graph has not followed the log to its end. */
const LAGGING_WORLDS = 0.4;
/** In one world of so many the continuations are encrypted as in production. */
const ENCRYPTING_WORLDS = 20;

export interface Difference {
  world: number;
  viewer: Viewer;
  asked: Asked;
  against: 'the part that the viewer may see' | 'a world with other secrets';
  whole: string;
  other: string;
}

export interface Outcome {
  pairs: number;
  /** Pairs in which somebody who sees everything would have got another answer. */
  touched: number;
  /** Pairs that were also held against a world with other secrets. */
  twoWorlds: number;
  differences: Difference[];
}

export interface Extent {
  pairs: number;
  seed: number;
  /** Stop at the first difference. */
  untilFirst?: boolean;
}

/** Asks about random worlds until so many pairs have been compared. */
export async function compareWorlds({ pairs, seed, untilFirst = false }: Extent): Promise<Outcome> {
  const outcome: Outcome = { pairs: 0, touched: 0, twoWorlds: 0, differences: [] };
  for (let world = seed; outcome.pairs < pairs; world += 1) {
    await compareWorld(world, outcome);
    if (untilFirst && outcome.differences.length > 0) break;
  }
  return outcome;
}

async function compareWorld(number: number, outcome: Outcome): Promise<void> {
  const chance = new Chance(number * 7_919);
  // In every other world people also decide about identity and networks.
  const draw = number % 2 === 0 ? anyAct : anyCommandOrRemoval;
  const history = drawHistory(chance, number, COMMANDS, draw);
  const secrets = drawHistory(chance, number, COMMANDS, draw);
  const ids = [...new Set(namedIn(history))];
  const encrypts = number % ENCRYPTING_WORLDS === 0;
  const until = chance.happens(LAGGING_WORLDS) ? chance.pick(history).recordedTime : undefined;
  const followedOf = (events: History): Pick<WorldTerms, 'followed'> =>
    until === undefined ? {} : { followed: events.filter(({ recordedTime }) => recordedTime <= until).length };
  const whole = new AskedWorld(history, { encrypts, ...followedOf(history) });
  const seeing = new AskedWorld(history, { allSeeing: true, ...followedOf(history) });
  const somebody = anyViewer(chance);
  const questions = Array.from({ length: QUESTIONS_OF_A_WORLD }, () => anyAsked(chance, number, history, ids));
  const everything = await Promise.all(
    questions.map((asked) => seeing.observed(somebody, asked, (position) => position)),
  );
  for (let each = 0; each < VIEWERS_OF_A_WORLD; each += 1) {
    const viewer = anyViewer(chance);
    const visible = visibleTo(viewer, history);
    const part = new AskedWorld(visible, { encrypts, ...followedOf(visible) });
    const others = merged(visible, hiddenFrom(viewer, secrets));
    const other = new AskedWorld(others, { encrypts, ...followedOf(others) });
    for (const [at, asked] of questions.entries()) {
      const seen = await whole.observed(viewer, asked, orderIn(whole, visible));
      const compare = async (against: AskedWorld, name: Difference['against']): Promise<void> => {
        const answer = await against.observed(viewer, asked, orderIn(against, visible));
        if (answer !== seen)
          outcome.differences.push({ world: number, viewer, asked, against: name, whole: seen, other: answer });
      };
      await compare(part, 'the part that the viewer may see');
      if (at % OTHER_SECRETS === 0) {
        await compare(other, 'a world with other secrets');
        outcome.twoWorlds += 1;
      }
      outcome.pairs += 1;
      if (contentOf(seen) !== contentOf(everything[at]!)) outcome.touched += 1;
    }
  }
}

/** What is told, without where a next page would begin: that is numbered differently for whoever sees more. */
function contentOf(observed: string): string {
  return observed.replaceAll(/"continuation":\[[^\]]*\]/g, '');
}

/** Access is decided for a whole stream by the marking in force now: that of its newest event. */
export function visibleTo(viewer: Viewer, history: History): History {
  const inForce = new Map(history.map(({ stream, marking }) => [stream, marking]));
  return history.filter(({ stream }) => maySee(viewer, inForce.get(stream)!).see);
}

function hiddenFrom(viewer: Viewer, history: History): History {
  const visible = new Set(visibleTo(viewer, history));
  return history.filter((event) => !visible.has(event));
}

/** Both in the order of their times. */
function merged(one: History, other: History): History {
  return [...one, ...other].sort((first, second) => Date.parse(first.recordedTime) - Date.parse(second.recordedTime));
}

/** Place of a position's event among those that the viewer may see. */
function orderIn({ history }: AskedWorld, visible: History): (position: number) => number {
  return (position) => visible.indexOf(history[position - 1]!);
}
