/** The local stack, for the tests, the demo and the tools. */
export { checkoutRoot, localPath } from './checkout.js';
export { closeWithProcess, type Closable } from './closing.js';
export { FolderInUse } from './folder-lock.js';
export type {
  KafkaServer,
  LocalServer,
  LocalServers,
  Neo4jServer,
  PostgresServer,
  ServerName,
  ServersOptions,
} from './local-server.js';
export type { Neo4jAddress } from './probes.js';
export { startServers } from './servers.js';
