import { createHash } from 'node:crypto';
import type { EntityKind } from '#events';
import type { Canonical, Form, Hints } from './canonical-form.js';
import { emailForm } from './email.js';
import { keyed } from './keyed.js';
import { mediaHash } from './media-hash.js';
import { onPlatform } from './on-platform.js';
import { phoneNumber } from './phone-number.js';
import { platformLink } from './platform-links.js';
import { platformNamed } from './platforms.js';
import { fold, mixesScripts, withoutMark } from './text.js';
import { urlForm } from './url.js';

/** Longest key, in UTF-16 units; a longer one becomes its hash, so that every event and index entry stays small. */
const MAX_KEY = 480;
const SHORTENED = /^long:[0-9a-f]{64}$/u;

/**
 * The one form of an identifier: equal keys of a kind are the same entity. Total (any text gives a key, oddities are flags),
 * idempotent (the key of a key is that key), and never merging on a guess (R30 to R32).
 */
export function canonical(kind: EntityKind, value: string, hints: Hints = {}): Canonical {
  if (SHORTENED.test(value)) return { kind, key: value, raw: value, flags: ['shortened'] };
  const form = unpacked(kind, formOf(kind, value, hints), hints);
  if (form.key.length <= MAX_KEY) return { kind, raw: value, ...form };
  const hash = createHash('sha256').update(form.key).digest('hex');
  return { kind, raw: value, ...form, key: `long:${hash}`, flags: [...form.flags, 'shortened'] };
}

const MAX_NESTED = 8;

/**
 * A link may hide in what a link names, and a mark in what is left of a text: keys that could hold more are read again until
 * nothing is left to unpack, so that the key of a key is that key.
 */
function unpacked(kind: EntityKind, form: Form, hints: Hints): Form {
  let current = form;
  for (let nested = 0; nested < MAX_NESTED && /^(?:raw|possible):|:.*[/.%]/u.test(current.key); nested += 1) {
    const inner = formOf(kind, current.key, hints);
    if (inner.key === current.key) break;
    current = { ...inner, flags: [...new Set([...current.flags, ...inner.flags])] };
  }
  return current;
}

function formOf(kind: EntityKind, value: string, hints: Hints): Form {
  switch (kind) {
    case 'phone-number':
      return numberForm(value, hints);
    case 'account':
    case 'handle':
    case 'group':
    case 'invite':
      return onPlatform(kind, value, hints);
    case 'item':
      return itemForm(value, hints);
    case 'url':
      return urlForm(value);
    case 'email':
      return emailForm(value);
    case 'media-hash':
      return mediaHash(value);
    case 'name':
      return nameForm(value);
    case 'person':
    case 'location':
    case 'vehicle':
    case 'incident':
    case 'object':
    case 'referral':
    case 'network':
      return keyed(kind, value, hints);
  }
}

/** A number written as a messenger's link is the number in it. */
function numberForm(value: string, hints: Hints): Form {
  const link = /[.:]\S*\d/u.test(value) ? platformLink(value) : undefined;
  return link?.kind === 'phone-number'
    ? phoneNumber(link.value, link.region ?? hints.region)
    : phoneNumber(value, hints.region);
}

/** A post is known by its platform's number for it, else by its link, else by the id that its reporter gave it. */
function itemForm(text: string, hints: Hints): Form {
  const value = withoutMark(text);
  const link = platformLink(value);
  const prefix = /^([^:/]{1,32}):(?!\/\/)/u.exec(value.trim())?.[1];
  if (link !== undefined || (prefix !== undefined && platformNamed(prefix) !== undefined))
    return onPlatform('item', value, hints);
  const url = urlForm(value);
  if (url.flags.includes('not-a-url') || !/^https?:/u.test(url.key)) {
    return hints.platform !== undefined && platformNamed(hints.platform) !== undefined
      ? onPlatform('item', value, hints)
      : keyed('item', value, hints);
  }
  return url;
}

/** Names are never unique and never folded across scripts: the key only unifies spelling within one. */
function nameForm(value: string): Form {
  const key = fold(value);
  return { key, flags: key === '' ? ['empty'] : mixesScripts(key) ? ['mixed-scripts'] : [] };
}
