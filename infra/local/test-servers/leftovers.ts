/** Test runs that were killed: their servers still run, and their folders still lie under .local. Nobody else will come for them. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { localPath } from '../checkout.js';
import { folderOwner } from '../folder-lock.js';
import { endProcess, processesStartedBelow } from '../processes.js';
import { OUTSIDE_FILE } from '../startup.js';

/** Longer than the moment between making a folder and putting up the note that it has an owner. */
const YOUNG_MS = 30_000;

async function removeRun(folder: string): Promise<void> {
  const places = [folder];
  for (const name of readdirSync(folder)) {
    const outside = join(folder, name, OUTSIDE_FILE);
    if (existsSync(outside))
      places.push(
        ...readFileSync(outside, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
  }
  for (const place of places) {
    for (const pid of processesStartedBelow(place)) await endProcess(pid, 'SIGKILL', 0);
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

function hasOwner(folder: string): boolean {
  if (folderOwner(folder) !== undefined) return true;
  return readdirSync(folder).some((name) => folderOwner(join(folder, name)) !== undefined);
}

/** Ends and removes what killed runs left behind; with a folder, that one too, whatever its age. */
export async function removeLeftovers(finished?: string): Promise<void> {
  const runs = readdirSync(localPath()).filter((name) => name.startsWith('test-') && !name.endsWith('.json'));
  for (const folder of runs.map((name) => localPath(name))) {
    const facts = statSync(folder, { throwIfNoEntry: false });
    if (facts === undefined || (folder !== finished && Date.now() - facts.mtimeMs < YOUNG_MS)) continue;
    if (!hasOwner(folder)) await removeRun(folder);
  }
}
