/**
 * Random histories: commands of all organisations, decided by the very functions that decide in production, recorded in order.
 * Nothing here knows what anybody may see.
 */
import { bodyOf, type Decision, type EventDraft, type KnownEvent, type Marking } from '#events';
import { combineMarkings, maySee } from '#access';
import { entityId } from '#identifiers';
import { decide } from '../../apps/command-api/assertions/assertion.js';
import { assertionFrom, NO_ASSERTION, type KnownAssertion } from '../../apps/command-api/assertions/assertion-state.js';
import type { Assertor } from '../../apps/command-api/assertions/assertor.js';
import { markingOf } from '../../apps/command-api/assertions/marking-rules.js';
import { narrowedByRule, type Regrade } from '../../apps/command-api/assertions/regrade.js';
import { narrowingsOf } from '../../apps/command-api/assertions/rests-on.js';
import type {
  AssertionGiven,
  EntityGiven,
  MarkingGiven,
  StatementGiven,
} from '../../apps/command-api/assertions/given.js';
import { relationAllows, type RelationType } from '#events';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, entitiesOf, namesOf, PURPOSE, SPEAKERS, speakerOf } from './cast.js';

export const SECRET = Buffer.alloc(32, 7);
/** When the first event of every world was recorded. */
const BEGIN = Date.parse('2026-05-01T08:00:00Z');
/** Most seconds between two events. */
const STEP_SECONDS = 40;

/** What a world remembers: the events in the order of the log. */
export type History = readonly KnownEvent[];

const RELATIONS: readonly RelationType[] = [
  'USES_NUMBER',
  'USES_NUMBER',
  'HAS_HANDLE',
  'HAS_NAME',
  'HAS_NAME',
  'ADMINISTERS',
  'SAME_AS',
  'SAME_AS',
  'NOT_SAME_AS',
  'SUCCESSOR_OF',
  'CONTACTED',
  'ASSOCIATED_WITH',
  'STATED',
  'STATED',
];
const DAYS = ['2026-03-01', '2026-03-02', '2026-03', '2026-04-05', '2026'];
const GRADES: readonly AssertionGiven['grading'][] = [
  { scheme: '3x5x2', source: '1', information: 'A' },
  { scheme: '3x5x2', source: '2', information: 'C' },
  { scheme: '3x5x2', source: '3', information: 'D' },
  { scheme: 'admiralty', source: 'B', information: '2' },
];

/**
 * Draws a history of about so many commands. Ids and times come from chance too, so that a world can be told again. `draw` draws
 * each of them.
 */
export function drawHistory(chance: Chance, world: number, commands: number, draw = anyCommand): KnownEvent[] {
  const entities = entitiesOf(world);
  const names = namesOf(world);
  const streams = new Map<string, KnownEvent[]>();
  const history: KnownEvent[] = [];
  let now = BEGIN;
  for (let n = 0; n < commands; n += 1) {
    now += 1000 * (1 + chance.below(STEP_SECONDS));
    const by: Assertor = { viewer: speakerOf(chance.pick(SPEAKERS)), role: 'analyst' };
    for (const { stream, draft } of draw(chance, { entities, names, history, by, now: new Date(now), streams })) {
      const before = streams.get(stream) ?? [];
      const event = recorded(draft, stream, before.length + 1, now);
      streams.set(stream, [...before, event]);
      history.push(event);
    }
  }
  return history;
}

export interface Scene {
  entities: readonly EntityGiven[];
  names: readonly EntityGiven[];
  history: History;
  streams: ReadonlyMap<string, readonly KnownEvent[]>;
  by: Assertor;
  now: Date;
}

export interface Said {
  stream: string;
  draft: EventDraft;
}

export function anyCommand(chance: Chance, scene: Scene): Said[] {
  const own = scene.history.filter(({ source }) => source === scene.by.viewer.organisation);
  if (own.length === 0 || chance.happens(0.75)) return [make(chance, scene)];
  const { stream } = chance.pick(own);
  const state = assertionFrom(scene.streams.get(stream) ?? []);
  if (state.status === 'absent') return [];
  const { by, now } = scene;
  const common = { id: anyId(chance), purpose: PURPOSE, by, now };
  if (chance.happens(0.6)) return regraded(chance, scene, stream, state, common);
  if (state.status === 'withdrawn') return [];
  return [{ stream, draft: decide(state, { type: 'withdraw', reason: 'said in error', ...common }) }];
}

type Common = Pick<Regrade, 'id' | 'purpose' | 'by' | 'now'>;

/** Another marking, sometimes another grading; with a narrowing goes the narrowing of everything that rests on it (R4). */
function regraded(chance: Chance, scene: Scene, stream: string, state: KnownAssertion, common: Common): Said[] {
  const restsOn = markingsInForce(scene.history);
  const marking = anyMarking(chance);
  const grading = chance.happens(0.3) ? { grading: chance.pick(GRADES) } : {};
  let draft: EventDraft;
  try {
    draft = decide(state, { type: 'regrade', reason: 'reviewed', marking, ...grading, restsOn, ...common });
  } catch {
    // Nothing new, or wider than what it rests on.
    return [];
  }
  const edges = scene.history.flatMap((event) =>
    event.body.type === 'assertion.made' && event.basis.length > 0
      ? event.basis.flatMap((id) => {
          const basis = scene.history.find((each) => each.id === id)?.stream;
          return basis === undefined ? [] : [{ basis, derived: event.stream }];
        })
      : [],
  );
  const states = new Map([...scene.streams].map(([name, events]) => [name, assertionFrom(events) as KnownAssertion]));
  return [
    { stream, draft },
    ...narrowingsOf(stream, draft.marking, edges, states).map((narrowing) => ({
      stream: narrowing.stream,
      draft: narrowedByRule(narrowing.known, narrowing.marking, { id: anyId(chance), now: common.now }),
    })),
  ];
}

/** By event. Access is decided by the marking of the newest event of a stream, for all of its events. */
export function markingsInForce(history: History): Map<string, Marking> {
  const inForce = new Map<string, Marking>(history.map(({ stream, marking }) => [stream, marking]));
  return new Map(history.map((event) => [event.id, inForce.get(event.stream)!]));
}

function make(chance: Chance, { entities, names, history, by, now }: Scene): Said {
  const id = anyId(chance);
  const subject = chance.pick(entities);
  const statements = Array.from({ length: 1 + chance.below(3) }, () => anyStatement(chance, subject, entities, names));
  const given: AssertionGiven = {
    subject,
    statements: statements.filter((one) => one !== undefined),
    grading: chance.pick(GRADES),
    marking: anyMarking(chance),
    statementKind: chance.happens(0.7) ? { kind: 'fact' } : { kind: 'assessment', assessor: 'desk 4' },
    time: { at: '2026-04-20' },
    purpose: PURPOSE,
    ...(chance.happens(0.6) ? { origin: `report ${chance.below(4)}` } : {}),
    ...(chance.happens(0.1) && history.length > 0 ? { basis: [chance.pick(history).id] } : {}),
  };
  if (given.statements.length === 0) return make(chance, { entities, names, history, by, now, streams: new Map() });
  return { stream: `assertion-${id}`, draft: made(given, { id, by, now, history }) };
}

/** What rests on others must be marked as narrowly as they are; what the speaker may not see, nothing rests on. */
export function made(
  given: AssertionGiven,
  at: { id: string; by: Assertor; now: Date; history: History; decision?: Decision },
): EventDraft {
  const { id, by, now, history, decision } = at;
  const restsOn = markingsInForce(history);
  const keyOf = (kind: EntityGiven['kind'], key: string): string => entityId(SECRET, kind, key);
  const { basis, ...alone } = given;
  for (const marking of [given.marking, asNarrowAs(given, by, restsOn)])
    try {
      return decide(NO_ASSERTION, {
        type: 'make',
        id,
        given: { ...given, marking },
        decision,
        by,
        now,
        keyOf,
        restsOn,
      });
    } catch (refusal) {
      if (basis === undefined) throw refusal;
    }
  return decide(NO_ASSERTION, { type: 'make', id, given: alone, decision, by, now, keyOf, restsOn });
}

/** The drawn marking together with those of the basis, where the speaker may see them. */
function asNarrowAs(
  { marking, basis = [] }: AssertionGiven,
  by: Assertor,
  inForce: Map<string, Marking>,
): MarkingGiven {
  const own = markingOf(marking, by.viewer.organisation);
  const inputs = basis.flatMap((id) => inForce.get(id) ?? []);
  return inputs.every((input) => maySee(by.viewer, input).see) ? combineMarkings([own, ...inputs], by.viewer) : marking;
}

function anyStatement(
  chance: Chance,
  subject: EntityGiven,
  entities: readonly EntityGiven[],
  names: readonly EntityGiven[],
): StatementGiven | undefined {
  const relation = chance.pick(RELATIONS);
  const dated = chance.happens(0.4) ? { from: chance.pick(DAYS) } : {};
  const terms = { ...dated, ...(chance.happens(0.3) ? { confidence: chance.below(101) } : {}) };
  if (relation === 'STATED') return { relation, property: 'colour', value: chance.happens(0.8) ? 'red' : 7, ...terms };
  const fitting = (relation === 'HAS_NAME' ? names : entities).filter(
    (one) => one !== subject && relationAllows(relation, subject.kind, one.kind),
  );
  if (fitting.length === 0) return undefined;
  return { relation, object: chance.pick(fitting), ...terms, ...(chance.happens(0.3) ? { count: 3 } : {}) };
}

/** A UUIDv7 in form. */
export function anyId(chance: Chance): string {
  const hex = (digits: number): string =>
    Array.from({ length: Math.ceil(digits / 8) }, () => chance.bits().toString(16).padStart(8, '0'))
      .join('')
      .slice(0, digits);
  return `019${hex(5)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function recorded(draft: EventDraft, stream: string, streamVersion: number, now: number): KnownEvent {
  return {
    ...draft,
    body: bodyOf(draft.body.type as never, draft.body.data as never),
    source: draft.actor.organisation,
    stream,
    streamVersion,
    recordedTime: new Date(now).toISOString(),
    correlationId: draft.id,
  } as KnownEvent;
}
