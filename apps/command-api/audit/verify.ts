import { ChainVerifier, openCheckpoint, type ChainFault, type ChainPage, type OpenedCheckpoint } from '#access';

export interface Verdict {
  ok: boolean;
  /** Places from the first one that are as they were sealed. */
  places: number;
  /** Entries that were read themselves; the others came as hashes. */
  entries: number;
  checkpoints: number;
  /** Last place that a signature vouches for. */
  vouchedFor: number;
  fault?: ChainFault;
}

/** Goes through a chain as it comes, and stops at the first thing that is wrong. */
export async function verifyPages(
  pages: AsyncIterable<ChainPage & { head: number }>,
  options: { witnesses: readonly OpenedCheckpoint[]; keys: readonly string[] },
  progress: (place: number, head: number) => void,
): Promise<Verdict> {
  const verifier = new ChainVerifier(options);
  let entries = 0;
  for await (const page of pages) {
    if (!verifier.take(page)) break;
    entries += page.links.filter(({ entry }) => entry !== undefined).length;
    progress(verifier.place, page.head);
  }
  const fault = verifier.end();
  const { place: places, checkpoints, vouchedFor } = verifier;
  return {
    ok: fault === undefined,
    places,
    entries,
    checkpoints,
    vouchedFor,
    ...(fault === undefined ? {} : { fault }),
  };
}

/** The checkpoints in a file: one JWS a line, as `npm run audit -- checkpoint` prints them. @throws where one is none */
export function checkpointsIn(text: string): OpenedCheckpoint[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new NoCheckpoint('The file holds no checkpoint.');
  return lines.map((line, index) => {
    const checkpoint = openCheckpoint(line);
    if (checkpoint === undefined)
      throw new NoCheckpoint(`Line ${index + 1} of the file is no checkpoint signed by the key in it.`);
    return checkpoint;
  });
}

export class NoCheckpoint extends Error {
  readonly code = 'audit.no-checkpoint';
}
