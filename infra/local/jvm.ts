/**
 * How the JVMs are started: options in an argument file (the class path of 200 jars would otherwise fill every listing of
 * processes), and with the classes that an earlier run has kept. The first run of a server keeps what it has loaded
 * when it is stopped; every later start then takes half the time and half the processor.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { Java } from './prerequisites.mjs';
import { processFacts } from './processes.js';

/** Writing the archive takes 3 s on an idle machine. */
const KEEPING_WITHIN_MS = 60_000;

function quoted(argument: string): string {
  return `"${argument.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The archive is good for one JVM and one class path, so both are in its name; any other would be ignored by the JVM. */
function archiveFile(java: Java, jars: string): string {
  const release = join(java.home, 'release');
  const jvm = existsSync(release) ? readFileSync(release, 'utf8') : '';
  const key = createHash('sha256').update([java.home, jvm, jars].join('\0')).digest('hex').slice(0, 12);
  return `${jars}-${key}.jsa`;
}

/** What a server wrote whose parent was gone before it could be named. */
function removeUnfinished(archive: string): void {
  const prefix = `${basename(archive)}.`;
  for (const name of readdirSync(dirname(archive)).filter((candidate) => candidate.startsWith(prefix))) {
    const writer = Number.parseInt(name.slice(prefix.length), 10);
    if (processFacts(writer) === undefined) rmSync(join(dirname(archive), name), { force: true });
  }
}

export interface JvmStart {
  java: Java;
  /** The folder with all jars of the server. */
  jars: string;
  options: string[];
  /** Ready sooner and half as fast later: for servers of tests, which live for seconds. */
  quick: boolean;
}

/** The argument file of one server, written anew for each start. */
export class JvmArguments {
  readonly argument: string;
  private readonly archive: string;
  private readonly unfinished: string;
  private keeping = false;

  constructor(
    private readonly file: string,
    private readonly start: JvmStart,
  ) {
    this.argument = `@${file}`;
    this.archive = archiveFile(start.java, start.jars);
    this.unfinished = `${this.archive}.${process.pid}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}`;
  }

  write(): void {
    removeUnfinished(this.archive);
    const { jars, options, quick } = this.start;
    const classPath = readdirSync(jars)
      .filter((name) => name.endsWith('.jar'))
      .sort()
      .map((name) => join(jars, name));
    this.keeping = !existsSync(this.archive);
    const sharing = this.keeping
      ? `-XX:ArchiveClassesAtExit=${this.unfinished}`
      : `-XX:SharedArchiveFile=${this.archive}`;
    const all = [
      ...options,
      '-XX:+UseSerialGC',
      '-Xlog:cds=off',
      '-Xlog:cds+dynamic=off',
      sharing,
      ...(quick ? ['-XX:TieredStopAtLevel=1'] : []),
    ];
    writeFileSync(this.file, [...all, '-cp', classPath.join(':')].map(quoted).join('\n'));
  }

  /** How long a stop may take: a server that keeps its classes needs a moment more, one of which nothing is kept needs none. */
  stopWithinMs(usual: number): number {
    return this.keeping && !existsSync(this.archive) ? KEEPING_WITHIN_MS : usual;
  }

  /** After the server has ended: the archive gets its name only when it is whole. */
  ended(wasKilled: boolean): void {
    if (!this.keeping) return;
    if (wasKilled || existsSync(this.archive) || !existsSync(this.unfinished)) rmSync(this.unfinished, { force: true });
    else renameSync(this.unfinished, this.archive);
  }
}
