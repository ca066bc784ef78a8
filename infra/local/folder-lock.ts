/**
 * One owner per data folder. Everybody first puts up an own note and then looks at all notes: of two that come together
 * at least one sees the other, so both can be refused but never both let in. A note whose process is gone counts for
 * nothing, and nobody ever has to take over a stale lock, which is where lock files go wrong.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { processFacts } from './processes.js';

export class FolderInUse extends Error {
  readonly code = 'local.folder-in-use';
  readonly retriable = false;

  constructor(folder: string, owner: number) {
    super(
      `The servers of ${folder} are already run by process ${owner}: stop that one first (Ctrl-C in its terminal, or kill ${owner}), or give another data folder.`,
    );
  }
}

interface Note {
  pid: number;
  startTime: string;
}

function readNote(file: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Note;
  } catch {
    return undefined; // taken down, or its writer was killed in the middle
  }
}

/** The process that owns the folder now, if any. */
export function folderOwner(folder: string, except?: string): number | undefined {
  let names: string[];
  try {
    names = readdirSync(join(folder, 'lock'));
  } catch {
    return undefined;
  }
  for (const name of names.filter((candidate) => candidate !== except)) {
    const file = join(folder, 'lock', name);
    const note = readNote(file);
    if (note !== undefined && processFacts(note.pid)?.startTime === note.startTime) return note.pid;
    // Not from the note alone: a note that is only half written has a living writer, and its number is in the name.
    if (processFacts(Number(name.split('-')[0])) === undefined) rmSync(file, { force: true });
  }
  return undefined;
}

/** Takes the folder for this process, or says who has it. Returns what gives it back. */
export function lockFolder(folder: string): () => void {
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const file = join(folder, 'lock', name);
  mkdirSync(join(folder, 'lock'), { recursive: true });
  const note: Note = { pid: process.pid, startTime: processFacts(process.pid)?.startTime ?? '' };
  writeFileSync(file, JSON.stringify(note));
  const release = () => rmSync(file, { force: true });
  const owner = folderOwner(folder, name);
  if (owner !== undefined) {
    release();
    throw new FolderInUse(folder, owner);
  }
  return release;
}
