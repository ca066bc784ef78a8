/**
 * Who is linked with whom: the three shapes that decide what a graph write costs. Hubs are cheap to hold on to (their page
 * is warm, their key is known), pairs of hubs are where a MERGE of the relationship walks thousands of links.
 */
import type { EntityKind, RelationType } from '#events';
import { Chance, zipf } from './chance.js';

export const WORKLOADS = ['zipf', 'flat', 'hubs'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

export const WORKLOAD_MEANS: Record<WorkloadName, string> = {
  zipf: 'objects by Zipf 1.1, 30 % of the events say an earlier pair again',
  flat: 'no hubs: everything is named a few times',
  hubs: '200 accounts x 200 numbers: both ends are hubs',
};

/** One link or literal, by numbers; names are made from them. `object` is absent for a literal. */
export interface Pair {
  relation: RelationType;
  subjectKind: EntityKind;
  subject: number;
  objectKind?: EntityKind;
  object?: number;
}

interface Mix {
  share: number;
  relation: RelationType;
  subjectKind: EntityKind;
  objectKind?: EntityKind;
}

/** Five kinds of statement, as intake brings them; the literal goes from the entity to itself. */
const MIX: readonly Mix[] = [
  { share: 0.35, relation: 'USES_NUMBER', subjectKind: 'account', objectKind: 'phone-number' },
  { share: 0.25, relation: 'CONTACTED', subjectKind: 'account', objectKind: 'account' },
  { share: 0.15, relation: 'MEMBER_OF', subjectKind: 'account', objectKind: 'group' },
  { share: 0.15, relation: 'HAS_HANDLE', subjectKind: 'account', objectKind: 'handle' },
  { share: 0.1, relation: 'STATED', subjectKind: 'account' },
];
const HUB_MIX: readonly Mix[] = [
  { share: 1, relation: 'USES_NUMBER', subjectKind: 'account', objectKind: 'phone-number' },
];

const ZIPF_EXPONENT = 1.1;
const ZIPF_OBJECTS = 20_000;
const ZIPF_SUBJECTS = 60_000;
const FLAT_POPULATION = 100_000;
const HUBS = 200;
const REPEATS = 0.3;

type Draw = (chance: Chance) => number;

interface Shape {
  mix: readonly Mix[];
  subject: Draw;
  object: Draw;
  repeats: number;
}

const SHAPES: Record<WorkloadName, () => Shape> = {
  zipf: () => ({
    mix: MIX,
    subject: (chance) => chance.below(ZIPF_SUBJECTS),
    object: zipf(ZIPF_OBJECTS, ZIPF_EXPONENT),
    repeats: REPEATS,
  }),
  flat: () => ({
    mix: MIX,
    subject: (chance) => chance.below(FLAT_POPULATION),
    object: (chance) => chance.below(FLAT_POPULATION),
    repeats: 0,
  }),
  hubs: () => ({
    mix: HUB_MIX,
    subject: (chance) => chance.below(HUBS),
    object: (chance) => chance.below(HUBS),
    repeats: 0,
  }),
};

/** The pairs of a workload in order. The first n are the same whatever the count asked for. */
export function* pairsOf(workload: WorkloadName, count: number, seed: number): Generator<Pair> {
  const shape = SHAPES[workload]();
  const chance = new Chance(seed);
  const said: Pair[] = [];
  for (let i = 0; i < count; i++) {
    const again = said.length > 0 && chance.happens(shape.repeats);
    const pair = again ? chance.pick(said) : newPair(shape, chance);
    if (shape.repeats > 0) said.push(pair);
    yield pair;
  }
}

function newPair(shape: Shape, chance: Chance): Pair {
  const { relation, subjectKind, objectKind } = chooseFrom(shape.mix, chance);
  const subject = shape.subject(chance);
  if (objectKind === undefined) return { relation, subjectKind, subject };
  const object = shape.object(chance);
  // Nobody contacts himself: the neighbour is taken instead, so that the shape stays.
  return {
    relation,
    subjectKind,
    subject,
    objectKind,
    object: objectKind === subjectKind && object === subject ? object + 1 : object,
  };
}

function chooseFrom(mix: readonly Mix[], chance: Chance): Mix {
  let left = chance.unit();
  for (const entry of mix) {
    left -= entry.share;
    if (left < 0) return entry;
  }
  return mix.at(-1) as Mix;
}
