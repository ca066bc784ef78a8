import { readFile, rename, writeFile } from 'node:fs/promises';
import { FollowFailed } from './follow-failed.js';
import { nothingFollowed, type Followed } from './follower.js';

/** What has been followed so far, from its file; nothing where there is none yet. @throws {@link FollowFailed} `follow.state` */
export async function readState(file: string, feed: string): Promise<Followed> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothingFollowed(feed);
    throw new FollowFailed('follow.state', `${file} cannot be read: ${(error as Error).message}`);
  }
  const state = parsed(text);
  if (state?.feed !== feed)
    throw new FollowFailed(
      'follow.state',
      `${file} does not hold the state of feed ${feed}. Name another file with --state.`,
    );
  return state;
}

/** Written whole or not at all: a torn file would lose the place. */
export async function keepState(file: string, state: Followed): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

function parsed(text: string): Followed | undefined {
  try {
    return JSON.parse(text) as Followed;
  } catch {
    return undefined;
  }
}
