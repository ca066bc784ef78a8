/** The real app's side: assertions over HTTP, one by one or as NDJSON, with everything that a command does. */
import { v7 as uuid } from 'uuid';
import type { HttpRequest } from '../load/http-connection.js';
import type { LoadResult } from '../load/http-load.js';
import type { Side } from '../harness/rounds.js';
import type { Comparison } from './comparison.js';
import { assertionRequests } from './assertion-requests.js';

const SEED = 7;

export interface CommandSide {
  side: Side;
  /** Rows of one round, also as the bare side writes them. */
  events: number;
}

/** What sending needs of a comparison. */
type Sending = Pick<Comparison, 'count' | 'inFlight' | 'load' | 'caller'>;

export function singleCommands({ count, inFlight, load, caller }: Sending): CommandSide {
  const bodies = assertionRequests(count, SEED).map((request) => JSON.stringify(request));
  let send: (() => Promise<LoadResult>) | undefined;
  const side: Side = {
    name: 'commands over HTTP',
    prepare: async () => {
      const requests = bodies.map((body): HttpRequest => ({
        method: 'POST',
        path: '/v1/assertions',
        headers: { ...headersOf(caller.token, 'application/json'), 'Idempotency-Key': uuid() },
        body,
      }));
      send = await load.prepare({ port: caller.port, inFlight, requests, expectedStatus: 201 });
    },
    run: async () => ({ events: count, seconds: (await sent(send)).seconds }),
  };
  return { side, events: count };
}

export function bulkCommands({ count, load, caller }: Sending): CommandSide {
  const requests = assertionRequests(count, SEED);
  let send: (() => Promise<LoadResult>) | undefined;
  let calls = 0;
  const side: Side = {
    name: 'NDJSON over HTTP',
    prepare: async () => {
      calls++;
      const lines = requests.map((request, line) => JSON.stringify({ ...request, reference: `call-${calls}/${line}` }));
      const call: HttpRequest = {
        method: 'POST',
        path: '/v1/assertions/bulk',
        headers: headersOf(caller.token, 'application/x-ndjson'),
        body: `${lines.join('\n')}\n`,
      };
      send = await load.prepare({ port: caller.port, inFlight: 1, requests: [call], expectedStatus: 200 });
    },
    run: async () => {
      const { seconds, lastBody } = await sent(send);
      refuseOtherThanAllAccepted(lastBody, count);
      return { events: count, seconds };
    },
  };
  return { side, events: count };
}

export async function sent(send: (() => Promise<LoadResult>) | undefined): Promise<LoadResult> {
  if (send === undefined) throw new Error('Nothing was prepared to be sent.');
  return await send();
}

export function headersOf(token: string, contentType: string): Record<string, string> {
  return { Authorization: `Bearer ${token}`, 'Content-Type': contentType, 'Breakwater-Purpose': 'operation-tern' };
}

/** Refused lines would be fast ones. */
export function refuseOtherThanAllAccepted(answer: string, count: number): void {
  const lines = answer.trimEnd().split('\n');
  const accepted = lines.filter((line) => line.includes('"outcome":"accepted"')).length;
  if (accepted !== count)
    throw new Error(
      `${accepted} of ${count} lines were accepted; the answer ends with: ${lines.at(-1)?.slice(0, 500)}`,
    );
}
