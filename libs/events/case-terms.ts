import type { EntityRef } from './entity.js';

/**
 * The words that agencies and platforms share when content is referred and removed (domain-standards 2): what is referred, on
 * what ground, what became of it, and why not. Codes are wire format: append only.
 */

/** What can be referred or removed. */
export const ITEM_KINDS = ['account', 'page', 'post', 'group', 'channel', 'video', 'advert', 'listing'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** What an item advertises (domain-standards 2.1). */
export const THEMES = [
  'boat-crossing',
  'lorry-crossing',
  'mediterranean-leg',
  'sham-marriage',
  'false-documents',
  'fraudulent-asylum-help',
  'referral-prize',
  'other',
] as const;
export type Theme = (typeof THEMES)[number];

/** How soon it matters, which is another thing than how complete it is. */
export const URGENCIES = ['threat-to-life', 'urgent', 'routine'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** A provision of law, or a clause of the platform's own terms. */
export interface Ground {
  basis: 'law' | 'terms';
  /** Provision or clause, as it is cited: `BSAI Act 2025 s.17`, `Community Guidelines: human exploitation`. */
  provision: string;
}

/** A piece of evidence by its hash: the product keeps no media. */
export interface Evidence {
  /** SHA-256 of what was captured, 64 lower-case hex digits. */
  sha256: string;
  /** When it was captured (ISO 8601, UTC). */
  capturedAt: string;
  /** Who has had it since, in order: name of the register or store and its reference there. */
  custody: string;
}

/** Where an item is: the canonical entity that its location stands for, with the text as given. */
export interface CaseItem {
  kind: ItemKind;
  /** An item, account, handle, group or invite; `raw` is the exact location as given. */
  location: EntityRef;
}

export const RESULTS = ['actioned', 'rejected', 'no-violation', 'already-gone'] as const;
export type Result = (typeof RESULTS)[number];

export const EFFECTS = [
  'removed',
  'disabled',
  'geo-restricted',
  'demoted',
  'labelled',
  'account-suspended',
  'account-terminated',
  'none',
] as const;
export type Effect = (typeof EFFECTS)[number];

/** Why a platform did not act, so that it can be counted. */
export const REFUSAL_REASONS = [
  /** Offers of the service are banned, asking for information is permitted. */
  'asking-is-permitted',
  'no-breach-of-terms',
  'not-found',
  'not-this-platform',
  'insufficient-information',
  'outside-jurisdiction',
  'journalism-or-research',
  'counter-speech',
  'assessed-before',
  'other',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What a platform did with an item. `actioned` names an effect and when it took effect; every other result has the effect `none`. */
export interface Outcome {
  result: Result;
  effect: Effect;
  /** ISO 8601, UTC. */
  effectiveAt?: string;
  /** Countries (ISO 3166, two letters) where it took effect; absent: everywhere. */
  territory?: string[];
  ground?: Ground;
  reason?: RefusalReason;
  /** The platform's own words. */
  words?: string;
  /** Until when content and related data are preserved (ISO 8601, UTC). */
  preservedUntil?: string;
}

/** Why a platform asks before it decides; the first three stop a clock (TCO art. 3(7), 3(8)). */
export const QUESTION_REASONS = [
  'impossibility',
  'manifest-errors',
  'insufficient-information',
  'clarification',
] as const;
export type QuestionReason = (typeof QUESTION_REASONS)[number];

/** What an agency found out itself about an item, as distinct from what the platform says it did. */
export const FINDINGS = ['verified-unavailable', 'still-available', 'told-otherwise'] as const;
export type Finding = (typeof FINDINGS)[number];
