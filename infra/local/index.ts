/** The local servers, for tools, benchmarks and tests. The whole stack with its apps: stack/stack.ts. For specs: test-servers.ts. */
export { checkoutRoot, localPath } from './checkout.js';
export type { LocalServers, ServerName } from './local-server.js';
export { startServers } from './servers.js';
