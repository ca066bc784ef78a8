import { decide, referralWrite } from '#casework';
import { Refusal } from '../refusal.js';
import { refuseTooMany } from './checks-lately.js';
import { missingFrom } from './missing.js';
import { outwardDecision } from './outward-decision.js';
import type { Stepped, Stepping } from './step.js';

/**
 * Puts a referral to the check. Nobody's interests are looked at yet, so its answer cannot tell of any: they are when the
 * window ends, by the timekeeper.
 */
export async function requestCheck(stepping: Stepping, audiences: readonly number[]): Promise<Stepped> {
  const { read, viewer, locked, act, settings } = stepping;
  const { state, now } = locked;
  const { windowSeconds, checksPerHour } = settings;
  await refuseTooMany(read, viewer.organisation, checksPerHour);
  await refuseDuplicates(stepping, audiences);
  const [missing, decision] = [
    await missingFrom(read, state, now, windowSeconds),
    await outwardDecision(read, viewer, state, now),
  ];
  const until = new Date(now.getTime() + windowSeconds * 1000);
  const bodies = decide(state, { type: 'request-check', now, until, missing, decision });
  const { write, state: next } = referralWrite(state, state.referral, bodies, act);
  return { state: next, writes: [write] };
}

/** Open referrals of the caller's own organisation that the caller may see, for the same items at the same platform (R21). */
const DUPLICATES = `
  SELECT asked.place::int - 1 AS item, known.referral
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (entity, place), LATERAL (
      SELECT r.referral FROM referral_items i JOIN referrals r USING (referral)
       WHERE i.entity = asked.entity AND i.open AND r.organisation = $2 AND r.platform = $3 AND r.referral <> $4
         AND r.audience = ANY ($5::bigint[])
       ORDER BY r.drafted_at LIMIT 1
    ) AS known ORDER BY asked.place`;

/** Of another organisation's referral, or one that the caller may not see, nothing is said: the two join behind the scenes. */
async function refuseDuplicates({ read, locked }: Stepping, audiences: readonly number[]): Promise<void> {
  const { state, entities } = locked;
  if (state.status !== 'drafted') return;
  const { referral, organisation, content } = state;
  const known = await read.query<{ item: number; referral: string }>(DUPLICATES, [
    entities,
    organisation,
    content.platform,
    referral,
    audiences,
  ]);
  if (known.length === 0) return;
  throw new Refusal(
    'RuleRefused',
    'duplicate-of',
    `Your organisation has referred this already: ${[...new Set(known.map((each) => each.referral))].join(', ')}.`,
    known.map((each) => ({
      pointer: `/items/${each.item}`,
      code: 'duplicate-of',
      detail: `waits for an outcome in referral ${each.referral}`,
    })),
  );
}
