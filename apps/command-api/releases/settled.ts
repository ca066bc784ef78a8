import { basisLock, permissionLock, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { ReleaseContent } from '#events';
import { weighAgain } from './weigh.js';

/**
 * Weighs what is about to go out on ground that holds still until the transaction ends: nobody regrades what it rests on and
 * nobody revokes a consent that counts, so neither can be overtaken by the copy. A first look finds what to lock; the locks
 * are shared, and the second look is the one that decides.
 */
export async function weighSettled(
  read: LogReads,
  by: Viewer,
  content: ReleaseContent,
  now: Date,
): ReturnType<typeof weighAgain> {
  const first = await weighAgain(read, by, content, now);
  await read.lockShared([
    ...first.ancestry.map(({ event }) => basisLock(`assertion-${event}`)),
    ...first.decision.basis.permissions.map(permissionLock),
  ]);
  return weighAgain(read, by, content, now);
}
