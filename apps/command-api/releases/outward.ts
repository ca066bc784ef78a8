import {
  POLICY_VERSION,
  mayActOn,
  maySee,
  type ActDecision,
  type Ancestor,
  type Permission,
  type PermissionNeed,
  type Viewer,
} from '#access';
import type { DecisionBasis, Marking, ReleaseForm, ReleaseRecipient } from '#events';
import type { KnownRecipient } from './recipients.js';

/** Who gets a copy, why they are among the recipients, and whether they may. */
export interface DecidedRecipient extends ReleaseRecipient {
  name: string;
  decision: ActDecision;
}

export interface ReleaseDecision {
  recipients: DecidedRecipient[];
  needs: PermissionNeed[];
  /** Codes of what no consent lifts, with event and recipient. */
  barred: string[];
  basis: DecisionBasis;
}

export interface ReleaseQuestion {
  by: Viewer;
  form: ReleaseForm;
  ancestry: readonly Ancestor[];
  permissions: readonly Permission[];
  recipients: readonly { to: KnownRecipient; via: string }[];
  /** Marking that the copy will have. */
  marking: Marking;
  now: Date;
}

/**
 * Who may get a copy: for each recipient the one question of the policy, and whether the copy's own marking lets it in. The
 * organisation's own consent is what its authoriser decides with the release.
 */
export function decideRelease(question: ReleaseQuestion): ReleaseDecision {
  const { by, form, ancestry, permissions, marking, now } = question;
  const recipients = question.recipients.map(({ to: { name, ...recipient }, via }) => {
    const sanitised = form === 'sanitised';
    const act = mayActOn({
      action: 'disclose',
      by,
      recipient,
      ancestry,
      permissions,
      now,
      sanitised,
      ownConsent: true,
    });
    const { feed: _, ...organisation } = recipient;
    const seen = maySee({ ...organisation, subject: '', roles: [], compartments: [] }, marking);
    const shut = seen.see ? [] : seen.reasons.map((code) => `copy.${code}`);
    const decision = {
      allowed: act.allowed && seen.see,
      reasons: [...act.reasons, ...shut],
      needs: act.needs,
      barred: [...act.barred, ...shut],
    };
    return { organisation: recipient.organisation, name, via, decision };
  });
  const told = (codes: (decision: ActDecision) => readonly string[]): string[] =>
    recipients.flatMap(({ organisation, decision }) => codes(decision).map((code) => `${code} -> ${organisation}`));
  const needs = recipients.flatMap(({ decision }) => decision.needs);
  const reasons = told((decision) => decision.reasons);
  return {
    recipients,
    needs,
    barred: told(({ barred }) => barred),
    basis: {
      policy: POLICY_VERSION,
      at: now.toISOString(),
      reasons: [...recipients.map(({ organisation, via }) => `recipient.${via} -> ${organisation}`), ...reasons],
      permissions: [...new Set(reasons.flatMap((code) => /^permission:(\S+)/.exec(code)?.[1] ?? []))],
      needs,
    },
  };
}
