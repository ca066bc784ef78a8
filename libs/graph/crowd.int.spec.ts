import { STARTUP_MS, testServers, uniquePrefix } from '../../infra/local/test-servers.js';
import {
  addPositions,
  applyWrite,
  createSchema,
  hintCrowded,
  openGraph,
  UNDATED,
  type Graph,
  type StatementWrite,
} from './index.js';
import { writeStatements } from './statement-writer.js';

/** What a reader of the hub would miss: links whose other end is not hinted under their audience. */
const MISSED = `
  MATCH (e:Entity {id: $hub})-[r]-(o:Entity)
  WHERE NOT EXISTS { MATCH (:Near {hub: e.id, aud: r.aud, pos: r.pos, at: coalesce(r.from, r.to, $undated), other: o.id}) }
    OR NOT EXISTS { MATCH (:Crowd {hub: e.id, aud: r.aud}) }
  RETURN count(r) AS links`;
const NO_CHANGE = { moves: [], statements: [], withdrawals: [], regrades: [], parked: [] };

jest.setTimeout(120_000);

describe('the hints at a crowded node', () => {
  let graph: Graph;
  const name = uniquePrefix('crowd');
  const hub = { kind: 'phone-number' as const, id: `${name}-hub`, key: '+440' };
  const held = (at: number, more: Partial<StatementWrite> = {}): StatementWrite => ({
    relation: 'USES_NUMBER',
    subject: { kind: 'account', id: `${name}-${at}`, key: `a${at}` },
    object: hub,
    ...{ pos: at + 1, ref: at, aud: at % 3, org: 1 },
    ...more,
  });
  const say = (statements: StatementWrite[]): Promise<unknown> => applyWrite(graph, { ...NO_CHANGE, statements });
  const missed = async (): Promise<number | undefined> =>
    (await graph.read<{ links: number }>(MISSED, { hub: hub.id, undated: UNDATED }))[0]?.links;
  const crowd = async (): Promise<number | null | undefined> =>
    (
      await graph.read<{ crowd: number | null }>('MATCH (e:Entity {id: $id}) RETURN e.crowd AS crowd', { id: hub.id })
    )[0]?.crowd;

  beforeAll(async () => {
    graph = await openGraph((await testServers('neo4j')).neo4j);
    await createSchema(graph);
    await addPositions(graph, [{ key: name, last: 0, event: '', incarnation: 1 }]);
  }, STARTUP_MS);

  afterAll(async () => {
    await graph.command('MATCH (p:Position {key: $name}) DELETE p', { name });
    await graph.close();
  });

  it('are not written for a node with few links', async () => {
    await say([0, 1, 2, 3].map((at) => held(at)));
    await hintCrowded(graph, [hub.id], 5);
    expect(await crowd()).toBeNull();
    expect(await missed()).toBe(4);
  });

  it('name every link, also one that a writer was about to commit when they began', async () => {
    let hinting: Promise<void> = Promise.resolve();
    await graph.transact(async (transaction) => {
      await transaction.run('MATCH (p:Position {key: $name}) SET p.lock = 1', { name });
      await writeStatements(transaction, [held(4)]);
      hinting = hintCrowded(graph, [hub.id], 4);
      await waitingForPositions();
    });
    await hinting;
    expect(await crowd()).toBe(3);
    expect(await missed()).toBe(0);
  });

  it('follow what is said, stated of the node itself and regraded from then on', async () => {
    const literal = held(7, { relation: 'STATED', subject: hub, prop: 'note', val: 'x', aud: 8 });
    await say([held(5, { from: 50, to: 60 }), held(6, { aud: 7, to: 70 }), literal]);
    expect(await missed()).toBe(0);
    const regrades = [held(1, { aud: 9 }), held(5, { aud: 9 }), { ...literal, aud: 9 }].map((one) => ({
      ...one,
      i: 0,
    }));
    await applyWrite(graph, { ...NO_CHANGE, regrades });
    const audiences = await graph.read('MATCH (c:Crowd {hub: $id}) RETURN c.aud AS aud ORDER BY aud', { id: hub.id });
    expect(audiences).toEqual([0, 1, 2, 7, 8, 9].map((aud) => ({ aud })));
    expect(await missed()).toBe(0);
  });

  async function waitingForPositions(): Promise<void> {
    for (const limit = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const waiting = await graph.read(
        "SHOW TRANSACTIONS YIELD status, currentQuery WHERE status STARTS WITH 'Blocked' AND currentQuery CONTAINS 'Position' RETURN status",
      );
      if (waiting.length > 0) return;
      if (Date.now() > limit) throw new Error('the hints never waited for the writer');
    }
  }
});
