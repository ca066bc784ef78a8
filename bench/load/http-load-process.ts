/** The sending process of http-load.ts: takes a job, says "ready", sends on "go", reports. Ends with its parent. */
import { HttpConnection, wireRequest } from './http-connection.js';
import type { LoadJob, LoadMessage, LoadResult } from './http-load.js';

const EXAMPLE_LENGTH = 500;

let prepared: { job: LoadJob; wire: string[]; connections: HttpConnection[] } | undefined;

async function prepare(job: LoadJob): Promise<void> {
  const connections = await Promise.all(Array.from({ length: job.inFlight }, () => HttpConnection.open(job.port)));
  prepared = { job, wire: job.requests.map(wireRequest), connections };
}

async function send(): Promise<LoadResult> {
  if (prepared === undefined) throw new Error('nothing was prepared');
  const { job, wire, connections } = prepared;
  prepared = undefined;
  const latenciesMs: number[] = [];
  const unexpected = new Map<number, { status: number; count: number; example: string }>();
  let next = 0;
  let lastBody = '';
  const work = async (connection: HttpConnection): Promise<void> => {
    for (let at = next++; at < wire.length; at = next++) {
      const start = performance.now();
      const { status, body } = await connection.send(wire[at] as string);
      latenciesMs.push(performance.now() - start);
      lastBody = body;
      if (status === job.expectedStatus) continue;
      const known = unexpected.get(status) ?? { status, count: 0, example: body.slice(0, EXAMPLE_LENGTH) };
      known.count++;
      unexpected.set(status, known);
    }
  };
  const start = performance.now();
  await Promise.all(connections.map(work));
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  return { seconds, latenciesMs, lastBody, unexpected: [...unexpected.values()] };
}

function say(message: LoadMessage): void {
  process.send?.(message);
}

process.on('message', (message: LoadJob | 'go') => {
  const work =
    message === 'go' ? send().then((result) => say({ result })) : prepare(message).then(() => say({ ready: true }));
  work.catch((error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }));
});
process.on('disconnect', () => process.exit(0));
