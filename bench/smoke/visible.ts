/**
 * From the answer "201" until a question shows it: one assertion at a time, with nothing else going on. The floor goes the same
 * way with bare clients: committed in PostgreSQL, then a record produced and consumed, a relationship written and read.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { inTurn } from '../harness/rounds.js';
import { assertionRequest } from '../append/assertion-requests.js';
import { HttpConnection, wireRequest } from '../load/http-connection.js';
import { openBareConsumer, openBareProducer } from './bare-kafka.js';
import type { Flow } from './flow.js';

const VISIBLE_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 2;
const FIRST_SUBJECT = 50_000_000;

export interface Delays {
  flowMs: number[];
  bareMs: number[];
}

/** Measures by turns until there are enough, or the time is over. */
export async function delaysUntilVisible(flow: Flow, count: number, seconds: number): Promise<Delays> {
  const delays: Delays = { flowMs: [], bareMs: [] };
  const one = await flowProbe(flow);
  const bare = await bareProbe(flow);
  const probes = [
    async (at: number) => void delays.flowMs.push(await one.delay(at)),
    async (at: number) => void delays.bareMs.push(await bare.delay(at)),
  ];
  for (let warm = 0; warm < 5; warm++) for (const probe of probes) await probe(warm);
  delays.flowMs.length = 0;
  delays.bareMs.length = 0;
  const until = performance.now() + seconds * 1000;
  for (let at = 5; at < count + 5 && performance.now() < until; at++)
    for (const probe of inTurn(probes, at)) await probe(at);
  await Promise.all([one.close(), bare.close()]);
  return delays;
}

interface Probe {
  delay(at: number): Promise<number>;
  close(): Promise<void>;
}

async function flowProbe({ commanding, queries }: Flow): Promise<Probe> {
  const commands = await HttpConnection.open(commanding.app.port);
  const questions = await HttpConnection.open(queries.port);
  const headers = {
    Authorization: `Bearer ${commanding.token}`,
    'Content-Type': 'application/json',
    'Breakwater-Purpose': 'operation-tern',
  };
  const delay = async (at: number): Promise<number> => {
    const body = JSON.stringify(assertionRequest(FIRST_SUBJECT + at));
    const made = await commands.send(
      wireRequest({ method: 'POST', path: '/v1/assertions', headers: { ...headers, 'Idempotency-Key': uuid() }, body }),
    );
    const start = performance.now();
    if (made.status !== 201)
      throw new Error(`An assertion was answered with ${made.status}: ${made.body.slice(0, 300)}`);
    const { entities } = JSON.parse(made.body) as { entities: { id: string }[] };
    const question = wireRequest({
      method: 'POST',
      path: '/v1/questions/entity-card',
      headers,
      body: JSON.stringify({ seed: { id: entities[0]?.id } }),
    });
    for (;;) {
      const { status, body: answer } = await questions.send(question);
      if (status !== 200) throw new Error(`A question was answered with ${status}: ${answer.slice(0, 300)}`);
      const waited = performance.now() - start;
      if ((JSON.parse(answer) as { found: boolean }).found) return waited;
      if (waited > VISIBLE_WITHIN_MS)
        throw new Error(`An assertion could not be seen ${VISIBLE_WITHIN_MS / 1000} s after it was accepted.`);
      await pause(ASK_AGAIN_MS);
    }
  };
  const close = (): Promise<void> => {
    commands.close();
    questions.close();
    return Promise.resolve();
  };
  return { delay, close };
}

const WRITE = `MERGE (a:Entity {id: $a}) ON CREATE SET a:Account, a.key = $a
  MERGE (b:Entity {id: $b}) ON CREATE SET b:PhoneNumber, b.key = $b
  CREATE (a)-[:USES_NUMBER {pos: toInteger($at)}]->(b)`;
const READ = 'MATCH (a:Entity {id: $a})-[r:USES_NUMBER]->(b) RETURN r.pos AS pos, b.key AS key';

async function bareProbe({ brokers, driver, ownerUrl }: Flow): Promise<Probe> {
  const database = new pg.Client({ connectionString: ownerUrl });
  await database.connect();
  await database.query('CREATE TABLE bare.probes (id uuid PRIMARY KEY, body text NOT NULL)');
  const producer = await openBareProducer(brokers);
  const consumer = await openBareConsumer(brokers);
  const session = driver.session({ database: 'neo4j' });
  const delay = async (at: number): Promise<number> => {
    const id = uuid();
    const body = JSON.stringify(assertionRequest(FIRST_SUBJECT + at));
    await database.query({ name: 'probe', text: 'INSERT INTO bare.probes VALUES ($1, $2)', values: [id, body] });
    const start = performance.now();
    const arrived = consumer.arrival(id);
    await producer.send([{ stream: id, body }]);
    await arrived;
    await session.executeWrite((transaction) =>
      transaction.run(WRITE, { a: id, b: `${id}-number`, at }).then(() => undefined),
    );
    const { records } = await session.executeRead((transaction) => transaction.run(READ, { a: id }));
    if (records.length !== 1) throw new Error('The bare graph did not show what was written.');
    return performance.now() - start;
  };
  const close = async (): Promise<void> => {
    await Promise.all([database.end(), producer.close(), consumer.close(), session.close()]);
  };
  return { delay, close };
}
