import type { DutyResult } from './duty.js';

/**
 * Does something for each of some referrals, each in a transaction of its own: one that somebody else is changing just now is
 * left to the next run, and one that fails holds up no other.
 * @throws the first failure, once all were tried
 */
export async function oneByOne(
  referrals: readonly string[],
  atMost: number,
  signal: AbortSignal,
  act: (referral: string) => Promise<unknown>,
): Promise<DutyResult> {
  let failure: { error: unknown } | undefined;
  let done = 0;
  for (const referral of referrals) {
    if (signal.aborted) return;
    try {
      await act(referral);
      done += 1;
    } catch (error) {
      if ((error as { kind?: unknown }).kind === 'StreamConflict') continue;
      if ((error as { code?: unknown }).code === 'lease.lost') throw error;
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return referrals.length >= atMost && done > 0 ? 'more' : undefined;
}
