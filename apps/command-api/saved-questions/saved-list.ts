import type { Viewer } from '#access';
import type { LogReads } from '#event-log';
import { savedFrom, streamOf, type SavedEvent } from './saved-question.js';

export interface SavedView {
  saved: string;
  operation: string;
  name: string;
  question: string;
  savedAt: string;
  /** Subject of the member who saved it. */
  by: string;
}

/** Filtered by what the caller may see before it is cut; the newest first. */
const OF_OPERATION = `
  SELECT saved FROM saved_questions
   WHERE organisation = $1 AND operation = $2 AND NOT forgotten AND audience = ANY ($3::bigint[])
     AND ($4::uuid IS NULL OR saved < $4)
   ORDER BY saved DESC LIMIT $5`;

export interface ListAsked {
  operation: string;
  limit: number;
  after?: string;
}

/** Their names stand in the events, so they are read from there. */
export async function savedOf(
  read: Pick<LogReads, 'query' | 'readStreams'>,
  viewer: Viewer,
  audiences: readonly number[],
  { operation, limit, after }: ListAsked,
): Promise<{ saved: SavedView[]; truncated: boolean; after?: string }> {
  const rows = await read.query<{ saved: string }>(OF_OPERATION, [
    ...[viewer.organisation, operation, audiences, after ?? null, limit + 1],
  ]);
  const page = rows.slice(0, limit).map(({ saved }) => saved);
  const streams = await read.readStreams(page.map(streamOf));
  const truncated = rows.length > limit;
  const last = page.at(-1);
  return {
    saved: page.flatMap((saved) => {
      const state = savedFrom(streams.get(streamOf(saved)) ?? []);
      return state.status === 'saved' ? [viewOf(state.event)] : [];
    }),
    truncated,
    ...(truncated && last !== undefined ? { after: last } : {}),
  };
}

export function viewOf({ body, recordedTime, actor }: SavedEvent): SavedView {
  const { saved, operation, name, question } = body.data;
  return { saved, operation, name, question, savedAt: recordedTime, by: actor.user };
}
