import { entityOf, type Entity } from '../reading/entity.js';
import type { Cases, CasesOfMember } from '../questions/cluster-cases.js';
import type { Corroboration } from '../reading/statement-view.js';
import { toTheSecond } from '../terms/times.js';
import type { SuccessorRow } from './belongings-graph.js';
import { platformOf } from './platform-of.js';

/**
 * What became of something after it was referred or removed. `down`: nobody says that it was seen after its last removal;
 * `seen-again`: somebody found or referred it later; `up`: referred, and nobody says that it was removed. All as far as the
 * viewer may see, and dated by those who said it.
 */
export interface Takedown {
  entity: Entity;
  state: 'down' | 'seen-again' | 'up';
  cases: CasesOfMember;
  /** First sighting after the last removal. */
  seenAgain?: Return;
  /** What came in its place, the earliest first; undated last. */
  cameBackAs: Successor[];
}

export interface Return {
  at: string;
  /** From the last removal before it. */
  secondsAfterRemoval: number;
}

export interface Successor {
  entity: Entity;
  platform?: string;
  /** Of what says so: a repeat of the same origin is not a second source. */
  corroboration: Corroboration;
  /** When it was known, as dated. */
  since?: string;
  /** Absent where either of the two is not dated. */
  secondsAfterRemoval?: number;
  /** Whether it was itself removed since. */
  removed: boolean;
}

export interface Known {
  cases: Cases;
  /** By entity: when it was found, sorted. */
  sightings: ReadonlyMap<string, readonly number[]>;
  /** By what they came after. */
  successors: ReadonlyMap<string, readonly SuccessorRow[]>;
}

/** Undefined for what was neither referred nor removed. */
export function takedownOf(entity: Entity, known: Known): Takedown | undefined {
  const cases = known.cases.of(entity.id);
  if (cases === undefined) return undefined;
  const seenAgain = returnOf(entity.id, known);
  const cameBackAs = (known.successors.get(entity.id) ?? [])
    .map((row) => successor(row, known))
    .sort((one, other) => order(one) - order(other) || (one.entity.id < other.entity.id ? -1 : 1));
  const state = cases.removed === undefined ? 'up' : seenAgain === undefined ? 'down' : 'seen-again';
  return { entity, state, cases, ...(seenAgain && { seenAgain }), cameBackAs };
}

/** A platform may remove it again: what counts is whether it was seen after the last time. */
function returnOf(id: string, { cases, sightings }: Known): Return | undefined {
  const removed = cases.dates('REMOVED', id).at(-1);
  if (removed === undefined) return undefined;
  const later = [...(sightings.get(id) ?? []), ...cases.dates('REFERS', id)].filter((at) => at > removed);
  if (later.length === 0) return undefined;
  const at = Math.min(...later);
  return { at: text(at), secondsAfterRemoval: at - removed };
}

function successor(
  { at, other, otherKey, otherLabels, corroboration, seen }: SuccessorRow,
  { cases }: Known,
): Successor {
  const entity = entityOf(other, otherKey, otherLabels);
  const platform = platformOf(entity);
  const seconds = cases.secondsBack(at, seen);
  return {
    entity,
    ...(platform === undefined ? {} : { platform }),
    corroboration,
    ...(seen === null ? {} : { since: text(seen) }),
    ...(seconds === undefined ? {} : { secondsAfterRemoval: seconds }),
    removed: cases.of(other)?.removed !== undefined,
  };
}

/** A successor that was known before the first removal is a second address and no return. Whatever is undated may be one. */
export function cameBefore({ since }: Successor, { removed }: CasesOfMember): boolean {
  return since !== undefined && removed?.first !== undefined && since < removed.first;
}

function order({ since }: Successor): number {
  return since === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(since);
}

function text(second: number): string {
  return toTheSecond(new Date(second * 1000));
}

/** How a network survives its takedowns; each figure is a part of one before it. */
export interface Survival {
  /** Entities that were looked at: members, what they have and run, and what was posted there. */
  entities: number;
  referred: number;
  /** On request or on a platform's own initiative. */
  removed: number;
  /** Of those referred: nobody says that they were removed. */
  up: number;
  /** Of those removed. */
  down: number;
  seenAgain: number;
  /** Of those removed: something came in their place, and nobody dates it before the first removal. */
  cameBack: number;
  /** Of those that came back with both dates known: seconds from removal to the first return, the middle one. */
  medianSecondsToReturn?: number;
  datedReturns: number;
}

export function survivalOf(entities: number, takedowns: readonly Takedown[]): Survival {
  const removed = takedowns.filter(({ cases }) => cases.removed !== undefined);
  const returns = removed
    .map(({ seenAgain, cameBackAs }) => [seenAgain, ...cameBackAs].flatMap((one) => one?.secondsAfterRemoval ?? []))
    .flatMap((seconds) => (seconds.length === 0 ? [] : [Math.min(...seconds)]))
    .sort((one, other) => one - other);
  const median = returns[Math.floor((returns.length - 1) / 2)];
  return {
    entities,
    referred: takedowns.filter(({ cases }) => cases.referred !== undefined).length,
    removed: removed.length,
    up: takedowns.filter(({ state }) => state === 'up').length,
    down: takedowns.filter(({ state }) => state === 'down').length,
    seenAgain: takedowns.filter(({ state }) => state === 'seen-again').length,
    cameBack: removed.filter(({ cases, cameBackAs }) => cameBackAs.some((one) => !cameBefore(one, cases))).length,
    ...(median === undefined ? {} : { medianSecondsToReturn: median }),
    datedReturns: returns.length,
  };
}
