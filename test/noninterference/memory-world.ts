/**
 * Log and graph of one world in memory, as far as questions read them. What a statement of SQL or Cypher means here is looked
 * up by its text: one that is new to these questions fails until its meaning stands here too.
 */
import { CROWDS } from '../../apps/query-api/reading/crowds.js';
import { createSecretKey } from 'node:crypto';
import { audienceOf, ENTITY_LABELS, type Marking } from '#events';
import type { EventLog, TopicRecord } from '#event-log';
import { positionKey, type CypherParams, type EntityNode, type Graph } from '#graph';
import { entityIds } from '../../apps/graph-projector/projections/entity-ids.js';
import { Fold } from '../../apps/graph-projector/projections/fold.js';
import {
  gradedAsKnown,
  type Sight,
  type WorldEntity,
  type WorldStatement,
} from '../../apps/query-api/reading/fetch.js';
import { SPEAKERS } from './cast.js';
import { SECRET, type History } from './history.js';
import { sourcesAsked } from './memory-sources.js';

const idOf = entityIds(createSecretKey(SECRET));
const TOPIC = 'network.events';
const PLACE = positionKey(TOPIC, 1, 0);
/** When the questions are asked: after everything. */
const NOW = '2026-06-01T00:00:00Z';

export interface FetchMeaning {
  cypher: string;
  meaning(world: readonly WorldStatement[], params: Sight): unknown[];
}

/** What the graph holds when these events have been projected; the position of each is its place, from 1. */
export function statementsOf(history: History): WorldStatement[] {
  const fold = new Fold(idOf, { parked: [], discarded: new Set() });
  history.forEach((event, at) =>
    fold.take({
      position: at + 1,
      stream: event.stream,
      streamVersion: event.streamVersion,
      decoded: { event },
    }),
  );
  const entities = new Map([...fold.allEntities()].map((entity) => [entity.id, worldEntity(entity)]));
  return [...fold.allStatements()].map(({ relation, subject, object, facts }) => ({
    relation,
    subject: entities.get(subject)!,
    object: entities.get(object)!,
    ...facts,
    hows: facts.hows === undefined ? undefined : [...facts.hows],
  }));
}

function worldEntity({ id, key, kind }: EntityNode): WorldEntity {
  return { id, key, label: ENTITY_LABELS[kind] };
}

/** The two stores as the production code sees them; the graph has followed the log for so many events. */
export function storesOf(
  history: History,
  fetches: readonly FetchMeaning[],
  followed = history.length,
): { log: EventLog; graph: Graph } {
  const statements = statementsOf(history.slice(0, followed));
  const meanings = new Map(fetches.map((fetch) => [fetch.cypher, fetch]));
  const byPosition = new Map<number, readonly WorldStatement[]>();
  const asOf = (params: CypherParams): readonly WorldStatement[] => {
    const position = Number(params['position']);
    const graded = byPosition.get(position) ?? gradedAsKnown(statements, { position });
    byPosition.set(position, graded);
    return graded;
  };
  const graph = {
    read: (cypher: string, params: CypherParams = {}): Promise<unknown[]> => {
      const fetch = meanings.get(cypher);
      if (fetch !== undefined) return Promise.resolve(fetch.meaning(asOf(params), params as unknown as Sight));
      if (cypher === CROWDS.cypher) return Promise.resolve([]); // no node has hints here
      if (cypher.includes('MATCH (p:Position)')) {
        const position = { key: PLACE, last: followed, event: history[followed - 1]?.id ?? '', incarnation: 1 };
        return Promise.resolve([{ positions: [position], parked: [] }]);
      }
      throw new Error(`nobody has said what this means in memory: ${cypher}`);
    },
  };
  return { log: logOf(history), graph: graph as unknown as Graph };
}

function logOf(history: History): EventLog {
  const head = history.length;
  const times = history.map(({ recordedTime }) => Date.parse(recordedTime));
  const topics: TopicRecord[] = [
    {
      topic: TOPIC,
      generation: 1,
      kafkaName: TOPIC,
      startsAfter: 0,
      partitions: [{ partition: 0, firstPrevious: 0, lastPosition: head }],
    },
  ];
  const markings = markingsOf(history);
  const log = {
    topics: () => Promise.resolve(topics),
    positions: {
      at: (time: Date) => Promise.resolve(times.filter((given) => given <= time.getTime()).length),
      givenAt: (position: number) => Promise.resolve(history[position - 1]?.recordedTime),
    },
    decode: (rows: readonly { body: string }[]) =>
      Promise.resolve(rows.map(({ body }) => ({ event: history[Number(body) - 1]! }))),
    query: (sql: string, params: readonly unknown[]) => Promise.resolve(answerTo(sql, params, history, markings)),
  };
  return log as unknown as EventLog;
}

interface Markings {
  state: string;
  rows: { audience: string; marking: Marking }[];
}

function answerTo(sql: string, params: readonly unknown[], history: History, markings: Markings): unknown[] {
  const [first] = params;
  const ofSources = sourcesAsked(sql, params, history, audienceIn);
  if (ofSources !== undefined) return ofSources;
  // The audit row of an answer, and in the same statement where the statements shown come from.
  if (sql.includes('INTO audit') && sql.includes('log_positions'))
    return (first as number[]).map((position) => ({
      position,
      givenAt: history[position - 1]!.recordedTime,
      stream: history[position - 1]!.stream,
    }));
  if (sql.includes('SELECT asked.position, m.marking'))
    return (first as number[]).map((position) => ({
      position,
      marking: inForce(history, history[position - 1]!.stream),
    }));
  if (sql.includes('FROM markings_in_force')) return regradedIn(history, first as number | readonly string[]);
  if (sql.includes('FROM markings')) {
    if (sql.includes('count(*)')) return [{ state: markings.state }];
    return markings.rows.filter(({ audience }) => (first as number[] | undefined)?.includes(Number(audience)) !== true);
  }
  if (sql.includes('FROM organisations')) return NAMES;
  if (sql.includes('FROM log_state'))
    return [{ incarnation: 1, published: history.length, head: history.length, now: NOW, unsequenced: null }];
  throw new Error(`nobody has said what this means in memory: ${sql}`);
}

/** Of the newest event of a stream. */
function inForce(history: History, stream: string): Marking {
  return history.findLast((event) => event.stream === stream)!.marking;
}

/** Regraded streams beyond a position, or among some: who may see them now, and where their events stand. */
function regradedIn(history: History, wanted: number | readonly string[]): unknown[] {
  const last = new Map<string, number>();
  history.forEach(({ stream, body }, at) => body.type === 'assertion.regraded' && last.set(stream, at));
  return [...last]
    .filter(([stream, at]) => (typeof wanted === 'number' ? at + 1 > wanted : wanted.includes(stream)))
    .map(([stream, at]) => ({
      audience: audienceIn(history[at]!.marking),
      positions: history.flatMap((event, place) => (event.stream === stream ? [place + 1] : [])),
    }));
}

const NAMES = SPEAKERS.map(({ organisation, name }) => ({ organisation, name }));

/** As the table of markings would hold them. */
function markingsOf(history: History): Markings {
  const markings = new Map(history.map(({ marking }) => [audienceIn(marking), marking]));
  const checksum = [...markings.keys()].reduce((sum, audience) => sum ^ BigInt(audience), 0n);
  return {
    state: `${markings.size} ${checksum}`,
    rows: [...markings].map(([audience, marking]) => ({ audience: String(audience), marking })),
  };
}

/** The same marking object is asked for again and again: it stands in every world that an event is part of. */
const known = new WeakMap<Marking, number>();

function audienceIn(marking: Marking): number {
  const audience = known.get(marking) ?? audienceOf(marking);
  known.set(marking, audience);
  return audience;
}
