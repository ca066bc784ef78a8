/** The sealer's work in a spec: everything written so far gets its place and is signed for. */
import type { EventLog } from '#event-log';
import { auditKey, oldestUnsealedSeconds, openCheckpoint, recordCheckpoint, sealAudit, signCheckpoint } from '#access';
import type { OpenedCheckpoint } from '#access';
import { until } from '../../infra/local/until.js';

export const AUDIT_KEY = auditKey(Buffer.alloc(32, 5));

/** Seals what is there and signs a checkpoint of it; returns that. */
export async function sealAndSign(log: EventLog): Promise<OpenedCheckpoint> {
  const head = await sealEverything(log);
  const lease = log.lease('timekeeper', { holder: 'spec', seconds: 60 });
  await lease.take();
  const { place, hash } = head;
  const jws = signCheckpoint(AUDIT_KEY, { place, hash, time: new Date().toISOString(), incarnation: 1 });
  await recordCheckpoint(log, lease, { place, hash, jws });
  return openCheckpoint(jws)!;
}

/** Seals what is there. Transactions of other databases on the server hold it back for a moment, so it is waited for. */
export async function sealEverything(log: EventLog): Promise<{ place: number; hash: string }> {
  const lease = log.lease('timekeeper', { holder: 'spec', seconds: 60 });
  await lease.take();
  return await until('not everything was sealed', async () => {
    const { head, hash } = await sealAudit(log, lease, 1_000);
    return (await oldestUnsealedSeconds(log)) === 0 && { place: head, hash };
  });
}
