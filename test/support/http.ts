/**
 * Calls over real HTTP, sent exactly as written: fetch would tidy up paths and refuse some headers, and what an untidy caller
 * gets is part of what is tested.
 */
import { request, type IncomingHttpHeaders } from 'node:http';

export interface Answer<Body = unknown> {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON, or undefined where it is none. */
  body: Body;
}

export interface CallOptions {
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; name the content type in `headers`. */
  bytes?: Uint8Array | string;
}

const ANSWER_WITHIN_MS = 20_000;

/** @param route method and path: `POST /v1/organisations` */
export function call<Body = unknown>(address: string, route: string, options: CallOptions = {}): Promise<Answer<Body>> {
  const space = route.indexOf(' ');
  const { hostname, port } = new URL(address);
  const body = options.json === undefined ? options.bytes : JSON.stringify(options.json);
  const headers = {
    ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method: route.slice(0, space), path: route.slice(space + 1), headers, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) as Body });
        });
      },
    );
    sent.setTimeout(ANSWER_WITHIN_MS, () =>
      sent.destroy(new Error(`${route} had no answer within ${ANSWER_WITHIN_MS} ms`)),
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
