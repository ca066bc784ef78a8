import { isUndecided, type KnownReferral } from '#casework';
import { Refusal } from '#events';
import type { Stepping } from './step.js';

/** Open referrals of the caller's own organisation that the caller may see, for the same items at the same platform (R21). */
const DUPLICATES = `
  SELECT asked.place::int - 1 AS item, known.referral
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (entity, place), LATERAL (
      SELECT r.referral FROM referral_items i JOIN referrals r USING (referral)
       WHERE i.entity = asked.entity AND i.open AND r.organisation = $2 AND r.platform = $3 AND r.referral <> $4
         AND r.audience = ANY ($5::bigint[])
       ORDER BY r.drafted_at LIMIT 1
    ) AS known ORDER BY asked.place`;

/**
 * Whoever begins to wait for an outcome looks whether a colleague waits for the same already: at the check, at an override that
 * leaves the check out, and where a closed referral is taken up again with items that have no outcome yet. Of another
 * organisation's referral, or one that the caller may not see, nothing is said: the two join behind the scenes. The locks of
 * the items are held, so of two at once one finds the other.
 * @throws {@link Refusal} `duplicate-of` with the referral, by item
 */
export async function refuseDuplicates({ read, locked }: Stepping, audiences: readonly number[]): Promise<void> {
  const { state, entities } = locked;
  const { referral, organisation, content } = state;
  const known = await read.query<{ item: number; referral: string }>(DUPLICATES, [
    entities.map((entity, place) => (willWait(state, place) ? entity : null)),
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

/** A draft waits for all of its items; what is taken up again, for those that are undecided. */
function willWait({ status, items }: KnownReferral, place: number): boolean {
  const item = items[place];
  if (item === undefined) return false;
  return status === 'drafted' || (status === 'closed' && isUndecided(item.status));
}
