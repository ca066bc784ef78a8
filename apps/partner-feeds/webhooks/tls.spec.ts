import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { compiled } from '../../../infra/local/stack/app-process.js';
import { Authority, endpointWith, type Certified } from './tls.fixture.js';
import type { Outcome } from './next-step.js';

const HOST = 'hooks.agency.example';

/** In a process of its own: Node reads which authorities it trusts once, when it starts. */
const POSTS = `
  const { postTo } = await import(process.argv[1]);
  const target = { url: new URL(process.argv[2]), addresses: ['127.0.0.1'] };
  console.log(JSON.stringify(await postTo(target, { headers: {}, body: '{"a":1}' }, AbortSignal.timeout(10_000))));`;

describe('a webhook over TLS', () => {
  const servers: Server[] = [];
  const ours = new Authority();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-tls-'));
    await writeFile(join(folder, 'authority.pem'), ours.cert);
  });

  afterAll(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  async function post(certified: Certified, trusting = true): Promise<{ outcome: Outcome; taken: string[] }> {
    const { server, port, taken } = await endpointWith(certified);
    servers.push(server);
    const file = pathToFileURL(compiled('apps', 'partner-feeds', 'webhooks', 'post-once.js')).href;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: trusting ? join(folder, 'authority.pem') : '' };
    const args = ['--input-type=module', '-e', POSTS, file, `https://${HOST}:${port}/hook`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return { outcome: JSON.parse(stdout) as Outcome, taken };
  }

  it('is taken where the certificate is of that name and of an authority that is trusted', async () => {
    expect(await post(ours.certify(HOST))).toEqual({ outcome: { kind: 'answered', status: 204 }, taken: ['{"a":1}'] });
  });

  it.each([
    ['of another name', () => post(ours.certify('other.agency.example'))],
    ['over', () => post(ours.certify(HOST, -1))],
    ['of an authority that nobody named', () => post(ours.certify(HOST), false)],
    ['of another authority of the same name', () => post(new Authority().certify(HOST))],
  ])('says nothing where the certificate is %s', async (_what, posted) => {
    expect(await posted()).toEqual({ outcome: { kind: 'failed', fault: 'tls' }, taken: [] });
  });
});
