import { type DecisionBasis, Refusal } from '#events';
import type { ReleaseDecision } from './outward.js';
import type { KnownRelease } from './release-state.js';

/** Why a step of a release is refused. */
/** Longest that somebody can stop a release without a decision. */
export const MAX_HOLD_DAYS = 30;

export function refuseBarred({ barred }: ReleaseDecision): void {
  if (barred.length > 0)
    throw new Refusal(
      'RuleRefused',
      'release.barred',
      `No consent lifts what stands in the way: ${barred.join(', ')}.`,
    );
}

export function refuseUnfit(
  _: KnownRelease,
  { decision, sameRecipients }: { decision: ReleaseDecision; sameRecipients: boolean },
): void {
  if (!sameRecipients)
    throw new Refusal(
      'RuleRefused',
      'release.recipients-changed',
      'A group, an agreement or a marking has changed since it was proposed, and with it who would get what; propose it anew.',
    );
  refuseBarred(decision);
}

export function refuseEnded({ status }: KnownRelease): void {
  if (status === 'refused' || status === 'carried-out')
    throw new Refusal('RuleRefused', 'release.ended', `This release has ended: ${status}.`);
}

/** Two pairs of eyes where the organisation wants them: nobody approves what they proposed, or approves twice. */
export function refuseApprover({ status, proposed, approvals }: KnownRelease, subject: string): void {
  const { rule } = proposed.body.data;
  if (status === 'approved') throw new Refusal('RuleRefused', 'release.approved', 'It has been approved already.');
  if (rule !== 'one-person' && proposed.actor.user === subject)
    throw new Refusal('Forbidden', 'release.two-persons', 'Whoever proposed a release does not approve it here.');
  if (approvals.includes(subject))
    throw new Refusal('Forbidden', 'release.two-persons', 'You have approved it; another authoriser has to.');
}

export function refuseOddHold({ hold }: KnownRelease, until: string, now: Date): void {
  if (hold !== undefined && Date.parse(hold.until) > now.getTime())
    throw new Refusal('RuleRefused', 'release.held', 'It is held already.');
  const days = (Date.parse(until) - now.getTime()) / 86_400_000;
  if (days <= 0 || days > MAX_HOLD_DAYS)
    throw new Refusal('InvalidInput', 'release.hold-until', `A hold ends within ${MAX_HOLD_DAYS} days from now.`, [
      { pointer: '/until', code: 'release.hold-until', detail: `must be within ${MAX_HOLD_DAYS} days from now` },
    ]);
}

export function refuseOwnNote({ overriddenBy }: KnownRelease, subject: string): void {
  if (overriddenBy === undefined)
    throw new Refusal('RuleRefused', 'release.not-overridden', 'There is no override to take note of.');
  if (overriddenBy === subject)
    throw new Refusal('Forbidden', 'release.two-persons', 'Another authoriser takes note of an override.');
}

export function refuseUnready({ status, hold }: KnownRelease, now: Date): void {
  if (status !== 'approved')
    throw new Refusal('RuleRefused', 'release.not-approved', 'It has not been approved by all who have to.');
  if (hold !== undefined && Date.parse(hold.until) > now.getTime())
    throw new Refusal('RuleRefused', 'release.held', `It is held until ${hold.until}.`);
}

export function withoutPermission({ needs }: DecisionBasis): Refusal {
  const whom = needs.map(
    ({ originator, event, action, recipient }) => `${originator} for ${action} of ${event} towards ${recipient}`,
  );
  return new Refusal('RuleRefused', 'release.permission-missing', `Consent is missing: ${whom.join('; ')}.`);
}
