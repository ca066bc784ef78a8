import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderInUse, folderOwner, lockFolder } from './folder-lock.js';
import { processFacts } from './processes.js';

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-lock-'));
  folders.push(folder);
  mkdirSync(join(folder, 'lock'));
  return folder;
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe('the lock of a data folder', () => {
  it('has one owner at a time, and can be taken again once it is given back', () => {
    const folder = newFolder();
    const release = lockFolder(folder);
    expect(folderOwner(folder)).toBe(process.pid);
    expect(() => lockFolder(folder)).toThrow(FolderInUse);
    release();
    expect(folderOwner(folder)).toBeUndefined();
    lockFolder(folder)();
  });

  it('of an owner that was killed counts for nothing and is cleared away', () => {
    const folder = newFolder();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const note = join(folder, 'lock', `${pid}-a`);
    writeFileSync(note, JSON.stringify({ pid, startTime: '1' }));
    expect(folderOwner(folder)).toBeUndefined();
    expect(existsSync(note)).toBe(false);
  });

  it('is not held by a stranger who was given the number of a dead owner', () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'lock', `${process.pid}-a`),
      JSON.stringify({ pid: process.pid, startTime: 'another time' }),
    );
    expect(folderOwner(folder)).toBeUndefined();
    lockFolder(folder)();
  });

  it('survives a note that is only half written', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'lock', `${process.pid}-half`), '{"pid":');
    const release = lockFolder(folder);
    expect(folderOwner(folder)).toBe(process.pid);
    release();
    expect(readdirSync(join(folder, 'lock'))).toEqual([`${process.pid}-half`]);
  });

  it('knows a process by its start time, and none that has ended', () => {
    expect(processFacts(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid, ended: false });
    expect(processFacts(spawnSync(process.execPath, ['-e', '']).pid)).toBeUndefined();
  });
});
