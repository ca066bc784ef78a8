import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  EFFECTS,
  ITEM_KINDS,
  REFUSAL_REASONS,
  RESULTS,
  THEMES,
  type ItemKind,
  type Outcome,
  type Theme,
  Refusal,
} from '#events';
import type { MarkingGiven } from '../../assertions/given.js';
import { LIMITS, PURPOSE, UUID } from '../../assertions/limits.js';
import { formFaults } from '../../bulk-intake/form-faults.js';
import type { LineForm } from '../../bulk-intake/read-line.js';
import { INSTANT } from '../../permissions/requests.js';

/** Longest fields and largest calls, for single calls and bulk alike. Documented through OpenAPI. */
export const PUSH_LIMITS = {
  location: 2048,
  countries: 60,
  language: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
  /** Lines of one bulk call. */
  lines: 10_000,
} as const;

/** What a platform did with an item, as it says so of its own accord. */
export interface PushGiven {
  item: { kind: ItemKind; location: string; platform?: string; region?: string };
  outcome: Outcome;
  theme?: Theme;
  language?: string;
  marking?: MarkingGiven;
  /** The platform's own; unique in its organisation, so that what is sent again is not kept twice. */
  reference?: string;
  purpose: string;
}

/** The decision of a removal that is in the inbox, as a line. */
export interface DecisionGiven {
  removal: string;
  outcome: Outcome;
  reference: string;
  purpose: string;
}

const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });
const form = (pattern: RegExp): object => ({ type: 'string', pattern: pattern.source });
const closed = (required: string[], properties: Record<string, object>): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const codes = (maxItems: number): object => ({ type: 'array', maxItems, items: text(LIMITS.code) });

const outcome = closed(['result', 'effect'], {
  result: { enum: RESULTS },
  effect: { enum: EFFECTS },
  effectiveAt: form(INSTANT),
  territory: { type: 'array', maxItems: PUSH_LIMITS.countries, uniqueItems: true, items: form(/^[A-Z]{2}$/) },
  ground: closed(['basis', 'provision'], { basis: { enum: ['law', 'terms'] }, provision: text(LIMITS.reference) }),
  reason: { enum: REFUSAL_REASONS },
  words: text(LIMITS.reason),
  preservedUntil: form(INSTANT),
});

const marking = closed(['gsc', 'tlp'], {
  gsc: text(LIMITS.code),
  tlp: text(LIMITS.code),
  handling: codes(LIMITS.codes),
  conditions: codes(LIMITS.codes),
  releasableTo: codes(LIMITS.releasableTo),
  originator: text(LIMITS.code),
  compartment: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.code },
});

// The schema of schemas is left out: compiling it costs every start a quarter of a second.
const OPTIONS = { strict: true, allowUnionTypes: true, allErrors: true, meta: false, validateSchema: false };
const isPush = new Ajv2020(OPTIONS).compile(
  closed(['item', 'outcome', 'reference', 'purpose'], {
    item: closed(['kind', 'location'], {
      kind: { enum: ITEM_KINDS },
      location: text(PUSH_LIMITS.location),
      platform: text(LIMITS.platform),
      region: form(/^[A-Za-z]{2}$/),
    }),
    outcome,
    theme: { enum: THEMES },
    language: form(PUSH_LIMITS.language),
    marking,
    reference: text(LIMITS.reference),
    purpose: form(PURPOSE),
  }),
);
const isDecision = new Ajv2020(OPTIONS).compile(
  closed(['removal', 'outcome', 'reference', 'purpose'], {
    removal: form(UUID),
    outcome,
    reference: text(LIMITS.reference),
    purpose: form(PURPOSE),
  }),
);

export type Referenced<Given> = Given & { reference: string };

/** A pushed removal as a line: the body of a single one, with a reference. */
export const PUSH_LINE: LineForm<Referenced<PushGiven>> = {
  faultsOf: (value) => (isPush(value) ? [] : formFaults(isPush.errors, patternDetail)),
  contentOf,
  maxLines: PUSH_LIMITS.lines,
};

export const DECISION_LINE: LineForm<DecisionGiven> = {
  faultsOf: (value) => (isDecision(value) ? [] : formFaults(isDecision.errors, patternDetail)),
  contentOf,
  maxLines: PUSH_LIMITS.lines,
};

/**
 * Hash of what was said, in an order of fields of our own: the same thing sent again is the same content however it is written.
 * A general canonical form costs three times as much, and there may be ten thousand lines.
 */
export function contentOf(said: Partial<PushGiven & DecisionGiven>): Buffer {
  const { item, removal, outcome, theme, language, marking, purpose } = said;
  const { result, effect, effectiveAt, territory, ground, reason, words, preservedUntil } = outcome as Outcome;
  const fields = [
    removal ?? [item?.kind, item?.location, item?.platform, item?.region],
    [result, effect, effectiveAt, territory, ground?.basis, ground?.provision, reason, words, preservedUntil],
    [theme, language, purpose],
    marking === undefined
      ? null
      : [marking.gsc, marking.tlp, marking.handling, marking.conditions, marking.releasableTo, marking.compartment],
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest();
}

/** The refusal of something else under a reference that is taken. */
export function otherContent(): Refusal {
  return new Refusal(
    'RuleRefused',
    'reference.other-content',
    'Your organisation has sent something else under this reference; references are never used twice.',
    [{ pointer: '/reference', code: 'reference.other-content', detail: 'stands for another removal already' }],
  );
}

function patternDetail(pointer: string): string | undefined {
  if (/\/(?:effectiveAt|preservedUntil)$/.test(pointer)) return 'must be a time in UTC like 2026-11-22T11:30:00Z';
  if (pointer.endsWith('/region')) return 'must be two letters';
  if (pointer.includes('/territory/')) return 'must be two capital letters';
  if (pointer.endsWith('/language')) return 'must be a tag like fr or ku-Latn';
  return pointer === '/removal' ? 'must be the id of a removal' : undefined;
}
