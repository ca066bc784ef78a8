/**
 * What must be on the machine before anything else can run, and where it is. Plain JavaScript without dependencies: the
 * launcher of the npm scripts asks here before node_modules exists and before anything is compiled.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Oldest Node that loads ES modules from CommonJS packages without a flag. */
export const NODE_NEEDED = [20, 19];
/** Kafka 4 and Neo4j 5.26 are compiled for this one. */
export const JAVA_NEEDED = 17;

const JVM_FOLDERS = ['/usr/lib/jvm', '/usr/java', '/opt/java', '/Library/Java/JavaVirtualMachines'];

/**
 * @typedef {{ home: string, command: string, major: number }} Java
 * @typedef {Record<string, string | undefined>} Environment
 */

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @param {Environment} env
 */
function onPath(name, env) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Java's own `release` file says the version without starting a JVM.
 * @param {string} home
 * @returns {Java | undefined}
 */
function javaAt(home) {
  const command = join(home, 'bin', 'java');
  if (!isExecutable(command)) return undefined;
  const release = join(home, 'release');
  const told = existsSync(release)
    ? readFileSync(release, 'utf8')
    : (spawnSync(command, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' }).stderr ?? '');
  const version = /(?:JAVA_VERSION="|java\.version = )(?:1\.)?(\d+)/.exec(told);
  return version === null ? undefined : { home, command, major: Number(version[1]) };
}

/**
 * @param {Environment} env
 * @param {string[]} jvmFolders
 * @returns {string[]}
 */
function javaHomes(env, jvmFolders) {
  const homes = [];
  if (env['JAVA_HOME']) homes.push(env['JAVA_HOME']);
  const command = onPath('java', env);
  if (command !== undefined) homes.push(dirname(dirname(realpathSync(command))));
  for (const folder of jvmFolders.filter((candidate) => existsSync(candidate))) {
    for (const name of readdirSync(folder).sort().reverse()) {
      homes.push(join(folder, name), join(folder, name, 'Contents', 'Home'));
    }
  }
  return homes;
}

/**
 * The first Java that is new enough: JAVA_HOME, then the path, then where systems install it.
 * @param {Environment} [env]
 * @param {string[]} [jvmFolders]
 * @returns {Java | undefined}
 */
export function findJava(env = process.env, jvmFolders = JVM_FOLDERS) {
  for (const home of javaHomes(env, jvmFolders)) {
    const java = javaAt(home);
    if (java !== undefined && java.major >= JAVA_NEEDED) return java;
  }
  return undefined;
}

/**
 * @param {Environment} [env]
 * @returns {string | undefined}
 */
export function findMaven(env = process.env) {
  const homes = [env['MAVEN_HOME'], env['M2_HOME']].filter((home) => home !== undefined && home !== '');
  return onPath('mvn', env) ?? homes.map((home) => join(String(home), 'bin', 'mvn')).find(isExecutable);
}

/** @param {string} version */
function nodeIsNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NODE_NEEDED;
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/**
 * One sentence for each thing that is missing: what, and what to do. Empty when all is there.
 * @param {{ servers: boolean, fetch: boolean, env?: Environment, jvmFolders?: string[], nodeVersion?: string }} need
 *   `servers`: Kafka and Neo4j are going to be started here; `fetch`: their jars are not here yet.
 * @returns {string[]}
 */
export function missingPrerequisites(need) {
  const env = need.env ?? process.env;
  const nodeVersion = need.nodeVersion ?? process.versions.node;
  const missing = [];
  if (!nodeIsNewEnough(nodeVersion)) {
    missing.push(
      `Node.js ${NODE_NEEDED.join('.')} or newer is needed, and this is ${nodeVersion}: install a newer one from https://nodejs.org and start again.`,
    );
  }
  if (need.servers && findJava(env, need.jvmFolders ?? JVM_FOLDERS) === undefined) {
    missing.push(
      `A JDK of version ${JAVA_NEEDED} or newer is needed to run Kafka and Neo4j, and none was found in JAVA_HOME, on the PATH or in ${JVM_FOLDERS[0]}: install one (Debian: apt-get install openjdk-17-jdk-headless), or set JAVA_HOME, or set KAFKA_BROKERS and NEO4J_URL to servers that run already.`,
    );
  }
  if (need.servers && need.fetch && findMaven(env) === undefined) {
    missing.push(
      'Maven is needed once, to fetch Kafka and Neo4j, and mvn was not found on the PATH or in MAVEN_HOME: install it (Debian: apt-get install maven), or set KAFKA_BROKERS and NEO4J_URL to servers that run already.',
    );
  }
  return missing;
}
