/** The three addresses of an OpenID Connect issuer that apps and command-line tools need. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';

export interface IssuerAnswers {
  issuer: string;
  keys: () => JWK[];
  /** A token for a client that proved itself, or undefined. */
  tokenFor: (client: string, secret: string) => Promise<{ token: string; seconds: number } | undefined>;
}

const MAX_FORM_BYTES = 10_000;

export async function serveIssuer(answers: IssuerAnswers, port: number): Promise<{ server: Server; base: string }> {
  const server = createServer((request, response) => {
    answer(answers, request, response).catch(() => send(response, 500, { error: 'server_error' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(answers: IssuerAnswers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (request.method === 'GET' && path === '/jwks') return send(response, 200, { keys: answers.keys() });
  if (request.method === 'GET' && path === '/.well-known/openid-configuration')
    return send(response, 200, discovery(answers.issuer, `http://${request.headers.host ?? ''}`));
  if (request.method !== 'POST' || path !== '/token') return send(response, 404, { error: 'not_found' });
  const form = new URLSearchParams(await readForm(request));
  if (form.get('grant_type') !== 'client_credentials') return send(response, 400, { error: 'unsupported_grant_type' });
  const { client, secret } = credentials(request, form);
  const given = await answers.tokenFor(client, secret);
  if (given === undefined) return send(response, 401, { error: 'invalid_client' });
  send(response, 200, { access_token: given.token, token_type: 'Bearer', expires_in: given.seconds });
}

function discovery(issuer: string, base: string): object {
  return {
    issuer,
    jwks_uri: `${base}/jwks`,
    token_endpoint: `${base}/token`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['EdDSA', 'ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}

function credentials(request: IncomingMessage, form: URLSearchParams): { client: string; secret: string } {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { client: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
  const [client = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':', 2);
  return { client, secret };
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part;
    if (text.length > MAX_FORM_BYTES) throw new Error('the form is larger than any token request');
  }
  return text;
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
