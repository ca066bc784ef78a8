import type { Evidence } from '#events';
import type { LogReads, StreamWrite } from '#event-log';
import type { CaseAct } from '../case-act.js';
import type { ItemRequest, ReferredPlace } from '../case-requests.js';

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

export interface Requested {
  /** Organisation of the platform. */
  platform: string;
  /** Classification of the referral: the removal's marking is at least as strict. */
  gsc: string;
  requests: readonly ItemRequest[];
}

/** What a referral asks of a platform, in the platform's own record. The caller holds the locks of the items. */
export async function requestRemovals(_read: Reads, _requested: Requested, _act: CaseAct): Promise<StreamWrite[]> {
  return [];
}

/** The agency withdraws its requests. The caller holds the locks of the items. */
export async function withdrawRequests(
  _read: Reads,
  _places: readonly ReferredPlace[],
  _act: CaseAct,
): Promise<StreamWrite[]> {
  return [];
}

/** The agency's answer to what the platform asked, in the platform's record. The caller holds the lock of the item. */
export async function informPlatform(
  _read: Reads,
  _given: ReferredPlace & { text: string; evidence: Evidence[] },
  _act: CaseAct,
): Promise<StreamWrite[]> {
  return [];
}
