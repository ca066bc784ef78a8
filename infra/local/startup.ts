/** One start of several servers: it remembers what runs, so that everything can be stopped from anywhere. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ServerName, ServersOptions } from './local-server.js';
import type { Place } from './place.js';
import { freePorts } from './ports.js';
import { keptSecret } from './secrets.js';
import { ServerFailed, type ServerProcess } from './server-process.js';

/** Names the folders outside a data folder that belong to it. */
export const OUTSIDE_FILE = 'outside';

const PORT_TAKEN = /address already in use|failed to bind|could not bind/i;
const PORT_ATTEMPTS = 3;

export class Startup {
  private readonly running: ServerProcess[] = [];
  private readonly folders: string[] = [];
  private closed = false;

  constructor(
    readonly dataDir: string,
    readonly options: ServersOptions,
  ) {}

  place(name: ServerName): Place {
    const { dataDir, options } = this;
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    return {
      folder: join(dataDir, name),
      logFile: join(dataDir, 'logs', `${name}.log`),
      ephemeral: options.ephemeral ?? false,
      secret: (secret) => keptSecret(join(dataDir, 'secrets', secret)),
      say: (line) => options.say?.(line),
    };
  }

  /** Makes the server for free ports and starts it; with other ports when somebody was quicker. */
  async onFreePorts<T extends { server: ServerProcess }>(
    count: number,
    make: (ports: number[]) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const made = await make(await freePorts(count));
      if (this.closed) throw new Error('The start was broken off.');
      this.running.push(made.server);
      try {
        await made.server.start();
        return made;
      } catch (error) {
        this.running.splice(this.running.indexOf(made.server), 1);
        if (attempt === PORT_ATTEMPTS || !(error instanceof ServerFailed) || !PORT_TAKEN.test(error.log)) throw error;
      }
    }
  }

  /** A folder outside dataDir that goes with it. Written down, for whoever cleans up after a kill. */
  alsoOwns(folder: string): void {
    if (folder.startsWith(`${this.dataDir}/`)) return;
    this.folders.push(folder);
    writeFileSync(join(this.dataDir, OUTSIDE_FILE), `${this.folders.join('\n')}\n`);
  }

  async stop(): Promise<void> {
    this.closed = true;
    await Promise.all(this.running.map(async (server) => await server.stop()));
    this.removeEphemeral();
  }

  stopNow(): void {
    this.closed = true;
    for (const server of this.running) server.stopNow();
    this.removeEphemeral();
  }

  private removeEphemeral(): void {
    if (this.options.ephemeral !== true) return;
    for (const folder of [this.dataDir, ...this.folders])
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
