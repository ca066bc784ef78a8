/**
 * Events of a workload, whole as the log keeps them: one assertion with one statement each, so that an event is one link and
 * rates can be compared with writers that know nothing of events.
 *
 * A *part* is a copy of the workload with other entities: each round of each side gets one, so that every round writes into
 * fresh ground while the server stays warm. Keys are `part/rest`; without the part the graphs of two parts are equal.
 */
import { createHash } from 'node:crypto';
import {
  GRADING_SCHEMES,
  type EntityKind,
  type EntityRef,
  type Grading,
  type Marking,
  type RecordedEvent,
  type BreakwaterEvent,
  type Statement,
} from '#events';
import { Chance } from './chance.js';
import { pairsOf, type Pair, type WorkloadName } from './pairs.js';

export type Report = RecordedEvent<Extract<BreakwaterEvent, { type: 'assertion.made' }>>;

const ORGANISATIONS = Array.from({ length: 5 }, (_, i) => uuidOf('organisation', i));
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = 300;
const ORIGINS = 5_000;

const marking = (originator: string, tlp: string, releasableTo: string[]): Marking => ({
  gsc: 'OFFICIAL-SENSITIVE',
  tlp,
  handling: ['P'],
  conditions: [],
  releasableTo,
  originator,
  compartment: null,
});
const MARKINGS = ORGANISATIONS.flatMap((organisation) => [
  marking(organisation, 'AMBER', []),
  marking(organisation, 'AMBER+STRICT', [organisation]),
]);
const GRADINGS: Grading[] = GRADING_SCHEMES['3x5x2'].source.flatMap((source) =>
  GRADING_SCHEMES['3x5x2'].information.map((information) => ({ scheme: '3x5x2' as const, source, information })),
);

/** A version 7 id whose first bits come from the part and whose last 52 bits do not: `ref` in the graph is equal in all parts. */
export function uuidOf(name: string, index: number, part = 0): string {
  const hash = createHash('sha256').update(`${name}\n${index}`).digest('hex');
  const time = (0x019f_0000_0000 + part).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

export interface WorkloadPart {
  workload: WorkloadName;
  events: number;
  seed: number;
  part: number;
}

/** The events in order; the position of the first is 1. */
export function* reportsOf({ workload, events, seed, part }: WorkloadPart): Generator<Report> {
  const chance = new Chance(seed ^ 0x5bd1e995);
  let index = 0;
  for (const pair of pairsOf(workload, events, seed)) yield reportOf(pair, index++, part, workload, chance);
}

function reportOf(pair: Pair, index: number, part: number, workload: WorkloadName, chance: Chance): Report {
  const mark = chance.pick(MARKINGS);
  const day = new Date(FIRST_DAY + chance.below(DAYS) * DAY_MS).toISOString().slice(0, 10);
  return {
    id: uuidOf(`${workload}-event`, index, part),
    body: {
      type: 'assertion.made',
      version: 1,
      data: {
        subject: entityOf(pair.subjectKind, pair.subject, part),
        statements: [statementOf(pair, part, day, chance)],
      },
    },
    time: { at: day, precision: 'day' },
    actor: { organisation: mark.originator, user: 'machine-7', role: 'analyst' },
    purpose: 'operation-tern',
    ...(chance.happens(0.8) && { origin: `report-${chance.below(ORIGINS)}` }),
    basis: [],
    statementKind: { kind: 'fact' },
    grading: chance.pick(GRADINGS),
    marking: mark,
    source: mark.originator,
    stream: `assertion-${uuidOf(`${workload}-stream`, index, part)}`,
    streamVersion: 1,
    recordedTime: new Date(FIRST_DAY + DAYS * DAY_MS + index).toISOString(),
    correlationId: uuidOf(`${workload}-call`, index >> 8, part),
  };
}

function statementOf(pair: Pair, part: number, day: string, chance: Chance): Statement {
  const terms = { from: day, ...(chance.happens(0.5) && { count: 1 + chance.below(40) }) };
  if (pair.objectKind === undefined || pair.object === undefined || pair.relation === 'STATED')
    return { relation: 'STATED', property: 'bio', value: `text ${chance.below(1_000_000)}`, ...terms };
  return { relation: pair.relation, object: entityOf(pair.objectKind, pair.object, part), ...terms };
}

const KEY_OF: Partial<Record<EntityKind, (number: number) => string>> = {
  account: (number) => `telegram/${1_000_000 + number}`,
  'phone-number': (number) => `+4477009${String(number).padStart(6, '0')}`,
  group: (number) => `telegram/-100${1_000_000 + number}`,
  handle: (number) => `telegram/tern_${number.toString(36)}`,
};

function entityOf(kind: EntityKind, number: number, part: number): EntityRef {
  return { kind, key: `${part}/${KEY_OF[kind]?.(number) ?? number}` };
}

/** The same entity's key in another part. */
export function withPart(key: string, part: number): string {
  return `${part}/${keyWithoutPart(key)}`;
}

/** The key without its part: what the graphs of two parts have in common. */
export function keyWithoutPart(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}
