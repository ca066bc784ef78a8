import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BulkSender, CallFailed, type BulkAnswer, type SendLimits } from './bulk-sender.js';
import { httpBulkCall } from './http-bulk-call.js';

/** Seconds on an idle machine; a busy one must not decide whether it holds. */
jest.setTimeout(60_000);

/** A receiver that speaks the NDJSON of the bulk interface, so that every way of breaking off can be played. */
type Behaviour = (request: { references: string[]; token: string }, response: ServerResponse) => void;

const accepted = (line: number, reference: string): string =>
  `${JSON.stringify({ line, reference, outcome: 'accepted' })}\n`;
const answerAll: Behaviour = ({ references }, response) => {
  references.forEach((reference, index) => response.write(accepted(index + 1, reference)));
  response.end('{"summary":{"complete":true}}\n');
};
const problem =
  (status: number, body: object): Behaviour =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));

let server: Server;
let url: string;
let behaviours: Behaviour[];
let seen: { references: string[]; token: string }[];
let open = 0;
let mostOpen = 0;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
  const references = body
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { reference: string }).reference]));
  const asked = { references, token: request.headers.authorization ?? '' };
  seen.push(asked);
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  response.once('close', () => (open -= 1));
  (behaviours.shift() ?? answerAll)(asked, response);
}

beforeAll(async () => {
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  behaviours = [];
  seen = [];
  mostOpen = 0;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const LIMITS: SendLimits = { linesPerCall: 3, charactersPerCall: 10_000, callsInFlight: 2, patienceMs: 20_000 };

async function send(count: number, limits: Partial<SendLimits> = {}): Promise<BulkAnswer[]> {
  const sender = new BulkSender(httpBulkCall({ url, token: () => Promise.resolve('t0ken') }, 5000), {
    ...LIMITS,
    ...limits,
  });
  const answers: BulkAnswer[] = [];
  for (let index = 0; index < count; index += 1) {
    const reference = `r${index}`;
    await sender.offer({ reference, json: JSON.stringify({ reference }) }, (answer) => answers.push(answer));
  }
  await sender.finish();
  return answers;
}

describe('sending rows in bulk', () => {
  it('sends each row once, under the token, with no more calls under way than allowed', async () => {
    const answers = await send(20);
    expect(answers.map(({ reference }) => reference).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => `r${i}`).sort(),
    );
    expect(seen.flatMap(({ references }) => references)).toHaveLength(20);
    expect(seen.every(({ token }) => token === 'Bearer t0ken')).toBe(true);
    expect(mostOpen).toBeLessThanOrEqual(2);
  });

  it.each<[string, Behaviour]>([
    ['the server is away for a moment', problem(503, { title: 'Unavailable' })],
    ['the connection is cut before any answer', (_, response) => response.destroy()],
    [
      'the answer breaks off after a row',
      ({ references }, response) => {
        response.write(accepted(1, references[0] ?? ''), () => response.destroy());
      },
    ],
    [
      'the answer breaks off within a line',
      ({ references }, response) => response.end(`${accepted(1, references[0] ?? '')}{"line":2,"ref`),
    ],
    [
      'the answer ends without its summary',
      ({ references }, response) => response.end(accepted(1, references[0] ?? '')),
    ],
    [
      'the server stops in the middle of the call',
      ({ references }, response) =>
        response.end(
          `${accepted(1, references[0] ?? '')}{"summary":{"complete":false,"problem":{"code":"store.away","detail":"x","retriable":true}}}\n`,
        ),
    ],
  ])('goes on where it was when %s', async (_, behaviour) => {
    behaviours = [behaviour];
    const answers = await send(3);
    expect(answers.map(({ reference }) => reference).sort()).toEqual(['r0', 'r1', 'r2']);
    const acknowledged = 3 - (seen[1]?.references.length ?? 0);
    expect(seen[1]?.references).toEqual(['r0', 'r1', 'r2'].slice(acknowledged));
  });

  it('stops at once when it is turned away for good, with what the server said', async () => {
    behaviours = [problem(403, { title: 'Forbidden', detail: 'You may not import.', code: 'access.forbidden' })];
    const failure = await send(3).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'access.forbidden', retriable: false });
    expect((failure as Error).message).toBe('The command interface answered 403: Forbidden: You may not import.');
    expect(seen).toHaveLength(1);
  });

  it('stops when an outage lasts longer than its patience', async () => {
    behaviours = Array.from({ length: 50 }, () => problem(503, { title: 'Unavailable' }));
    await expect(send(3, { patienceMs: 250 })).rejects.toThrow(CallFailed);
    expect(behaviours.length).toBeGreaterThan(0);
  });

  it('does not believe an answer for something that it did not send', async () => {
    behaviours = [(_, response) => response.end(`${accepted(1, 'other')}{"summary":{"complete":true}}\n`)];
    await expect(send(3)).rejects.toMatchObject({ code: 'bulk.unasked', retriable: false });
  });
});
