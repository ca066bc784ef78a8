import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import type { Flag, Form } from './canonical-form.js';
import { fold, tidy, westernDigits, withoutMark } from './text.js';

/**
 * Three forms that can never meet: `+447400123456` (valid), `possible:+447700900123` (right length, in no range that is
 * given out: reserved, new or mistyped) and `raw:` (anything else). Only the first joins anybody by itself (R32): clusters lead up
 * to the others and not through them.
 */
const POSSIBLE = 'possible:';
const RAW = 'raw:';

const LOOK_ALIKES: Readonly<Record<string, string>> = { o: '0', о: '0', ο: '0', l: '1', i: '1', '|': '1', '➕': '+' };
const LOOK_ALIKE = /[oоοli|➕]/gu;
/** Fewer digits than this beside look-alike letters is a word, not a disguised number. */
const DISGUISED_FROM = 5;

/** Checking a number against the plans of its country costs 30 us, and deliveries name the same numbers again and again. */
const MAX_REMEMBERED = 20_000;
const MAX_TEXT_REMEMBERED = 64;
const remembered = new Map<string, Form>();

/** The key of a number. Never throws; a text without digits is kept as it is. */
export function phoneNumber(value: string, region: string | undefined): Form {
  const name = `${region ?? ''} ${value}`;
  const known = remembered.get(name);
  if (known !== undefined) return { ...known, flags: [...known.flags] };
  const form = read(value, region);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  if (value.length <= MAX_TEXT_REMEMBERED) remembered.set(name, form);
  return { ...form, flags: [...form.flags] };
}

function read(value: string, region: string | undefined): Form {
  const stripped = withoutMark(withoutMark(value).replace(/^tel:/iu, ''));
  const { number, extension, flags } = digitsOf(stripped);
  if (number === undefined) {
    const text = fold(stripped);
    return text === '' ? { key: RAW, flags: ['empty'] } : { key: RAW + text, flags: ['number-not-possible'] };
  }
  const found = interpret(number, region);
  if (found === undefined) return { key: RAW + number + extension, flags: [...flags, 'number-not-possible'] };
  if (found.regionAssumed) flags.push('region-assumed');
  const key = found.e164 + extension;
  return {
    key: found.valid ? key : POSSIBLE + key,
    flags: found.valid ? flags : [...flags, 'number-not-valid'],
    ...(found.region === undefined ? {} : { region: found.region }),
  };
}

interface Interpretation {
  e164: string;
  valid: boolean;
  region?: string;
  regionAssumed: boolean;
}

/** A number with its country code says itself what it is; a national one is read in the given region, and in no other. */
function interpret(number: string, region: string | undefined): Interpretation | undefined {
  const home = regionCode(region);
  if (number.startsWith('+')) return parsed(number, undefined);
  const international = number.startsWith('00') ? parsed(`+${number.slice(2)}`, undefined) : undefined;
  const national = home === undefined ? undefined : parsed(number, home);
  // 00 says the country itself where the region reads the same number.
  if (national?.valid === true) return international?.e164 === national.e164 ? international : national;
  return international ?? national;
}

function parsed(number: string, region: CountryCode | undefined): Interpretation | undefined {
  const found = parsePhoneNumberFromString(number, { defaultCountry: region, extract: false });
  if (found === undefined || !found.isPossible()) return undefined;
  return {
    e164: found.number,
    valid: found.isValid(),
    region: found.country ?? region,
    regionAssumed: region !== undefined,
  };
}

function regionCode(region: string | undefined): CountryCode | undefined {
  const code = region?.trim().toUpperCase();
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}

interface Digits {
  /** Digits with a plus in front where one was written; undefined when the text is not a number at all. */
  number?: string;
  extension: string;
  flags: Flag[];
}

const EXTENSION = /(?:;ext=|\bext\.?\s*|\bx\s*)(\d{1,7})$/iu;

function digitsOf(value: string): Digits {
  const text = westernDigits(tidy(value)).toLowerCase();
  const extension = EXTENSION.exec(text);
  const main = extension === null ? text : text.slice(0, extension.index);
  const undisguised = main.replace(LOOK_ALIKE, (letter) => LOOK_ALIKES[letter] ?? letter);
  const disguised = undisguised !== main;
  const body = disguised && digitCount(main) >= DISGUISED_FROM ? undisguised : main;
  if (/\p{L}/u.test(body) || digitCount(body) === 0) return { extension: '', flags: [] };
  const plus = /^[^\d+]*\+/u.test(body) ? '+' : '';
  return {
    number: plus + body.replace(/[^0-9]/gu, ''),
    extension: extension === null ? '' : `;ext=${extension[1]}`,
    flags: disguised ? ['look-alikes'] : [],
  };
}

function digitCount(text: string): number {
  return text.replace(/[^0-9]/gu, '').length;
}
