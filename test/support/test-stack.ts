/**
 * The built apps on the servers that all specs of a run share: a database, a graph and topics of their own, and no server to
 * wait for. Whoever kills or freezes a server starts the stack with own ones (`startStack`).
 */
import { mkdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { localPath } from '../../infra/local/checkout.js';
import { startStack, type Stack, type StackOptions } from '../../infra/local/stack/stack.js';
import { ownNeo4j, testServers, uniquePrefix } from '../../infra/local/test-servers.js';
import { ALL_MIGRATIONS } from './command-app.js';
import { migratedDatabase } from './test-log.js';

/** A folder for the stack of a flow spec: its logs stay there until it ends. */
export async function flowFolder(name: string): Promise<string> {
  mkdirSync(localPath('flows'), { recursive: true });
  return await mkdtemp(join(localPath('flows'), `${name}-`));
}

export interface SharedStack extends Stack {
  /** Address of the owner of the tables. */
  ownerUrl: string;
}

/** A stack whose owner's address is known. */
export function withOwner(stack: Stack, ownerUrl: string, stop = stack.stop): SharedStack {
  return Object.assign(Object.create(stack) as Stack, { ownerUrl, stop });
}

export async function startOnSharedServers(
  name: string,
  options: Pick<StackOptions, 'apps' | 'appEnv' | 'endedByItself'> = {},
): Promise<SharedStack> {
  const [{ env }, database, neo4j, dataDir] = await Promise.all([
    testServers('kafka'),
    migratedDatabase(name, ALL_MIGRATIONS),
    ownNeo4j(),
    flowFolder(name),
  ]);
  const giveBack = async (): Promise<void> => {
    await neo4j.release();
    await database.drop();
  };
  try {
    const stack = await startStack({
      ...options,
      dataDir,
      ephemeral: true,
      serverEnv: {
        ...env,
        DATABASE_OWNER_URL: database.url,
        NEO4J_URL: neo4j.url,
        NEO4J_USER: neo4j.user,
        NEO4J_PASSWORD: neo4j.password,
      },
      env: { BREAKWATER_TOPIC_PREFIX: `${uniquePrefix(name)}.` },
    });
    const stop = async (): Promise<void> => {
      await stack.stop();
      await giveBack();
    };
    return withOwner(stack, database.url, stop);
  } catch (error) {
    await giveBack();
    throw error;
  }
}
