import type { Viewer } from '#access';
import fc from 'fast-check';
import { ENTITY_LABELS, type EntityKind } from '#events';
import { applyWrite, createSchema, hintCrowded, openGraph, type EntityNode, type Graph, type GraphWrite } from '#graph';
import { ownNeo4j, STARTUP_MS, uniquePrefix, type OwnNeo4j } from '../../../infra/local/test-servers.js';
import { FETCHES, NODES_FETCHES } from '../query-api.js';
import { standingsOf } from '../analysis/standing.js';
import { BELONGING, BELONGINGS, SIGHTINGS, SUCCESSORS } from '../networks/belongings-graph.js';
import { NETWORK_CARD } from '../networks/network-card.js';
import { PARTS } from '../networks/network-graph.js';
import { logIn } from '../withdrawals/log.fixture.js';
import { WHAT_WOULD_FALL } from '../withdrawals/what-would-fall.js';
import { CHANGES } from '../questions/changes.js';
import { HELD } from '../questions/cluster-graph.js';
import { CLUSTER } from '../questions/cluster.js';
import { ENTITY_CARD } from '../questions/entity-card.js';
import { KEY_PLAYERS } from '../questions/key-players.js';
import { TYING_RELATIONS } from '../questions/key-players-graph.js';
import { CATEGORIES, SAMES } from '../questions/parts-in-cases.js';
import { PATHS } from '../questions/paths.js';
import { WAYS } from '../questions/paths-rules.js';
import { TIMELINE } from '../questions/timeline.js';
import { LIST_LOOK_UP } from '../questions/list-look-up.js';
import { NEIGHBOURS } from '../questions/neighbours.js';
import { SEARCH } from '../questions/search.js';
import {
  ALL,
  anyEntity,
  anyFilter,
  anySight,
  anyValidity,
  anyWorld,
  BOUNDS,
  EVERYTHING,
  PEOPLE,
  seedOf,
  SOURCES,
} from '../questions/worlds.fixture.js';
import { Crowds } from './crowds.js';
import { memoryReader, type Reader, type Sight, type WorldEntity, type WorldStatement } from './fetch.js';
import { graphReader, warmUp } from './graph-reader.js';
import { WINDOWS } from './windows.js';

/**
 * Everything that is proved in memory rests on the meaning that stands beside each Cypher. Here both answer the same requests
 * on the same random worlds, in the real store, and every row has to agree.
 */

const WORLDS = 4;
const ASKED_OF_EACH = 12;
const SEED = 20_261_122;
const ANOTHER_AUDIENCE = 4_711;
const KINDS = new Map<string, EntityKind>(
  Object.entries(ENTITY_LABELS).map(([kind, label]) => [label, kind as EntityKind]),
);

let neo4j: OwnNeo4j;
let graph: Graph;
let readers = 0;
let crowds: Crowds;
let readNearby = 0;
let readWindows = 0;
let readByNumbers = 0;
const effort = { questionMs: 200_000, walkMs: 200_000, signal: new AbortController().signal };

beforeAll(async () => {
  neo4j = await ownNeo4j();
  graph = await openGraph(neo4j);
  await createSchema(graph);
}, STARTUP_MS);
afterAll(async () => {
  await graph.close();
  await neo4j.release();
});

const node = ({ id, key, label }: WorldEntity): EntityNode => ({ id, key, kind: KINDS.get(label)! });

async function store(world: readonly WorldStatement[]): Promise<void> {
  const ends = ({ relation, subject, object }: WorldStatement) => ({
    relation,
    subject: node(subject),
    object: node(object),
  });
  const write = (part: Partial<GraphWrite>): Promise<unknown> =>
    applyWrite(graph, { moves: [], statements: [], withdrawals: [], regrades: [], parked: [], ...part });
  // What is graded anew was also for another audience before.
  const statements = world.map(({ gone: _, hows, ...one }) => ({
    ...one,
    ...ends(one),
    aud: hows === undefined ? one.aud : ANOTHER_AUDIENCE,
  }));
  // Every node is crowded, from the middle of its history on.
  await write({ statements: statements.slice(0, world.length / 2) });
  await hintCrowded(graph, [...new Set(world.flatMap(({ subject, object }) => [subject.id, object.id]))], 1);
  await write({
    statements: statements.slice(world.length / 2),
    withdrawals: world.flatMap((one) =>
      one.gone === undefined ? [] : [{ ...ends(one), ref: one.ref, i: one.i ?? 0, pos: one.gone }],
    ),
    regrades: world.flatMap((one) =>
      (one.hows ?? []).map((how) => ({ ...ends(one), ref: one.ref, i: one.i ?? 0, aud: one.aud, how })),
    ),
  });
}

/** The same world among entities of its own, since all worlds lie in one store. */
function elsewhere(world: readonly WorldStatement[], name: string): WorldStatement[] {
  // One kind for all: the store plans each combination of relation and kinds anew, and only the card of a network asks for one.
  // A doubtful number stays one, for walks ask whether it is.
  const moved = (one: WorldEntity): WorldEntity => {
    return { ...one, id: idIn(name, one), label: one.key.startsWith('raw:') ? one.label : 'Network' };
  };
  return world.map((one) => ({ ...one, subject: moved(one.subject), object: moved(one.object) }));
}

let lettersUsed = 0;

/** Who carries which of some names that are alike, in letters of their own: every name of the store is a candidate. */
function named(world: readonly WorldStatement[], name: string): WorldStatement[] {
  const letters = Array.from({ length: 7 }, () => String.fromCodePoint(0xac00 + lettersUsed++));
  const spelt = (places: string): string => places.replaceAll(/\d/g, (place) => letters[Number(place)]!);
  const names = ['012 345', '012 34', '0123', '012', '012 345𐌰 6'].map((places, at): WorldEntity => {
    return { id: `${name}name-${at}`, key: spelt(places), label: 'Name' };
  });
  return world.flatMap((one, at) => {
    const relation = at % 4 === 0 ? 'HAS_HANDLE' : 'HAS_NAME';
    const subject = { ...one.subject, id: `${one.subject.id}-named` };
    return one.relation === 'STATED' ? [] : { ...one, relation, subject, object: names[at % names.length]! };
  });
}

/** Who is said to be the same or not, as people: of them alone it is asked. */
function likened(world: readonly WorldStatement[]): WorldStatement[] {
  const person = (one: WorldEntity): WorldEntity => ({ ...one, id: `${one.id}-person`, label: 'Person' });
  return world.flatMap((one) =>
    ['SAME_AS', 'NOT_SAME_AS'].includes(one.relation)
      ? { ...one, subject: person(one.subject), object: person(one.object) }
      : [],
  );
}

function idIn(name: string, { id }: WorldEntity): string {
  return `${name}${id}`;
}

/** Counts how often a crowded node is read by what stands next to it, and how often nodes are looked up by their numbers. */
function countingNearby(): Graph {
  const read: Graph['read'] = (cypher, ...rest) => {
    readNearby += cypher.includes('$nearby') ? 1 : 0;
    readByNumbers += NODES_FETCHES.some((each) => each.cypher === cypher) ? 1 : 0;
    readWindows += Object.values(WINDOWS).some((window) => window.cypher === cypher) ? 1 : 0;
    return graph.read(cypher, ...rest);
  };
  return Object.assign(Object.create(graph) as Graph, { read });
}

/** Reads from both, and holds them against each other. */
function comparing(world: readonly WorldStatement[], sight: Sight, compared: Map<string, number>): Reader {
  // Every other reader as if there were very many audiences: then only those are sent that occur where it looks. Half of
  // them begin at what stands near a node, as if it were crowded.
  readers += 1;
  const stored = graphReader(countingNearby(), sight, {
    ...effort,
    ...(readers % 2 === 0 ? { manyAudiences: 0 } : {}),
    ...(readers % 4 < 2 ? {} : { crowds }),
    // And half of those look for each page where it lies, in windows that are often too small.
    ...(readers % 8 < 4 ? {} : { mostNearby: 0, windows: (limit: number) => [limit, 2 * limit, 4 * limit] }),
  });
  const meant = memoryReader(world, sight);
  return {
    outOfTime: () => false,
    sight,
    without: (positions) => comparing(world, { ...sight, leftOut: [...sight.leftOut, ...positions] }, compared),
    rows: async (fetch, params) => {
      const rows = await stored.rows(fetch, params);
      expect({ fetch: fetch.name, rows: unordered(fetch.name, rows) }).toEqual({
        fetch: fetch.name,
        rows: unordered(fetch.name, await meant.rows(fetch, params)),
      });
      compared.set(fetch.name, (compared.get(fetch.name) ?? 0) + rows.length);
      return rows;
    },
  };
}

/** Sets that Cypher collects have no order; the rows of claims are looked up by key. All other rows must come in order. */
function unordered(name: string, rows: readonly unknown[]): unknown[] {
  const sets = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row as object).map(([field, value]) => [
        field,
        ['orgs', 'hows', 'relations'].includes(field) ? [...(value as unknown[])].sort() : (value as unknown),
      ]),
    ),
  );
  return name === 'entity-card.claims' ? sets.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort() : sets;
}

describe('the Cypher of every question', () => {
  it('means in the real store what its meaning in plain code says, on random worlds for random viewers', async () => {
    const prefix = uniquePrefix('q');
    const compared = new Map<string, number>();
    const worlds = fc.sample(fc.noBias(anyWorld), { seed: SEED, numRuns: WORLDS });
    for (const [at, drawn] of worlds.entries()) {
      const name = `${prefix}-${at}-`;
      const world = elsewhere(drawn, name);
      const naming = named(world, name);
      const people = likened(world);
      await store([...world, ...naming, ...people]);
      crowds = new Crowds(graph);
      const asked = fc.record({
        one: anyEntity,
        sight: fc.oneof(anySight, fc.constant(ALL)),
        filter: anyFilter,
        validity: anyValidity,
        limit: fc.constantFrom(1, 3, 100),
        hubLimit: fc.integer({ min: 1, max: 5 }),
        entityLimit: fc.integer({ min: 2, max: 8 }),
      });
      for (const { one, sight, filter, validity, limit, ...bounds } of fc.sample(fc.noBias(asked), {
        seed: SEED + at,
        numRuns: ASKED_OF_EACH,
      })) {
        const reader = comparing(world, sight, compared);
        const finder = comparing(naming, sight, compared);
        const readings = seedOf({ ...one, id: idIn(name, one) });
        const rows = PEOPLE.map((each, row) => ({ row, value: each.key, readings: [{ id: idIn(name, each) }] }));
        for (
          let after: (number | string)[] | undefined, page = 0;
          page < 3 && (page === 0 || after !== undefined);
          page += 1
        )
          after = (await ENTITY_CARD.draw(reader, { readings, filter, limit, after, mostCounted: 4 })).after;
        for (
          let after: (number | string)[] | undefined, page = 0;
          page < 3 && (page === 0 || after !== undefined);
          page += 1
        )
          after = (await NEIGHBOURS.draw(reader, { readings, filter, limit, after })).after;
        for (
          let after: (number | string)[] | undefined, page = 0;
          page < 3 && (page === 0 || after !== undefined);
          page += 1
        )
          after = (await TIMELINE.draw(reader, { readings, filter, limit, after })).after;
        (await CLUSTER.draw(reader, { readings, validity, limit, bounds: { ...BOUNDS, ...bounds } })).finish(SOURCES);
        const { hubLimit: tieLimit, entityLimit } = bounds;
        const others = PEOPLE.slice(0, 2).map((each) => seedOf({ ...each, id: idIn(name, each) }));
        for (const way of WAYS)
          await PATHS.draw(reader, {
            ...{ seeds: [readings, ...others], steps: 4, way, validity },
            bounds: { relations: [...TYING_RELATIONS], tieLimit, entityLimit },
          });
        await KEY_PLAYERS.draw(reader, {
          ...{ readings, validity, limit, bounds: { ...bounds, relations: [...TYING_RELATIONS] } },
          ...{ analyse: (ties) => Promise.resolve(standingsOf(ties)), signal: effort.signal },
        });
        await WHAT_WOULD_FALL.draw(reader, {
          ...{ source: { origin: '2' }, log: logIn(world), seed: readings, validity, limit },
          bounds: { ...BOUNDS, ...bounds },
        });
        await CHANGES.draw(reader, { readings, validity, limit, since: 8 * bounds.hubLimit, neighbours: true });
        await NETWORK_CARD.draw(reader, { readings, validity, limit });
        // Asked of all at once: a card of few networks seldom has any.
        const ids = PEOPLE.map((each) => idIn(name, each));
        for (const fetch of [PARTS, SUCCESSORS, SIGHTINGS, CATEGORIES])
          await reader.rows(fetch as typeof PARTS, { ids, ...validity });
        await comparing(people, sight, compared).rows(SAMES, { ids: ids.map((id) => `${id}-person`) });
        await reader.rows(BELONGINGS, { ids, relations: [...BELONGING], each: limit, ...validity });
        const file = { viewer: {} as Viewer, withheld: limit === 1 ? [] : [4, 5] };
        (await LIST_LOOK_UP.draw(reader, { rows, validity, file })).finish(SOURCES);
        const { id, key: text } = naming[(7 * bounds.hubLimit + bounds.entityLimit) % naming.length]!.object;
        const wanted = { ...validity, labels: limit === 3 ? ['Network', 'Person'] : null };
        for (
          let after: (number | string)[] | undefined, page = 0;
          page < 4 && (page === 0 || after !== undefined);
          page += 1
        )
          after = (await SEARCH.draw(finder, { readings: [{ id }], text, kinds: undefined, wanted, limit, after }))
            .after;
      }
    }
    expect(readNearby).toBeGreaterThan(WORLDS * ASKED_OF_EACH);
    expect(readWindows).toBeGreaterThan(WORLDS * ASKED_OF_EACH);
    expect(readByNumbers).toBeGreaterThan(WORLDS * ASKED_OF_EACH);
    // Every fetch has been compared on rows that were there.
    expect(
      [...compared]
        .filter(([, rows]) => rows > 5)
        .map(([fetch]) => fetch)
        .sort(),
    ).toEqual(FETCHES.map(({ name }) => name).sort());
  }, 300_000);

  it('says all of an entity of which much is said about few, and nothing of a hub of which much more is said', async () => {
    const name = uniquePrefix('much');
    const one = (id: string): WorldEntity => ({ id: `${name}${id}`, key: id, label: 'Network' });
    const [seed, hub] = [one('seed'), one('hub')];
    const said = (subject: WorldEntity, object: WorldEntity, pos: number): WorldStatement => ({
      ...{ relation: 'SAME_AS', subject, object, pos, ref: pos, aud: 1, org: 1 },
    });
    const few = Array.from({ length: 90 }, (_, at) => said(seed, at === 0 ? hub : one(`one-${at % 3}`), at + 1));
    const many = Array.from({ length: 90 }, (_, at) => said(hub, one(`holder-${at}`), at + 100));
    const world = [...few, ...many];
    await store(world);
    const sight: Sight = { audiences: [1], position: 1_000, leftOut: [] };
    const reads: number[] = [];
    const reader = (from: Reader): Reader => ({
      ...from,
      rows: async (fetch, params) => {
        const rows = await from.rows(fetch, params);
        if (fetch.name === HELD.name) reads.push(params['most'] as number);
        return rows;
      },
    });
    const terms = { readings: seedOf(seed), validity: EVERYTHING, limit: 100, bounds: { ...BOUNDS, hubLimit: 6 } };
    const [stored, meant] = await Promise.all(
      [reader(graphReader(graph, sight, effort)), memoryReader(world, sight)].map(async (from) =>
        (await CLUSTER.draw(from, terms)).finish(SOURCES),
      ),
    );
    expect(stored).toEqual(meant);
    expect(stored?.members?.map(({ hub: isHub, links = [] }) => [isHub, links[0]?.corroboration.statements])).toEqual([
      [false, undefined],
      [true, 1],
      ...[29, 30, 30].map((statements) => [false, statements]),
    ]);
    expect(reads).toEqual([21, 210, 21, 210]);
  });

  it('is planned at the start with parameters that find nothing', async () => {
    await warmUp(graph, [...FETCHES, ...NODES_FETCHES]);
  });

  it('is stopped in the store when the caller goes away, and when it takes too long', async () => {
    const gone = new AbortController();
    const reader = graphReader(graph, { audiences: [1], position: 1, leftOut: [] }, { ...effort, signal: gone.signal });
    const slow = {
      ...FETCHES[0]!,
      cypher: 'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a * b AS c WHERE c < 0 RETURN c',
      meaning: () => [],
    };
    const asked = reader.rows(slow, { ids: [] });
    setTimeout(() => gone.abort(), 200);
    await expect(asked).rejects.toMatchObject({ code: 'question.caller-gone' });
    const brief = graphReader(graph, { audiences: [1], position: 1, leftOut: [] }, { ...effort, questionMs: 300 });
    await expect(brief.rows(slow, { ids: [] })).rejects.toMatchObject({
      code: 'question.too-long',
      kind: 'Unavailable',
    });
  });
});
