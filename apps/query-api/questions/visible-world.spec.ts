import fc from 'fast-check';
import { standingsOf } from '../analysis/standing.js';
import type { Ties } from '../analysis/ties.js';
import type { Sight, WorldStatement } from '../reading/fetch.js';
import type { Question } from '../reading/question.js';
import { NETWORK_CARD } from '../networks/network-card.js';
import { logIn } from '../withdrawals/log.fixture.js';
import { WHAT_WOULD_FALL } from '../withdrawals/what-would-fall.js';
import { CHANGES } from './changes.js';
import { CLUSTER } from './cluster.js';
import { ENTITY_CARD } from './entity-card.js';
import { KEY_PLAYERS } from './key-players.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { LIST_LOOK_UP } from './list-look-up.js';
import { NEIGHBOURS } from './neighbours.js';
import { PATHS } from './paths.js';
import { WAYS } from './paths-rules.js';
import { TIMELINE } from './timeline.js';
import {
  ALL,
  anyEntity,
  anyFilter,
  anySight,
  anyValidity,
  anyWorld,
  ask,
  BOUNDS,
  entity,
  EVERYTHING,
  NETWORKS,
  PEOPLE,
  seedOf,
} from './worlds.fixture.js';

/**
 * Nobody learns what they may not see: the answer over the whole world equals, to the last byte, the answer over the part of
 * it that the viewer may see. The functions are those that answer in production; only the reader is in memory.
 */

const RUNS = { numRuns: 250 };
const bounds = fc.record({ hubLimit: fc.integer({ min: 1, max: 6 }), entityLimit: fc.integer({ min: 2, max: 20 }) });
const limit = fc.integer({ min: 1, max: 8 });

const questions = fc.record({ one: anyEntity, filter: anyFilter, validity: anyValidity, bounds, limit });
type Drawn = typeof questions extends fc.Arbitrary<infer Value> ? Value : never;

/** The analysis in this thread. */
const HERE = { analyse: (ties: Ties) => Promise.resolve(standingsOf(ties)), signal: new AbortController().signal };

/** Every third assertion rests on the two before it. */
const RESTING = new Map(Array.from({ length: 40 }, (_, at) => [3 * at, [3 * at - 1, 3 * at - 2]]));

type AskAll = (statements: readonly WorldStatement[], sight: Sight) => Promise<string>;

const asked = ({ one, filter, validity, bounds, limit }: Drawn): Record<string, AskAll> => ({
  'entity-card': (statements, sight) => pages(ENTITY_CARD, statements, { readings: seedOf(one), filter, limit }, sight),
  neighbours: (statements, sight) => pages(NEIGHBOURS, statements, { readings: seedOf(one), filter, limit }, sight),
  cluster: (statements, sight) =>
    pages(CLUSTER, statements, { readings: seedOf(one), validity, bounds: { ...BOUNDS, ...bounds }, limit }, sight),
  timeline: (statements, sight) => pages(TIMELINE, statements, { readings: seedOf(one), filter, limit }, sight),
  paths: async (statements, sight) => {
    const seeds = [one, ...PEOPLE.filter((each) => each !== one).slice(0, 2)].map(seedOf);
    const around = { relations: [...TYING_RELATIONS], tieLimit: bounds.hubLimit, entityLimit: bounds.entityLimit };
    const terms = { seeds, steps: 1 + (limit % 5), validity, bounds: around };
    return JSON.stringify(await Promise.all(WAYS.map((way) => ask(PATHS, statements, { ...terms, way }, sight))));
  },
  'key-players': (statements, sight) =>
    pages(
      KEY_PLAYERS,
      statements,
      { readings: seedOf(one), validity, bounds: { ...bounds, relations: [...TYING_RELATIONS] }, ...HERE, limit },
      sight,
    ),
  changes: (statements, sight) =>
    pages(
      CHANGES,
      statements,
      { readings: seedOf(one), validity, since: 5 * limit, neighbours: limit % 2 > 0, limit: 4 * limit },
      sight,
    ),
  'what-would-fall': (statements, sight) => {
    const source = { origin: String(1 + (limit % 4)) };
    const terms = { source, log: logIn(statements, RESTING), seed: seedOf(one), validity, limit };
    return pages(WHAT_WOULD_FALL, statements, { ...terms, bounds: { ...BOUNDS, ...bounds } }, sight);
  },
  'network-card': (statements, sight) =>
    pages(NETWORK_CARD, statements, { readings: seedOf(NETWORKS[limit % 2]!), validity, limit }, sight),
  'list-look-up': async (statements, sight) => {
    const terms = { rows: PEOPLE.map((each, row) => ({ row, value: each.key, readings: seedOf(each) })), validity };
    return JSON.stringify(await ask(LIST_LOOK_UP, statements, terms, sight));
  },
});

/** Every page of an answer, with whether there is more and where it goes on. */
async function pages<Terms extends { limit: number; after?: (number | string)[] }, Answer>(
  question: Question<Terms, Answer>,
  statements: readonly WorldStatement[],
  terms: Terms,
  sight: Sight,
): Promise<string> {
  const all: unknown[] = [];
  for (let after = terms.after; ;) {
    const { answer, ids, truncated, after: next } = await ask(question, statements, { ...terms, after }, sight);
    all.push({ answer, ids, truncated, next });
    if (next === undefined) return JSON.stringify(all);
    after = next;
  }
}

describe.each([
  'entity-card',
  'timeline',
  'paths',
  'neighbours',
  'cluster',
  'key-players',
  'network-card',
  'changes',
  'what-would-fall',
  'list-look-up',
])('%s', (name) => {
  it('answers over the whole world as over what the viewer may see', async () => {
    let touched = 0;
    await fc.assert(
      fc.asyncProperty(anyWorld, anySight, questions, async (world, sight, drawn) => {
        const visible = world.filter(({ aud, pos }) => sight.audiences.includes(aud) && !sight.leftOut.includes(pos));
        const question = asked(drawn)[name]!;
        const whole = await question(world, sight);
        expect(whole).toEqual(await question(visible, { ...sight, leftOut: [] }));
        if (whole !== (await question(world, { ...sight, audiences: [1, 2, 3, 4], leftOut: [] }))) touched += 1;
      }),
      RUNS,
    );
    // Where hidden statements never mattered to the question, the equality above would prove nothing.
    expect(touched / RUNS.numRuns).toBeGreaterThan(0.5);
  });
});

describe('pages', () => {
  const all = async <Item>(
    size: number,
    turn: (limit: number, after?: (number | string)[]) => Promise<{ items: Item[]; after?: (number | string)[] }>,
  ) => {
    const items: Item[] = [];
    for (let after: (number | string)[] | undefined; ;) {
      const page = await turn(size, after);
      expect(page.items.length).toBeLessThanOrEqual(size);
      items.push(...page.items);
      if (page.after === undefined) return items;
      after = page.after;
    }
  };

  it('of every size give the same statements, neighbours and members in the same order, none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWorld,
        anySight,
        questions,
        limit,
        async (world, sight, { one, filter, validity, bounds }, size) => {
          const readings = seedOf(one);
          const statements = (limit: number) =>
            all(limit, async (limit, after) => {
              const { answer, after: next } = await ask(ENTITY_CARD, world, { readings, filter, limit, after }, sight);
              const items = (answer.claims ?? []).flatMap((claim) =>
                claim.statements.map(({ assertion, index }) => `${assertion}/${index}`),
              );
              return { items, after: next };
            });
          const neighbours = (limit: number) =>
            all(limit, async (limit, after) => {
              const { answer, after: next } = await ask(NEIGHBOURS, world, { readings, filter, limit, after }, sight);
              return { items: (answer.neighbours ?? []).map((each) => JSON.stringify(each)), after: next };
            });
          const members = (limit: number) =>
            all(limit, async (limit, after) => {
              const terms = { readings, validity, bounds: { ...BOUNDS, ...bounds }, limit, after };
              const { answer, after: next } = await ask(CLUSTER, world, terms, sight);
              return {
                items: (answer.members ?? []).map(({ entity: { id }, hub, distance }) => `${id} ${hub} ${distance}`),
                after: next,
              };
            });
          for (const turn of [statements, neighbours, members]) {
            const paged = await turn(size);
            expect(new Set(paged).size).toBe(paged.length);
            // Claims group a page's statements, so the card's order is compared as a set.
            expect([...paged].sort()).toEqual([...(await turn(10_000))].sort());
            if (turn !== statements) expect(paged).toEqual(await turn(10_000));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what every answer rests on', () => {
  it('is visible: each chain of a cluster leads back to the seed over statements that the viewer may see', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anySight, anyEntity, bounds, async (world, sight, one, limits) => {
        const terms = {
          readings: seedOf(one),
          validity: { validStart: EVERYTHING.validStart, validEnd: EVERYTHING.validEnd },
          bounds: { ...BOUNDS, ...limits },
          limit: 100,
        };
        const { members = [] } = (await ask(CLUSTER, world, terms, sight)).answer;
        const byId = new Map(members.map((member) => [member.entity.id, member]));
        for (const member of members.slice(1)) {
          const before = byId.get(member.through ?? '');
          expect(before?.distance).toBe(member.distance - 1);
          expect(before?.hub).toBe(false);
          expect(member.links?.length).toBeGreaterThan(0);
          for (const { assertion, index } of member.links!.flatMap(({ statements }) => statements)) {
            const said = world.find(({ pos, i = 0 }) => `assertion-${pos}` === assertion && i === index)!;
            expect(sight.audiences).toContain(said.aud);
            expect(sight.leftOut).not.toContain(said.pos);
            expect(said.pos).toBeLessThanOrEqual(sight.position);
            expect(said.gone ?? Infinity).toBeGreaterThan(sight.position);
            expect([said.subject.id, said.object.id].sort()).toEqual([member.entity.id, member.through].sort());
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is the same for a hidden entity and for one that nobody named, whatever is asked', async () => {
    const nobody = entity('account', 'facebook:nobody');
    await fc.assert(
      fc.asyncProperty(anyWorld, questions, async (world, drawn) => {
        const said = (answer: string): unknown =>
          (JSON.parse(answer) as { answer: unknown; truncated: unknown; next: unknown }[]).map(
            ({ answer, truncated, next }) => [answer, truncated, next],
          );
        for (const name of ['entity-card', 'timeline', 'neighbours', 'cluster', 'key-players', 'changes']) {
          const hidden = await asked(drawn)[name]!(world, { ...ALL, audiences: [] });
          const unknown = await asked({ ...drawn, one: nobody })[name]!(world, { ...ALL, audiences: [1] });
          expect(said(hidden)).toEqual(said(unknown));
        }
      }),
      { numRuns: 100 },
    );
  });
});
