/** A JVM's options as an argument file: the class path of 200 jars would otherwise fill every listing of processes. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function quoted(argument: string): string {
  return `"${argument.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Writes the options and the class path (all jars of the folder, sorted) and returns the argument that names the file. */
export function jvmArguments(file: string, jars: string, options: string[]): string {
  const classPath = readdirSync(jars)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(jars, name));
  writeFileSync(file, [...options, '-cp', classPath.join(':')].map(quoted).join('\n'));
  return `@${file}`;
}
