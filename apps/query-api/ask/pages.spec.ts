import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CLUSTER } from '../questions/cluster.js';
import { ENTITY_CARD } from '../questions/entity-card.js';
import { TIMELINE } from '../questions/timeline.js';
import { ask, BOUNDS, entity, EVERYTHING, said, seedOf, world } from '../questions/worlds.fixture.js';
import { validityOf } from '../terms/times.js';
import { cardLines } from './print-card.js';
import { clusterLines } from './print-cluster.js';
import { timelineLines } from './print-timeline.js';
import { QueryClient } from './query-client.js';

const number = entity('phone-number', '+447400123456');
const holders = Array.from({ length: 5 }, (_, at) => entity('account', `telegram:${at + 1}`));
const day = (of: number): { from: number } => ({ from: Date.UTC(2026, 0, of + 1) / 1000 });
/** Each says it twice, the second time after all the others have said it once. */
const statements = world(
  ...holders.map((holder, at) => said(holder, 'USES_NUMBER', number, day(at))),
  ...holders.map((holder, at) => said(holder, 'USES_NUMBER', number, day(at))),
);
const readings = seedOf(number);
const terms = { seed: { id: readings[0]!.id } };

type After = { after?: (number | string)[] };
const DRAWN: Record<
  string,
  (page: { limit: number } & After) => Promise<After & { truncated: boolean; answer: object }>
> = {
  'entity-card': (page) => ask(ENTITY_CARD, statements, { readings, filter: EVERYTHING, ...page }),
  timeline: (page) => ask(TIMELINE, statements, { readings, filter: EVERYTHING, ...page }),
  cluster: (page) => ask(CLUSTER, statements, { readings, validity: validityOf({}), bounds: BOUNDS, ...page }),
};

/** Answers as query-api does, by pages of so many. */
async function answering(limit: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { continuation } = (await json(request)) as { continuation?: string };
      const page = continuation === undefined ? { limit } : { limit, after: JSON.parse(continuation) as [] };
      const { answer: told, truncated, after } = await DRAWN[request.url!.split('/').at(-1)!]!(page);
      const more = after === undefined ? {} : { continuation: JSON.stringify(after) };
      response.end(JSON.stringify({ asOf: '2026-11-20T10:00:00Z', lagSeconds: 0, truncated, ...more, ...told }));
    };
    void answer();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function client(limit: number, goesOn?: (line: string) => void): Promise<QueryClient> {
  const server = await answering(limit);
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new QueryClient({ url, token: () => Promise.resolve('token') }, 'operation-tern', goesOn);
}

/** Card, timeline and cluster as they are printed whole. */
async function printed(from: QueryClient): Promise<string[][]> {
  const options = { columns: 120, full: true };
  return [
    cardLines(await from.entityCard(terms), options),
    timelineLines(await from.timeline(terms), options),
    clusterLines(await from.cluster(terms), options),
  ];
}

describe('an answer of several pages', () => {
  it('is printed whole as if it had been one, and each further page is told of', async () => {
    const told: string[] = [];
    const byPages = await printed(await client(3, (line) => told.push(line)));
    const atOnce = await printed(await client(100, (line) => told.push(`wrongly ${line}`)));
    expect(byPages).toEqual(atOnce);
    expect(told).toEqual([
      ...[2, 3, 4].map((page) => `entity-card goes on: page ${page}`),
      ...[2, 3, 4].map((page) => `timeline goes on: page ${page}`),
      'cluster goes on: page 2',
    ]);
  });

  it('is its first page where nobody asks for more, with what leads on', async () => {
    const card = await (await client(3)).entityCard(terms);
    expect(card.truncated).toBe(true);
    expect(card.continuation).toBeDefined();
    expect(cardLines(card, { columns: 120, full: false }).at(-1)).toMatch(/ take all with --full\.$/);
  });
});
