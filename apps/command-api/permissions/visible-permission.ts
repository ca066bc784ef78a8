import { maySee, type Ancestor, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import { Refusal } from '#events';
import { ancestryOf } from './ancestry.js';
import { permissionFrom, type PermissionState } from './permission.js';

export interface VisiblePermission {
  state: Exclude<PermissionState, { status: 'absent' }>;
  /** What it is about, as it counts now. */
  items: Ancestor[];
}

/**
 * A request as this member may see it: they must be able to see the request and everything that it is about, or it answers
 * like one that does not exist.
 * @throws {@link Refusal} NotFound
 */
export async function visiblePermission(
  read: Pick<LogReads, 'query' | 'readStreams'>,
  permission: string,
  viewer: Viewer,
): Promise<VisiblePermission> {
  const stream = `permission-${permission}`;
  const state = permissionFrom((await read.readStreams([stream])).get(stream) ?? []);
  if (state.status === 'absent' || !maySee(viewer, state.requested.marking).see) throw unknownPermission();
  const { of } = state.requested.body.data;
  const { items, unknown } = await ancestryOf(read, of, viewer);
  if (unknown.length > 0) throw unknownPermission();
  return { state, items };
}

function unknownPermission(): Refusal {
  return new Refusal('NotFound', 'permission.unknown', 'There is no such request.');
}
