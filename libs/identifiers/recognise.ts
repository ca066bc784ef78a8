import { ENTITY_KINDS, type EntityKind } from '#events';
import { canonical } from './canonical.js';
import type { Canonical, Hints } from './canonical-form.js';
import { linkBehind, platformLink } from './platform-links.js';
import { PLATFORMS, platformNamed, rulesOf, type Platform } from './platforms.js';
import { tidy, westernDigits } from './text.js';

/** Regions tried for a national number when nobody says where it is from; each reading is a hypothesis (R32). */
const REGIONS = [
  'GB',
  'FR',
  'DE',
  'BE',
  'NL',
  'IT',
  'AL',
  'VN',
  'IQ',
  'TR',
  'AF',
  'IR',
  'SY',
  'PK',
  'ET',
  'ER',
  'SD',
  'LY',
  'TN',
  'DZ',
];

const KEYED = /^[a-z][a-z0-9.-]{0,63}:([a-z-]+)\/\S/iu;
/** Fewer are no number that anybody can call. */
const FEWEST_DIGITS = 5;
/** Of each of several in a text: shorter ones are parts of a number, as in 0171/1234567, or of dates and coordinates. */
const FEWEST_OF_SEVERAL = 9;
/** A number that says its country, among words or other numbers: in a chat, beside a name, or after what it is called by. */
const AMONG_WORDS = /(?<![\p{L}\p{Nd}+])(?:\+|00)[\d\s().-]{6,24}\d(?![\p{L}\p{Nd}])/gu;
/** As WhatsApp's programs name accounts and groups. */
const WHATSAPP_ID = /^\+?[\d-]{6,40}@(?:(?:s\.whatsapp\.net|c\.us)|(g\.us))$/iu;
const HANDLE_LIKE = /^@?[\p{L}\p{M}\p{N}._-]{2,64}$/u;

/**
 * What a text that an analyst types may name, the likeliest first. Several answers are normal: a bare name may be a handle
 * anywhere. Asking for each of them costs little; guessing one of them hides the others.
 */
export function recognise(text: string, hints: Hints = {}): Canonical[] {
  const value = tidy(text);
  if (value === '') return [];
  return distinct([
    ...certain(value, hints),
    ...asNumber(value, hints),
    ...asHandle(value, hints),
    ...asInvite(value, hints),
    canonical('name', text),
  ]);
}

function certain(value: string, hints: Hints): Canonical[] {
  const found: Canonical[] = [];
  const link = platformLink(value);
  if (link !== undefined) {
    found.push(canonical(link.kind, value, hints));
    if (link.kind === 'handle') found.push(canonical('group', value, hints));
    if (link.kind === 'phone-number') found.push(canonical('account', value, hints));
  }
  const onWhatsapp = WHATSAPP_ID.exec(value);
  if (onWhatsapp !== null) {
    const whatsapp = { ...hints, platform: 'whatsapp' };
    const account = canonical('account', value, whatsapp);
    if (onWhatsapp[1] !== undefined) found.push(canonical('group', value, whatsapp));
    else found.push(account, canonical('phone-number', account.key.slice('whatsapp:'.length)));
  }
  const keyedKind = KEYED.exec(value)?.[1]?.toLowerCase() as EntityKind | undefined;
  if (keyedKind !== undefined && ENTITY_KINDS.includes(keyedKind)) found.push(canonical(keyedKind, value, hints));
  const prefix = /^([a-z]{1,16}):(?!\/\/)./iu.exec(value)?.[1];
  if (prefix !== undefined && platformNamed(prefix) !== undefined)
    found.push(
      ...(['handle', 'account', 'group', 'invite', 'item'] as const).map((kind) => canonical(kind, value, hints)),
    );
  for (const kind of ['url', 'email', 'media-hash'] as const) {
    const form = canonical(kind, value, hints);
    if (!form.key.startsWith('raw:')) found.push(form);
  }
  const behind = linkBehind(value);
  if (behind !== undefined) found.push(...certain(behind, hints));
  return found.filter(({ flags }) => !flags.includes('not-a-platform-id') && !flags.includes('another-kind'));
}

function asNumber(value: string, hints: Hints): Canonical[] {
  const digits = westernDigits(value);
  const stored = /^(?:possible|raw|tel):/iu.test(digits);
  if (!stored && !isNumberLike(digits.replace(/[oоοli|]/giu, '0'))) return numbersAmongWords(value, hints);
  const asWritten = canonical('phone-number', value, hints);
  if (asWritten.key.startsWith('+') || stored) return [asWritten];
  const international = canonical('phone-number', `+${digits}`);
  const guesses = [...(hints.region === undefined ? REGIONS : [])].map((region) =>
    canonical('phone-number', value, { region }),
  );
  const valid = [international, ...guesses].filter(({ key }) => key.startsWith('+'));
  return [...valid, ...numbersAmongWords(value, hints), asWritten];
}

/**
 * The numbers that say their country among the words of a text; the text as a whole first, where its words are an extension. A number without
 * its country could be a date or a price there.
 */
export function numbersAmongWords(text: string, hints: Hints = {}): Canonical[] {
  const numbers = [...westernDigits(tidy(text)).matchAll(AMONG_WORDS)].map(([number]) => number);
  if (numbers.length === 0) return [];
  return [canonical('phone-number', text, hints), ...numbers.map((number) => canonical('phone-number', number))].filter(
    ({ key }) => !key.startsWith('raw:'),
  );
}

/** Whether a text is a list of numbers, as cells of a phone's export are, parted by a comma, a semicolon, a slash or `:::`. */
export function holdsSeveralNumbers(text: string): boolean {
  const parts = tidy(text).split(/[,;/]|:::/u);
  return parts.length > 1 && parts.every((part) => isNumberLike(westernDigits(part), FEWEST_OF_SEVERAL));
}

/** The code of an invitation without its link: small and capital letters and digits, which words and numbers seldom mix. */
function asInvite(value: string, hints: Hints): Canonical[] {
  if (![/[a-z]/u, /[A-Z]/u, /\d/u].every((sign) => sign.test(value))) return [];
  const platforms =
    hints.platform === undefined ? (Object.keys(PLATFORMS) as Platform[]) : [platformNamed(hints.platform)];
  return platforms.flatMap((platform) =>
    platform !== undefined && rulesOf(platform).invite?.test(value) === true
      ? canonical('invite', value, { ...hints, platform })
      : [],
  );
}

/** In two passes: one expression for both tries every way to share out the digits before it finds the letter at the end. */
function isNumberLike(text: string, fewest = FEWEST_DIGITS): boolean {
  return !/\p{L}/u.test(text) && text.replace(/\P{Nd}/gu, '').length >= fewest;
}

function asHandle(value: string, hints: Hints): Canonical[] {
  if (!HANDLE_LIKE.test(value)) return [];
  const platforms = hints.platform === undefined ? (Object.keys(PLATFORMS) as Platform[]) : [hints.platform];
  return platforms
    .flatMap((platform) =>
      (['handle', 'account', 'group'] as const).map((kind) => canonical(kind, value, { ...hints, platform })),
    )
    .filter(
      ({ flags }) => !flags.some((flag) => flag === 'unusual-form' || flag === 'not-a-platform-id' || flag === 'empty'),
    );
}

function distinct(found: Canonical[]): Canonical[] {
  return [...new Map(found.map((one) => [`${one.kind} ${one.key}`, one])).values()];
}
