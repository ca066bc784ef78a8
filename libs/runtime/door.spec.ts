import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDoor, type Door, type DoorOptions } from './door.js';

const HERE = 'http://127.0.0.1:3000';
let folder: string;
let issuer: Server;
let tokenUrl: string;
let asked: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'door-'));
  issuer = createServer((request, response) => {
    request.on('data', (body: Buffer) => asked.push(body.toString()));
    request.on('end', () => response.end(JSON.stringify({ access_token: `token-${asked.length}`, expires_in: 3600 })));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`;
});
beforeEach(() => (asked = []));
afterAll(async () => {
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
  await rm(folder, { recursive: true });
});

function find(options: DoorOptions, env: NodeJS.ProcessEnv = {}, stack = 'no-such-stack.json'): Promise<Door> {
  return findDoor({ interface: 'commandApi', localClient: 'importer' }, options, env, join(folder, stack));
}

async function stackOf(pid: number): Promise<string> {
  const file = { pid, commandApi: HERE, tokenUrl, clients: { importer: { secret: 's' } } };
  await writeFile(join(folder, 'stack.json'), JSON.stringify(file));
  return 'stack.json';
}

describe('a tool that calls an interface', () => {
  it('never sends a token over a network in plain text', async () => {
    const env = { BREAKWATER_TOKEN: 'x' };
    await expect(find({ to: 'http://api.example.org' }, env)).rejects.toMatchObject({ code: 'door.unprotected' });
    await expect(find({ to: 'https://api.example.org' }, env)).resolves.toMatchObject({
      url: 'https://api.example.org',
    });
  });

  it('says what is missing: an address, then somebody to call as', async () => {
    await expect(find({})).rejects.toThrow('No stack runs here');
    await expect(find({ to: HERE })).rejects.toThrow('As whom?');
  });

  it('calls as somebody of the local stack where that runs, and as nobody where its file is a leftover', async () => {
    const stack = await stackOf(process.pid);
    const door = await find({}, {}, stack);
    expect([door.url, await door.token()]).toEqual([HERE, 'token-1']);
    await expect(find({ client: 'stranger' }, {}, stack)).rejects.toThrow('knows nobody called stranger');
    const { pid } = spawnSync(process.execPath, ['--version']);
    await expect(find({}, {}, await stackOf(pid))).rejects.toThrow('No stack runs here');
  });

  it('never uses the secrets of the local stack for another address', async () => {
    await expect(find({ to: 'https://elsewhere.example' }, {}, await stackOf(process.pid))).rejects.toMatchObject({
      code: 'door.no-token',
    });
    expect(asked).toEqual([]);
  });

  it('asks the issuer for a token and keeps it while it is valid', async () => {
    const door = await find({ to: HERE, tokenUrl, client: 'importer' }, { BREAKWATER_CLIENT_SECRET: 's' });
    expect([await door.token(), await door.token()]).toEqual(['token-1', 'token-1']);
    expect(asked).toEqual(['grant_type=client_credentials&client_id=importer&client_secret=s']);
  });

  it('takes a token as it is given, by a file before the environment', async () => {
    await writeFile(join(folder, 'token'), 'from-file\n');
    const env = { BREAKWATER_TOKEN: 'from-environment' };
    expect(await (await find({ to: HERE }, env)).token()).toBe('from-environment');
    expect(await (await find({ to: HERE, tokenFile: join(folder, 'token') }, env)).token()).toBe('from-file');
  });
});
