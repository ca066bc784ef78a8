import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { UndirectedGraph } from 'graphology';
import * as metrics from 'graphology-metrics/centrality/betweenness.js';
import { standingsOf } from '../analysis/standing.js';
import type { Ties } from '../analysis/ties.js';
import type { Validity, WorldStatement } from '../reading/fetch.js';
import { validityOf } from '../terms/times.js';
import { KEY_PLAYERS, type KeyPlayers, type KeyPlayersTerms, type Player } from './key-players.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { ALL, ask, entity, EVERYTHING, said, seedOf, stated, world } from './worlds.fixture.js';

const centrality = metrics.default as unknown as (graph: UndirectedGraph) => Record<string, number>;
const person = (key: string) => entity('person', key);
const asked: Omit<KeyPlayersTerms, 'readings' | 'validity'> = {
  bounds: { relations: [...TYING_RELATIONS], hubLimit: 500, entityLimit: 5_000 },
  limit: 1_000,
  analyse: (ties: Ties) => Promise.resolve(standingsOf(ties)),
  signal: new AbortController().signal,
};

async function playersAround(
  statements: readonly WorldStatement[],
  seed: string,
  validity: Validity = EVERYTHING,
  more: Partial<KeyPlayersTerms> = {},
): Promise<KeyPlayers> {
  return (await ask(KEY_PLAYERS, statements, { ...asked, readings: seedOf(person(seed)), validity, ...more })).answer;
}

describe('key players', () => {
  const [anna, ben, cem, dee, eve] = ['anna', 'ben', 'cem', 'dee', 'eve'].map(person);
  const chain = world(
    said(anna!, 'CONTACTED', ben!),
    said(ben!, 'CONTACTED', cem!),
    said(cem!, 'ASSOCIATED_WITH', dee!),
    said(cem!, 'CONTACTED', ben!),
    said(dee!, 'CONTACTED', eve!),
  );

  it('come first whom most shortest ways lead through, with what is left without them', async () => {
    const { players, entities, ties } = await playersAround(chain, 'eve');
    expect([entities, ties]).toEqual([5, 4]);
    expect(players?.[0]).toMatchObject({
      entity: { key: 'cem' },
      degree: 2,
      betweenness: 0.666666667,
      splitsInto: [2, 2],
    });
    expect(players?.at(-1)).not.toHaveProperty('splitsInto');
  });

  it('are worked out on the relations that were asked for', async () => {
    const bounds = { ...asked.bounds, relations: ['CONTACTED'] };
    expect((await playersAround(chain, 'anna', EVERYTHING, { bounds })).entities).toBe(3);
  });

  it('of accounts that are the same are tied, unless they are said not to be', async () => {
    const same = world(said(anna!, 'SAME_AS', ben!), said(ben!, 'CONTACTED', cem!));
    expect((await playersAround(same, 'anna')).entities).toBe(3);
    const parted = world(said(anna!, 'SAME_AS', ben!), said(ben!, 'CONTACTED', cem!), said(ben!, 'NOT_SAME_AS', anna!));
    expect((await playersAround(parted, 'anna')).entities).toBe(1);
  });

  it('do not stand behind a hub: it is an end', async () => {
    const bounds = { ...asked.bounds, hubLimit: 2 };
    const star = world(...['a', 'b', 'c'].map((key) => said(person('exchange'), 'CONTACTED', person(key))));
    const { players, entities } = await playersAround(star, 'a', EVERYTHING, { bounds });
    expect(entities).toBe(2);
    expect(players?.find(({ hub }) => hub)?.entity.key).toBe('exchange');
  });

  it('stand behind a doubtful number too: a tie makes nobody the same', async () => {
    const number = entity('phone-number', 'raw:call me');
    const both = world(said(anna!, 'USES_NUMBER', number), said(ben!, 'CONTACTED', number));
    const { players } = await playersAround(both, 'anna');
    expect(players?.map(({ entity: { key } }) => key).sort()).toEqual(['anna', 'ben', 'raw:call me']);
  });
});

describe('a membership that was ended by a later statement', () => {
  const [anna, ben, cem] = ['anna', 'ben', 'cem'].map(person);
  const crew = entity('network', 'breakwater:network/1');
  const march = validityOf({ validAt: '2026-03' });
  const april = Date.parse('2026-04-01T00:00:00Z') / 1000;
  const entities = async (statements: readonly WorldStatement[], validity = EVERYTHING as Validity) =>
    (await playersAround(statements, 'anna', validity)).entities;

  it('ties nobody; one that is said anew later does', async () => {
    const joined = [said(anna!, 'MEMBER_OF', crew), said(ben!, 'MEMBER_OF', crew)];
    const ended = [...joined, said(ben!, 'NOT_MEMBER_OF', crew)];
    expect(await entities(world(...joined))).toBe(3);
    expect(await entities(world(...ended))).toBe(2);
    expect(await entities(world(...ended, said(ben!, 'MEMBER_OF', crew)))).toBe(3);
  });

  it('still ties until the day from which it is over, and again once the parting is withdrawn', async () => {
    const over = (terms: object) =>
      world(said(anna!, 'MEMBER_OF', crew), said(ben!, 'MEMBER_OF', crew), said(ben!, 'NOT_MEMBER_OF', crew, terms));
    expect(await entities(over({ from: april }), march)).toBe(3);
    expect(await entities(over({ from: april }), validityOf({ validAt: '2026-04' }))).toBe(2);
    expect(await entities(over({ gone: 4 }))).toBe(3);
  });

  it('of one direction leaves the other alone', async () => {
    const [north, south] = [entity('group', 'telegram:north'), entity('group', 'telegram:south')];
    const statements = world(
      said(anna!, 'MEMBER_OF', north),
      said(north, 'MEMBER_OF', south),
      said(south, 'NOT_MEMBER_OF', north),
      said(cem!, 'MEMBER_OF', south),
    );
    expect(await entities(statements)).toBe(4);
  });
});

describe('whoever is demoted', () => {
  const [anna, ben] = ['anna', 'ben'].map(person);
  const exchange = person('exchange');
  const calls = [said(anna!, 'CONTACTED', exchange), said(ben!, 'CONTACTED', exchange)];
  const demoted = (terms: object = {}) => world(...calls, stated(exchange, 'demoted', true, terms));

  it('is an end for those who may see it, while it holds and until it is withdrawn', async () => {
    const { players, entities } = await playersAround(demoted(), 'anna');
    expect([entities, players?.find(({ hub }) => hub)?.entity.key]).toEqual([2, 'exchange']);
    expect((await playersAround(demoted({ gone: 4 }), 'anna')).entities).toBe(3);
    const until = { to: Date.parse('2026-03-01T00:00:00Z') / 1000 };
    expect((await playersAround(demoted(until), 'anna', validityOf({ validAt: '2026-04' }))).entities).toBe(3);
  });

  it('is like anybody else for those who may not', async () => {
    const terms = { ...asked, readings: seedOf(anna!), validity: EVERYTHING };
    const { answer } = await ask(KEY_PLAYERS, demoted({ aud: 2 }), terms, { ...ALL, audiences: [1] });
    expect([answer.entities, answer.players?.some(({ hub }) => hub)]).toEqual([3, false]);
  });
});

/** Phases of the wiretap investigation: who called whom under each warrant. */
const DATA = join(process.env['BREAKWATER_DATA'] ?? '', 'caviar');
const PHASES = Array.from({ length: 11 }, (_, at) => `phase-${String(at + 1).padStart(2, '0')}.csv`);
const hasData = process.env['BREAKWATER_DATA'] !== undefined && existsSync(DATA);
if (!hasData)
  process.stdout.write(
    "skipped: no caviar data under BREAKWATER_DATA. They are public: UCINET's covert networks, CAVIAR (C. Morselli, 2009)\n",
  );

/** Calls of a phase, dated in a month of its own. */
function callsOf(file: string, month: string): ((pos: number) => WorldStatement)[] {
  const [heads = [], ...rows] = parse(readFileSync(join(DATA, file)), { bom: true }) as string[][];
  const { validStart: from, validEnd: to } = validityOf({ validAt: month });
  return rows.flatMap(([caller = '', ...counts]) =>
    counts.flatMap((count, column) => {
      const called = heads[column + 1] ?? '';
      return count === '0' || called === caller
        ? []
        : [said(person(caller), 'CONTACTED', person(called), { n: Number(count), from, to })];
    }),
  );
}

(hasData ? describe : describe.skip)('key players of a real network', () => {
  it('are in each phase those that a second implementation finds', async () => {
    const month = (at: number): string => `2020-${String(at + 1).padStart(2, '0')}`;
    const statements = world(...PHASES.flatMap((file, at) => callsOf(file, month(at))));
    for (const [at, file] of PHASES.entries()) {
      const second = new UndirectedGraph();
      for (const call of callsOf(file, month(at))) second.mergeEdge(call(0).subject.key, call(0).object.key);
      const around = async (seed: string): Promise<Player[]> =>
        (await playersAround(statements, seed, validityOf({ validAt: month(at) }))).players ?? [];
      const players = await around('1');
      const compared = new Set<string>();
      // A question knows only whoever hangs together with its seed: all others are asked about from one of their own.
      for (const seed of ['1', ...second.nodes()]) {
        if (compared.has(seed)) continue;
        const found = await around(seed);
        const together = second.copy();
        for (const node of second.nodes())
          if (!found.some(({ entity: { key } }) => key === node)) together.dropNode(node);
        expect([file, seed, found.length]).toEqual([file, seed, together.order]);
        const theirs = centrality(together);
        for (const { entity, degree, betweenness } of found) {
          compared.add(entity.key);
          expect([file, entity.key, degree]).toEqual([file, entity.key, second.degree(entity.key)]);
          expect(betweenness).toBeCloseTo(theirs[entity.key]!, 8);
        }
      }
      expect([file, compared.size]).toEqual([file, second.order]);
      // Actor 1 led the network until the seizures; from the ninth warrant on others stand between more of them.
      if (at < 8) expect([file, players[0]?.entity.key]).toEqual([file, '1']);
    }
  });
});
