import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { UndirectedGraph } from 'graphology';
import * as metrics from 'graphology-metrics/centrality/betweenness.js';
import { standingsOf } from '../analysis/standing.js';
import type { Ties } from '../analysis/ties.js';
import type { Validity, WorldStatement } from '../reading/fetch.js';
import { validityOf } from '../terms/times.js';
import { KEY_PLAYERS, type KeyPlayers, type KeyPlayersTerms } from './key-players.js';
import { TYING_RELATIONS } from './key-players-graph.js';
import { ask, entity, EVERYTHING, said, seedOf, world } from './worlds.fixture.js';

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
      const { players = [] } = await playersAround(statements, '1', validityOf({ validAt: month(at) }));
      const whole = new Set(players.map(({ entity: { key } }) => key));
      // The second one knows nothing of seeds: what is not tied to the first actor is taken away from it.
      for (const node of second.nodes()) if (!whole.has(node)) second.dropNode(node);
      expect([file, players.length]).toEqual([file, second.order]);
      const theirs = centrality(second);
      for (const {
        entity: { key },
        degree,
        betweenness,
      } of players) {
        expect([file, key, degree]).toEqual([file, key, second.degree(key)]);
        expect(betweenness).toBeCloseTo(theirs[key]!, 8);
      }
      // Actor 1 led the network until the seizures; from the ninth warrant on others stand between more of them.
      if (at < 8) expect([file, players[0]?.entity.key]).toEqual([file, '1']);
    }
  });
});
