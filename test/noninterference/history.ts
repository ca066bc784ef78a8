/**
 * Random histories: commands of all organisations, decided by the very functions that decide in production, recorded in order.
 * Nothing here knows what anybody may see.
 */
import { bodyOf, type EventDraft, type KnownEvent, type Marking } from '#events';
import { entityId } from '#identifiers';
import { decide } from '../../apps/command-api/assertions/assertion.js';
import { assertionFrom, NO_ASSERTION, type MadeEvent } from '../../apps/command-api/assertions/assertion-state.js';
import type { Assertor } from '../../apps/command-api/assertions/assertor.js';
import { markingOf } from '../../apps/command-api/assertions/marking-rules.js';
import type { AssertionGiven, EntityGiven, StatementGiven } from '../../apps/command-api/assertions/given.js';
import { relationAllows, type RelationType } from '#events';
import type { Chance } from '../../bench/workload/chance.js';
import { anyMarking, entitiesOf, PURPOSE, SPEAKERS, speakerOf } from './cast.js';

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
  'ADMINISTERS',
  'SAME_AS',
  'SAME_AS',
  'NOT_SAME_AS',
  'SUCCESSOR_OF',
  'CONTACTED',
  'ASSOCIATED_WITH',
  'STATED',
];
const DAYS = ['2026-03-01', '2026-03-02', '2026-03', '2026-04-05', '2026'];
const GRADES: readonly AssertionGiven['grading'][] = [
  { scheme: '3x5x2', source: '1', information: 'A' },
  { scheme: '3x5x2', source: '2', information: 'C' },
  { scheme: '3x5x2', source: '3', information: 'D' },
  { scheme: 'admiralty', source: 'B', information: '2' },
];

/** Draws a history of about so many commands. Ids and times come from chance too, so that a world can be told again. */
export function drawHistory(chance: Chance, world: number, commands: number): KnownEvent[] {
  const entities = entitiesOf(world);
  const streams = new Map<string, KnownEvent[]>();
  const history: KnownEvent[] = [];
  let now = BEGIN;
  for (let n = 0; n < commands; n += 1) {
    now += 1000 * (1 + chance.below(STEP_SECONDS));
    const by: Assertor = { viewer: speakerOf(chance.pick(SPEAKERS)), role: 'analyst' };
    const said = anyCommand(chance, { entities, history, by, now: new Date(now), streams });
    if (said === undefined) continue;
    const { stream, draft } = said;
    const before = streams.get(stream) ?? [];
    const event = recorded(draft, stream, before.length + 1, by, now);
    streams.set(stream, [...before, event]);
    history.push(event);
  }
  return history;
}

interface Scene {
  entities: readonly EntityGiven[];
  history: History;
  streams: ReadonlyMap<string, readonly KnownEvent[]>;
  by: Assertor;
  now: Date;
}

interface Said {
  stream: string;
  draft: EventDraft;
}

function anyCommand(chance: Chance, scene: Scene): Said | undefined {
  const own = scene.history.filter(({ source }) => source === scene.by.viewer.organisation);
  if (own.length === 0 || chance.happens(0.8)) return make(chance, scene);
  const { stream } = chance.pick(own);
  const id = anyId(chance);
  const before = scene.streams.get(stream) ?? [];
  const regraded = before.some(({ body }) => body.type === 'assertion.regraded');
  const state = assertionFrom(before);
  if (state.status !== 'standing') return undefined;
  const { by, now } = scene;
  if (regraded && chance.happens(0.5)) return undefined;
  if (regraded || chance.happens(0.6)) return { stream, draft: regrade(chance, state.made, { id, by, now }) };
  return { stream, draft: decide(state, { type: 'withdraw', id, reason: 'said in error', purpose: PURPOSE, by, now }) };
}

function make(chance: Chance, { entities, history, by, now }: Scene): Said {
  const id = anyId(chance);
  const subject = chance.pick(entities);
  const statements = Array.from({ length: 1 + chance.below(3) }, () => anyStatement(chance, subject, entities));
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
  if (given.statements.length === 0) return make(chance, { entities, history, by, now, streams: new Map() });
  return { stream: `assertion-${id}`, draft: made(given, { id, by, now, history }) };
}

/** Another marking, and sometimes another grading, for all that an assertion says. */
function regrade(
  chance: Chance,
  made: MadeEvent,
  { id, by, now }: { id: string; by: Assertor; now: Date },
): EventDraft {
  const { subject, statements } = made.body.data;
  const ends = statements.map((one, index) =>
    one.relation === 'STATED'
      ? { index, relation: one.relation }
      : { index, relation: one.relation, object: one.object },
  );
  return {
    id,
    body: bodyOf('assertion.regraded', { subject, statements: ends, reason: 'reviewed' }),
    time: { at: `${now.toISOString().slice(0, 19)}Z`, precision: 'second' },
    actor: { organisation: by.viewer.organisation, user: by.viewer.subject, role: by.role },
    purpose: PURPOSE,
    basis: [made.id],
    statementKind: made.statementKind,
    marking: markingOf(anyMarking(chance), by.viewer.organisation),
    ...(chance.happens(0.3) ? { grading: chance.pick(GRADES) } : {}),
  };
}

/** What rests on others must be marked like them; where the drawn marking is too wide, it rests on nothing. */
function made(given: AssertionGiven, at: { id: string; by: Assertor; now: Date; history: History }): EventDraft {
  const { id, by, now, history } = at;
  const inForce = new Map<string, Marking>(history.map(({ stream, marking }) => [stream, marking]));
  const restsOn = new Map(history.map((event) => [event.id, inForce.get(event.stream)!]));
  const keyOf = (kind: EntityGiven['kind'], key: string): string => entityId(SECRET, kind, key);
  try {
    return decide(NO_ASSERTION, { type: 'make', id, given, by, now, keyOf, restsOn });
  } catch (refusal) {
    if (given.basis === undefined) throw refusal;
    const { basis: _, ...alone } = given;
    return decide(NO_ASSERTION, { type: 'make', id, given: alone, by, now, keyOf, restsOn });
  }
}

function anyStatement(
  chance: Chance,
  subject: EntityGiven,
  entities: readonly EntityGiven[],
): StatementGiven | undefined {
  const relation = chance.pick(RELATIONS);
  const dated = chance.happens(0.4) ? { from: chance.pick(DAYS) } : {};
  const terms = { ...dated, ...(chance.happens(0.3) ? { confidence: chance.below(101) } : {}) };
  if (relation === 'STATED') return { relation, property: 'colour', value: chance.pick(['red', 'blue', 7]), ...terms };
  const fitting = entities.filter((one) => one !== subject && relationAllows(relation, subject.kind, one.kind));
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

function recorded(draft: EventDraft, stream: string, streamVersion: number, by: Assertor, now: number): KnownEvent {
  return {
    ...draft,
    body: bodyOf(draft.body.type as never, draft.body.data as never),
    source: by.viewer.organisation,
    stream,
    streamVersion,
    recordedTime: new Date(now).toISOString(),
    correlationId: draft.id,
  } as KnownEvent;
}
