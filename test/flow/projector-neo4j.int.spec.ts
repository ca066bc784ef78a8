import { createSchema, graphDigest, openGraph, type Graph } from '#graph';
import { verifyGraph } from '../../apps/graph-projector/graph/verify.js';
import { rebuild } from '../../apps/graph-projector/graph/rebuild.js';
import { neo4jStore, type GraphStore } from '../../apps/graph-projector/writing/graph-store.js';
import { ownNeo4j, STARTUP_MS, type OwnNeo4j } from '../../infra/local/test-servers.js';
import { interleave } from '../support/graph-projector/interleaving.js';
import { seeded, writeHistory } from '../support/graph-projector/histories.js';
import { expectedDigest, idOf, listeningWatch, play } from '../support/graph-projector/play.js';
import { SimulatedLog } from '../support/graph-projector/simulated-log.js';
import { tell, uses, usesNoLonger } from '../support/graph-projector/stories.js';

/** With BREAKWATER_PROOF=full all 500 orders run on the real store; otherwise a sample, and the rest in memory. */
const ORDERS = { full: 500, ci: 100 }[process.env['BREAKWATER_PROOF'] ?? ''] ?? 4;

const LOOK_MS = 25;

jest.setTimeout(180_000); // small histories, and a store that may be cold and busy

describe('a projection into Neo4j', () => {
  let neo4j: OwnNeo4j;
  let graph: Graph;
  let store: GraphStore;

  beforeAll(async () => {
    neo4j = await ownNeo4j();
    graph = await openGraph(neo4j);
    await createSchema(graph);
    store = neo4jStore(graph, (error) => {
      throw error;
    });
  }, STARTUP_MS);

  beforeEach(async () => await graph.command('MATCH (n) DETACH DELETE n'));

  afterAll(async () => {
    await graph.close();
    await neo4j.release();
  });

  it(`makes one graph in each of ${ORDERS} orders of partitions, repeats, losses and restarts`, async () => {
    const digests = new Map<number, Set<string>>();
    for (let order = 0; order < ORDERS; order++) {
      const history = order % 10;
      const log = new SimulatedLog({ 'network.events': 1 + (history % 6) });
      writeHistory(log, { seed: history, streams: 10, poison: 8, decisions: 20, referrals: 5 });
      const draw = seeded(1_000 + order);
      const records = log.publish();
      const stores = { log, graph: store, idOf };
      await graph.command('MATCH (n) DETACH DELETE n');
      const played = {
        lookMs: LOOK_MS,
        records: interleave(records, draw, { repeats: 5, losses: 3 }),
        most: 1 + draw(15),
      };
      if (order % 2 === 0) await play(stores, { ...played, stopAfter: 5 });
      await play(stores, played);
      const { hash } = await graphDigest(graph);
      expect(hash).toBe(await expectedDigest(stores));
      digests.set(history, (digests.get(history) ?? new Set()).add(hash));
    }
    expect([...digests.values()].map((each) => each.size)).toEqual([...digests].map(() => 1));
  }, 1_200_000);

  it('never doubles beside a zombie of itself', async () => {
    const log = new SimulatedLog({ 'network.events': 6 });
    writeHistory(log, { seed: 8, streams: 60 });
    const records = [...log.publish().values()].flat();
    const both = [1, 2].map(
      async () => await play({ log, graph: store, idOf }, { records, most: 20, lookMs: LOOK_MS }),
    );
    const stopped = (await Promise.allSettled(both)).flatMap((each) =>
      each.status === 'rejected' ? [each.reason as unknown] : [],
    );
    expect(stopped).toMatchObject([{ code: 'graph.positions-moved' }]);
    expect((await graphDigest(graph)).hash).toBe(await expectedDigest({ log, graph: store, idOf }));
  });

  it('finds the one event that Neo4j refuses, and says why without repeating what it says', async () => {
    await graph.command('CREATE CONSTRAINT trap IF NOT EXISTS FOR (n:PhoneNumber) REQUIRE n.key IS UNIQUE');
    await graph.command("CREATE (:PhoneNumber {key: '+447700900023'})");
    const log = new SimulatedLog({ 'network.events': 3 });
    for (let n = 1; n <= 40; n++) tell(log, n, uses(n));
    const told = await play(
      { log, graph: store, idOf },
      { records: [...log.publish().values()].flat(), lookMs: LOOK_MS },
    );
    await graph.command('DROP CONSTRAINT trap');
    expect(told.parked).toMatchObject([{ position: 23, code: 'store.refused' }]);
    expect(told.parked[0]?.reason).toContain('Neo.ClientError.Schema.ConstraintValidationFailed');
    expect(JSON.stringify(told.parked)).not.toContain('7700900023');
    expect((await graphDigest(graph)).hash).toBe(await expectedDigest({ log, graph: store, idOf }));
  });

  it('agrees with the log, and after a rebuild too; what was changed by hand is named', async () => {
    const log = new SimulatedLog({ 'network.events': 6 });
    writeHistory(log, { seed: 3, streams: 40, poison: 5, decisions: 10, referrals: 20 });
    const position = tell(log, 900, uses(900));
    tell(log, 900, usesNoLonger(900));
    const stores = { log, graph: store, idOf };
    await play(stores, { records: [...log.publish().values()].flat(), lookMs: LOOK_MS });
    const live = await verifyGraph(graph, stores);
    expect(live).toMatchObject({ ok: true, differences: [] });

    const report = { ...listeningWatch().watch, step: () => undefined, filled: () => undefined };
    await rebuild(stores, { during: async (stop, work) => await work(stop) }, report, new AbortController().signal);
    expect((await verifyGraph(graph, stores)).graph).toEqual(live.graph);

    await graph.command('MATCH ()-[r]->() WHERE r.pos = $position AND r.gone IS NULL SET r.n = 7', { position });
    await graph.command('MATCH ()-[r]->() WHERE r.pos = $position AND r.gone IS NOT NULL DELETE r', { position });
    await graph.command('CREATE (:Entity:Account {id: "none", key: "none"})');
    const changed = await verifyGraph(graph, stores);
    expect(changed.ok).toBe(false);
    expect(changed.differences).toEqual(
      [
        expect.stringMatching(new RegExp(`^different: USES_NUMBER .* of position ${position} .*in n$`)) as string,
        expect.stringMatching(new RegExp(`^missing: USES_NUMBER .* of position ${position}$`)) as string,
        'too much: account none, which no statement names',
        expect.stringMatching(/^missing: phone-number /) as string,
      ].slice(0, changed.differences.length),
    );
  });
});
