import type { KeyObject } from 'node:crypto';
import { ENTITY_KINDS, type EntityKind } from '#events';
import {
  canonical,
  entityId,
  holdsSeveralNumbers,
  numbersAmongWords,
  recognise,
  REFUSED_FLAGS,
  type Canonical,
  type Hints,
} from '#identifiers';
import { fault } from './refusals.js';

/**
 * What a caller names an entity by: text that somebody typed, with or without its kind, or the public id from an earlier
 * answer. A text can name several entities; all readings are looked for, the likeliest first.
 */

export interface SeedTerms {
  id?: string;
  kind?: string;
  value?: string;
  region?: string;
  platform?: string;
  register?: string;
}

/** One way to read a seed. An id names its entity without saying what it is. */
export interface Reading {
  id: string;
  kind?: EntityKind;
  key?: string;
  flags?: readonly string[];
}

const PUBLIC_ID = /^[0-9a-f]{32}$/;

export function readingsOf(
  seed: SeedTerms,
  secret: KeyObject | Uint8Array,
  organisation: string,
  pointer = '/seed',
): Reading[] {
  if (seed.id !== undefined) {
    if (seed.value !== undefined || seed.kind !== undefined)
      throw fault(pointer, 'seed.twice', 'Name the seed either by its id or by kind and value, not by both.');
    if (!PUBLIC_ID.test(seed.id))
      throw fault(`${pointer}/id`, 'seed.id', 'A public id has 32 lower-case hexadecimal characters.');
    return [{ id: seed.id }];
  }
  if (seed.value === undefined)
    throw fault(
      `${pointer}/value`,
      'seed.missing',
      'Say what to look for: a number, handle, link or name as value, or an id.',
    );
  const readings = understand({ ...seed, value: seed.value }, secret, organisation);
  if (typeof readings === 'string') throw fault(`${pointer}/value`, 'seed.not-understood', readings);
  return readings;
}

/** The readings of one text, or why there are none, as a sentence for the caller. */
export function understand(
  { kind, value, region, platform, register }: Omit<SeedTerms, 'id'> & { value: string },
  secret: KeyObject | Uint8Array,
  organisation: string,
): Reading[] | string {
  if (value.trim() === '') return 'The value is empty.';
  if (kind !== undefined && !isKind(kind))
    return `"${kind.slice(0, 40)}" is no kind. Known kinds: ${ENTITY_KINDS.join(', ')}.`;
  if ((kind === undefined || kind === 'phone-number') && holdsSeveralNumbers(value))
    return 'There are several numbers in it; give each of them by itself.';
  const hints: Hints = { region, platform, register, organisation };
  const forms = (kind === undefined ? recognise(value, hints) : ofKind(kind, value, hints)).filter(usable);
  if (forms.length === 0)
    return kind === undefined
      ? 'This is no number, handle, link, address, hash or name that is understood here.'
      : `This does not name a ${kind}${needsPlatform(kind) ? '; an account, handle, group or invite needs its platform or its link' : ''}.`;
  return forms.map((form) => ({
    id: entityId(secret, form.kind, form.key),
    kind: form.kind,
    key: form.key,
    flags: form.flags,
  }));
}

/** A number that is among words is looked for too, or a cell that reads "Ali +44 ..." would be a number that nobody knows. */
function ofKind(kind: EntityKind, value: string, hints: Hints): Canonical[] {
  const whole = canonical(kind, value, hints);
  const others = kind === 'phone-number' && whole.key.startsWith('raw:') ? numbersAmongWords(value, hints) : [];
  return [whole, ...others];
}

export function isKind(kind: string): kind is EntityKind {
  return (ENTITY_KINDS as readonly string[]).includes(kind);
}

function usable({ flags }: Canonical): boolean {
  return !flags.some((flag) => REFUSED_FLAGS.includes(flag));
}

function needsPlatform(kind: string): boolean {
  return ['account', 'handle', 'group', 'invite'].includes(kind);
}
