import { ownNeo4j, STARTUP_MS, uniquePrefix, type OwnNeo4j } from '../../infra/local/test-servers.js';
import { openSilentProxy } from '../../test/support/silent-proxy.js';
import { GraphRefusal, GraphUnavailable, openGraph, type Graph } from './index.js';

const COMPARE_FIRST = 'MATCH (p:Lock {key: $key}) WHERE p.last = $from SET p.last = $to RETURN p.last AS last';
const LOCK_FIRST =
  'MATCH (p:Lock {key: $key}) SET p.lock = $to WITH p WHERE p.last = $from SET p.last = $to RETURN p.last AS last';

jest.setTimeout(120_000);

describe('the graph', () => {
  let graph: Graph;
  const key = uniquePrefix('lock');

  let neo4j: OwnNeo4j;

  beforeAll(async () => {
    neo4j = await ownNeo4j();
    graph = await openGraph(neo4j);
  }, STARTUP_MS);

  afterAll(async () => {
    await graph.close();
    await neo4j.release();
  });

  /** Lets a second transaction begin its move while the first has made its own and not committed; says who moved. */
  async function race(cypher: string): Promise<boolean[]> {
    const lock = `${key}-${cypher.length}`;
    await graph.command('CREATE (:Lock {key: $lock, last: 1, lock: 0})', { lock });
    const move = { key: lock, from: 1, to: 2 };
    let second: Promise<boolean> = Promise.resolve(false);
    const first = await graph.transact(async (transaction) => {
      const rows = await transaction.run(cypher, move);
      second = graph.transact(async (other) => (await other.run(cypher, move)).length > 0);
      await blocked();
      return rows.length > 0;
    });
    return [first, await second];
  }

  async function blocked(): Promise<void> {
    for (const limit = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const waiting = await graph.read(
        "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status",
      );
      if (waiting.length > 0) return;
      if (Date.now() > limit) throw new Error('the second transaction never waited for the first');
    }
  }

  it('lets one of two writers move a position; comparing before locking lets both', async () => {
    expect(await race(LOCK_FIRST)).toEqual([true, false]);
    expect(await race(COMPARE_FIRST)).toEqual([true, true]);
  });

  it('lets several make the same schema at once, who lock the same label for it', async () => {
    const names = [1, 2, 3].map((n) => `made_${key.replace(/\W/g, '_')}_${n}`);
    const made = names.map(
      (name) => `CREATE CONSTRAINT ${name} IF NOT EXISTS FOR (n:Made) REQUIRE n.${name} IS UNIQUE`,
    );
    const several = Array.from({ length: 4 }, async () => {
      for (const statement of made) await graph.command(statement);
    });
    await Promise.all(several);
    const present = await graph.read('SHOW CONSTRAINTS YIELD name WHERE name IN $names RETURN name', { names });
    expect(present).toHaveLength(names.length);
    for (const name of names) await graph.command(`DROP CONSTRAINT ${name}`);
  });

  it('goes through a deadlock within moments', async () => {
    await graph.command('UNWIND [1, 2] AS n CREATE (:Lock {key: $key + "-" + toString(n), last: 0})', { key });
    const bump = 'MATCH (p:Lock {key: $key}) SET p.last = p.last + 1';
    const meeting = { arrived: 0, both: () => undefined as void };
    const here = new Promise<void>((resolve) => (meeting.both = resolve));
    let attempts = 0;
    const crossing = async (one: string, other: string): Promise<void> =>
      await graph.transact(async (transaction) => {
        attempts++;
        await transaction.run(bump, { key: `${key}-${one}` });
        if (++meeting.arrived === 2) meeting.both();
        await here;
        await transaction.run(bump, { key: `${key}-${other}` });
      });
    await Promise.all([crossing('1', '2'), crossing('2', '1')]);
    const rows = await graph.read<{ last: number }>(
      'MATCH (p:Lock) WHERE p.key IN [$key + "-1", $key + "-2"] RETURN p.last AS last',
      { key },
    );
    expect(rows).toEqual([{ last: 2 }, { last: 2 }]);
    expect(attempts).toBeGreaterThan(2);
  });

  it('gives and takes whole numbers as whole numbers', async () => {
    const numbers = [
      0,
      -1,
      127,
      128,
      -129,
      2 ** 31,
      -(2 ** 31) - 1,
      2 ** 52 + 1,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    const rows = await graph.read<{ n: number; text: string; whole: boolean }>(
      'UNWIND $numbers AS n RETURN n, toString(n) AS text, n IS :: INTEGER AS whole',
      { numbers },
    );
    expect(rows).toEqual(numbers.map((n) => ({ n, text: `${n}`, whole: true })));
    expect(
      await graph.read('RETURN $n AS n, $list AS list, $none AS none', {
        n: 1.5,
        list: ['a', true, null],
        none: undefined,
      }),
    ).toEqual([{ n: 1.5, list: ['a', true, null], none: null }]);
  });

  it('does not write where it was asked to read', async () => {
    await expect(graph.read('CREATE (:Lock {key: $key})', { key })).rejects.toBeInstanceOf(Error);
    expect(await graph.read('MATCH (p:Lock {key: $key}) RETURN p.key AS key', { key })).toEqual([]);
  });

  it('stops a question whose time is over, and one whose asker has gone', async () => {
    const endless = 'UNWIND range(1, 1000000000) AS a UNWIND range(1, 1000000000) AS b RETURN count(a + b) AS n';
    await expect(graph.read(endless, {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'graph.timeout' });
    const asker = new AbortController();
    const asked = graph.read(endless, {}, { signal: asker.signal });
    asker.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
  });

  it('tells an outage from a refusal', async () => {
    await expect(graph.read('THIS IS NO CYPHER')).rejects.toBeInstanceOf(GraphRefusal);
    const nowhere = await openGraph({ url: 'bolt://127.0.0.1:1', user: 'neo4j', password: 'none' });
    await expect(nowhere.probe()).rejects.toBeInstanceOf(GraphUnavailable);
    await nowhere.close();
  });

  it('takes a store that swallows everything for one that is away, and goes on when it answers again', async () => {
    const { hostname, port } = new URL(neo4j.url);
    const proxy = await openSilentProxy({ host: hostname, port: Number(port) });
    const behind = await openGraph({ ...neo4j, url: `bolt://127.0.0.1:${proxy.port}`, silenceMs: 300 });
    const limit = { timeoutMs: 500 };
    const write = async (within = limit): Promise<unknown> =>
      await behind.transact(async (transaction) => await transaction.run('RETURN 1 AS one', {}), within);
    const atLeisure = { timeoutMs: 60_000 };
    const rows = async (): Promise<unknown> =>
      await behind.stream('RETURN 1 AS one', {}, limit)[Symbol.asyncIterator]().next();
    await write(atLeisure);
    proxy.fallSilent();
    for (const ask of [async () => await write(), async () => await behind.read('RETURN 1 AS one', {}, limit), rows])
      await expect(ask()).rejects.toMatchObject({ code: 'graph.unavailable', retriable: true });
    proxy.speak();
    expect(await write(atLeisure)).toEqual([{ one: 1 }]);
    await behind.close();
    await proxy.close();
  });
});
