/**
 * Bare servers in the foreground, without applications: `node dist/infra/local/servers-main.js '{"dataDir": "...", "servers": ["postgres"]}'`.
 * Prints one JSON line with the addresses once all answer, and ends them with itself.
 */
import type { ServersOptions } from './local-server.js';
import { startServers } from './servers.js';

const options = JSON.parse(process.argv[2] ?? '{}') as ServersOptions;
const servers = await startServers({ ...options, say: (line) => process.stderr.write(`${line}\n`) });
process.stdout.write(`${JSON.stringify({ pid: process.pid, env: servers.env() })}\n`);
setInterval(() => undefined, 60_000); // the servers' handles keep nobody alive (server-process.ts)
