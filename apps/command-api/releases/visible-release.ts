import { maySee, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { KnownEvent } from '#events';
import { releaseFrom, type KnownRelease } from './release-state.js';
import { unknownRelease } from './weigh.js';

export function streamOf(release: string): string {
  return `release-${release}`;
}

/** A release as this member may know of it; one that they may not know of is none. */
export async function visibleRelease(
  read: Pick<LogReads, 'readStreams'>,
  release: string,
  viewer: Viewer,
): Promise<{ state: KnownRelease; events: readonly KnownEvent[] }> {
  const stream = streamOf(release);
  const events = (await read.readStreams([stream])).get(stream) ?? [];
  const state = releaseFrom(events);
  if (state.status === 'absent' || !maySee(viewer, state.proposed.marking).see) throw unknownRelease();
  return { state, events };
}
