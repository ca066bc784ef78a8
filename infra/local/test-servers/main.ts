/** `npm run test:servers`: keeps a set of test servers up, so that single specs start at once. Ctrl-C ends it. */
import { rmSync, writeFileSync } from 'node:fs';

import { closeWithProcess } from '../closing.js';
import { processFacts } from '../processes.js';
import { TestControl } from './control.js';
import { keptServers, keptServersFile, type KeptServers } from './run.js';

const other = keptServers();
if (other !== undefined) {
  process.stderr.write(`Test servers are kept up already by process ${other.pid}.\n`);
  process.exit(1);
}
const control = new TestControl((line) => process.stdout.write(`${line}\n`));
const address = await control.start();
const forget = (): void => rmSync(keptServersFile(), { force: true });
closeWithProcess({
  close: async () => {
    forget();
    await control.stop();
  },
  closeNow: forget,
});
await control.servers(['postgres', 'kafka', 'neo4j']);
const kept: KeptServers = { ...address, pid: process.pid, startTime: processFacts(process.pid)?.startTime ?? '' };
writeFileSync(keptServersFile(), JSON.stringify(kept), { mode: 0o600 });
process.stdout.write('PostgreSQL, Kafka and Neo4j are up for the tests of this checkout. Ctrl-C ends them.\n');
setInterval(() => undefined, 60_000); // the servers' handles keep nobody alive (server-process.ts)
