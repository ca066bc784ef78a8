/** The jars of Kafka and Neo4j, fetched once per set of versions. They appear under their name only when all are there. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { checkoutRoot, localPath } from './checkout.js';
import { findJava, findMaven, missingPrerequisites, type Java } from './prerequisites.mjs';
import { processFacts } from './processes.js';
import { runToEnd } from './run-to-end.js';

const ATTEMPTS = 2;

export interface ServerJars {
  kafka: string;
  neo4j: string;
}

function poms(): string[] {
  const folder = join(checkoutRoot(), 'infra', 'local', 'maven');
  return ['pom.xml', 'kafka/pom.xml', 'neo4j/pom.xml'].map((file) => join(folder, file));
}

/** Where they are, or would be: the name changes with the versions in the poms. */
function jarsFolder(): string {
  const texts = poms().map((file) => readFileSync(file, 'utf8'));
  const version = (name: string) => new RegExp(`<${name}.version>([^<]+)<`).exec(texts[0] ?? '')?.[1] ?? 'unknown';
  const hash = createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 8);
  return localPath('jars', `kafka-${version('kafka')}-neo4j-${version('neo4j')}-${hash}`);
}

async function runMaven(maven: string, java: Java, into: string): Promise<{ ok: boolean; output: string }> {
  const args = ['-B', '-q', '-T', '2', '-f', poms()[0] ?? '', 'dependency:copy-dependencies', `-Djars=${into}`];
  return await runToEnd(maven, args, { env: { ...process.env, JAVA_HOME: java.home } });
}

/** Half fetches whose process was killed. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const fetcher = /^\.fetching-(\d+)-/.exec(name)?.[1];
    if (fetcher !== undefined && processFacts(Number(fetcher)) === undefined)
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** The two folders of jars, fetched with Maven when they are not here yet. */
export async function serverJars(java: Java, say: (line: string) => void): Promise<ServerJars> {
  const folder = jarsFolder();
  if (!existsSync(folder)) await fetchJars(folder, java, say);
  return { kafka: join(folder, 'kafka'), neo4j: join(folder, 'neo4j') };
}

/** For those who want it done before the clock runs. */
export async function fetchServerJars(say: (line: string) => void): Promise<void> {
  const java = findJava();
  if (java === undefined) throw new Error(missingPrerequisites({ servers: true, fetch: false }).join('\n'));
  await serverJars(java, say);
}

async function fetchJars(folder: string, java: Java, say: (line: string) => void): Promise<void> {
  const missing = missingPrerequisites({ servers: true, fetch: true });
  const maven = findMaven();
  if (missing.length > 0 || maven === undefined) throw new Error(missing.join('\n'));
  mkdirSync(dirname(folder), { recursive: true });
  removeLeftovers(dirname(folder));
  const fetching = join(dirname(folder), `.fetching-${process.pid}-${Date.now()}`);
  say('fetching Kafka and Neo4j with Maven (once, about 170 MB)');
  let result = { ok: false, output: '' };
  for (let attempt = 1; attempt <= ATTEMPTS && !result.ok; attempt++) result = await runMaven(maven, java, fetching);
  if (!result.ok) {
    rmSync(fetching, { recursive: true, force: true });
    throw new Error(
      `Maven could not fetch Kafka and Neo4j (${maven} -f ${poms()[0]}). It said:\n${result.output.slice(-2_000)}`,
    );
  }
  try {
    renameSync(fetching, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(fetching, { recursive: true, force: true }); // another process was first, with the same content
  }
}
