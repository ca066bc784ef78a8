import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findJava, findMaven, missingPrerequisites } from './prerequisites.mjs';

const folder = mkdtempSync(join(tmpdir(), 'breakwater-prerequisites-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

function java(home: string, version: string): string {
  program(home, 'bin', 'java');
  writeFileSync(join(folder, home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return join(folder, home);
}

const old = java('jvm-old/java-8', '1.8.0_402');
const good = java('jvm/java-17', '17.0.15');
const newer = java('jvm/java-25', '25');
const jvmFolders = [join(folder, 'jvm')];

describe('what has to be on the machine', () => {
  it('a JDK is taken from JAVA_HOME, then from the path, then from where systems install it', () => {
    expect(findJava({ JAVA_HOME: good, PATH: '' }, jvmFolders)).toEqual({
      home: good,
      command: join(good, 'bin/java'),
      major: 17,
    });
    expect(findJava({ PATH: `/nowhere:${join(good, 'bin')}` }, [])?.home).toBe(good);
    expect(findJava({ PATH: '' }, jvmFolders)?.home).toBe(newer);
  });

  it('a JDK that is too old is passed over, wherever it stands', () => {
    expect(findJava({ JAVA_HOME: old, PATH: join(old, 'bin') }, jvmFolders)?.home).toBe(newer);
    expect(findJava({ JAVA_HOME: old, PATH: '' }, [])).toBeUndefined();
  });

  it('Maven is found on the path or in MAVEN_HOME', () => {
    const mvn = program('maven', 'bin', 'mvn');
    expect(findMaven({ PATH: join(folder, 'maven', 'bin') })).toBe(mvn);
    expect(findMaven({ PATH: '', MAVEN_HOME: join(folder, 'maven') })).toBe(mvn);
    expect(findMaven({ PATH: '' })).toBeUndefined();
  });

  it('each missing thing is one sentence that says what to do', () => {
    const bare = { servers: true, fetch: true, env: { PATH: '' }, jvmFolders: [], nodeVersion: '20.18.3' };
    const said = missingPrerequisites(bare);
    expect(said).toEqual([
      expect.stringMatching(/^Node.js 20.19 or newer is needed, and this is 20.18.3: install/),
      expect.stringMatching(/^A JDK of version 17 or newer is needed .* set JAVA_HOME/),
      expect.stringMatching(/^Maven is needed once.* install it/),
    ]);
  });

  it('nothing is asked for that is not needed: no Maven once the jars are here, no JDK with servers of the environment', () => {
    const bare = { env: { PATH: '' }, jvmFolders: [], nodeVersion: '24.0.0' };
    expect(missingPrerequisites({ ...bare, servers: false, fetch: true })).toEqual([]);
    expect(missingPrerequisites({ ...bare, servers: true, fetch: false })).toHaveLength(1);
  });
});
