/**
 * The servers of a test run. Each is started when the first spec asks for it, so a spec that needs PostgreSQL only waits
 * a second and not ten. Specs run in other processes and ask over HTTP on 127.0.0.1, with a token.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { localPath } from '../checkout.js';
import { lockFolder } from '../folder-lock.js';
import type { LocalServers, ServerName } from '../local-server.js';
import { startServers } from '../servers.js';
import { dropDatabasesOf } from './databases.js';
import { removeLeftovers } from './leftovers.js';

const OWN_NEO4J_HEAP_MB = 512;
const OWN_NEO4J_PAGE_CACHE_MB = 128;

/** How a spec reaches the control of its run. */
export interface ControlAddress {
  url: string;
  token: string;
}

interface Lease {
  id: string;
  owner: string;
  servers: LocalServers;
}

export class TestControl {
  readonly folder = localPath(`test-${process.pid}-${randomBytes(3).toString('hex')}`);
  private readonly token = randomBytes(16).toString('hex');
  private readonly shared = new Map<ServerName, Promise<LocalServers>>();
  private readonly leased = new Map<string, Lease>();
  private readonly idle: LocalServers[] = [];
  private readonly http: Server = createServer((request, response) => void this.serve(request, response));
  private unlock: () => void = () => undefined;

  constructor(private readonly say: (line: string) => void) {}

  async start(): Promise<ControlAddress> {
    this.unlock = lockFolder(this.folder);
    await removeLeftovers();
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    this.http.unref();
    return { url: `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`, token: this.token };
  }

  async stop(): Promise<void> {
    this.http.close();
    const started = await Promise.allSettled(this.shared.values());
    const sets = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const own = [...this.idle, ...[...this.leased.values()].map((lease) => lease.servers)];
    await Promise.all([...sets, ...own].map(async (servers) => await servers.stop()));
    this.unlock();
    await removeLeftovers(this.folder);
  }

  /** The addresses of these servers; starts those that are not running. */
  async servers(names: ServerName[]): Promise<Record<string, string>> {
    const sets = await Promise.all(names.map(async (name) => await this.sharedServer(name)));
    return Object.assign({}, ...sets.map((servers) => servers.env())) as Record<string, string>;
  }

  private async sharedServer(name: ServerName): Promise<LocalServers> {
    let started = this.shared.get(name);
    if (started === undefined) {
      started = startServers({
        dataDir: join(this.folder, name),
        servers: [name],
        ephemeral: true,
        quick: true,
        neo4jPageCacheMb: OWN_NEO4J_PAGE_CACHE_MB,
        say: this.say,
      });
      this.shared.set(name, started);
      started.catch(() => this.shared.delete(name)); // the next spec tries again, and says why itself
    }
    return await started;
  }

  /** A Neo4j for one owner alone, empty. A worker that asks again has forgotten to give its last one back. */
  private async leaseNeo4j(owner: string, keep: string[]): Promise<Record<string, string>> {
    for (const lease of [...this.leased.values()].filter((candidate) => candidate.owner === owner))
      this.giveBack(lease.id);
    const id = randomBytes(8).toString('hex');
    const servers = this.idle.pop() ?? (await this.startOwnNeo4j(id));
    this.leased.set(id, { id, owner, servers });
    await servers.neo4j.empty(keep);
    const { url, user, password } = servers.neo4j;
    return { id, url, user, password };
  }

  private async startOwnNeo4j(id: string): Promise<LocalServers> {
    return await startServers({
      dataDir: join(this.folder, `neo4j-${id}`),
      servers: ['neo4j'],
      ephemeral: true,
      quick: true,
      ignoreEnvironment: true,
      neo4jHeapMb: OWN_NEO4J_HEAP_MB,
      neo4jPageCacheMb: OWN_NEO4J_PAGE_CACHE_MB,
      say: this.say,
    });
  }

  private giveBack(id: string): void {
    const lease = this.leased.get(id);
    if (lease === undefined) return;
    this.leased.delete(id);
    this.idle.push(lease.servers);
  }

  /** Removes what the specs of this run have left in servers that outlive the run. */
  private async endRun(run: string): Promise<void> {
    const postgres = await this.shared.get('postgres');
    if (postgres !== undefined) await dropDatabasesOf(run, postgres.postgres.url);
    for (const id of [...this.leased.keys()]) if (this.leased.get(id)?.owner.startsWith(run)) this.giveBack(id);
  }

  private async answer(path: string, body: Record<string, unknown>): Promise<unknown> {
    switch (path) {
      case '/servers':
        return await this.servers(body['servers'] as ServerName[]);
      case '/neo4j/lease':
        return await this.leaseNeo4j(String(body['owner']), body['keep'] as string[]);
      case '/neo4j/release':
        return this.giveBack(String(body['id'])) ?? {};
      case '/run/end':
        return (await this.endRun(String(body['run']))) ?? {};
      default:
        throw new Error(`The control of the test servers knows no ${path}.`);
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      response.statusCode = 401;
      response.end('{}');
      return;
    }
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      response.end(JSON.stringify(await this.answer(request.url ?? '', body)));
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  }
}
