import type { Viewer } from '#access';
import { PRIORITIES, lockItems, priorityOf, removalState, unknownRemoval, type KnownRemoval } from '#casework';
import type { LogReads } from '#event-log';

/** Who may answer for a platform. */
export const PLATFORM_ROLE = 'platform-moderator';

export interface PlatformCase {
  state: KnownRemoval;
  /** Public id of its item. */
  entity: string;
}

/**
 * A removal as its platform has it; anybody else's answers like one that does not exist.
 * @throws Refusal `removal.unknown`
 */
export async function visibleCase(
  read: Pick<LogReads, 'query' | 'readStreams'>,
  removal: string,
  viewer: Viewer,
): Promise<PlatformCase> {
  const entity = await entityOf(read, removal, viewer);
  return { entity, state: known(await removalState(read, removal), viewer) };
}

/** The same, kept as it is until the transaction ends. What an item is never changes, so it is looked up before the lock. */
export async function lockedCase(read: LogReads, removal: string, viewer: Viewer): Promise<PlatformCase> {
  const entity = await entityOf(read, removal, viewer);
  const [, state] = await Promise.all([lockItems(read, viewer.organisation, [entity]), removalState(read, removal)]);
  return { entity, state: known(state, viewer) };
}

async function entityOf(read: Pick<LogReads, 'query'>, removal: string, viewer: Viewer): Promise<string> {
  const [row] = await read.query<{ entity: string }>(
    'SELECT entity FROM removals WHERE removal = $1 AND platform = $2',
    [removal, viewer.organisation],
  );
  if (row === undefined) throw unknownRemoval();
  return row.entity;
}

function known(state: Awaited<ReturnType<typeof removalState>>, viewer: Viewer): KnownRemoval {
  if (state.status === 'absent' || state.platform !== viewer.organisation) throw unknownRemoval();
  return state;
}

/** What a moderator sees of a removal. Its ETag is the hash of this and of nothing else. */
export function caseView(state: KnownRemoval): object {
  const { removal, status, item, requests, since, question, acknowledgedAt, decision, marking } = state;
  const { kind, location } = item;
  const [dueAt] = requests.flatMap((request) => request.dueAt ?? []).sort();
  return {
    removal,
    state: status,
    item: { kind, location: location.raw ?? location.key, identifier: location.key },
    receivedAt: since,
    ...(requests.length === 0 ? {} : { priority: urgencyOf(state) }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(question === undefined ? {} : { question }),
    requests: requests.map(({ asked: _, ...request }) => request),
    ...(decision === undefined
      ? {}
      : { outcome: decision.outcome, decidedAt: decision.at, appeal: decision.appeal, batch: decision.batch }),
    marking: { gsc: marking.gsc, tlp: marking.tlp },
  };
}

function urgencyOf({ requests }: KnownRemoval): string {
  const first = Math.min(...requests.map((request) => PRIORITIES.indexOf(priorityOf(request))));
  return PRIORITIES[first] ?? 'routine';
}
