/**
 * Text as people and phones really write it, brought to one form. Every function is total and settles: applied to its own
 * result it changes nothing (R30), which is why folding and normalising run until neither moves anything.
 */

const ASCII_ONLY = /^[\x20-\x7e]*$/;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const CONTROL_OR_SPACE = /[\p{Cc}\s]+/gu;
const MAX_ROUNDS = 6;

/** Zero-width and bidi marks gone, compatibility forms unified (NFKC), controls and runs of white space to one space. Case kept. */
export function tidy(text: string): string {
  if (ASCII_ONLY.test(text)) return text.replace(/ +/g, ' ').trim();
  return settle(text, (value) =>
    value
      .replace(LONE_SURROGATE, '\ufffd')
      .replace(IGNORABLE, '')
      .normalize('NFKC')
      .replace(CONTROL_OR_SPACE, ' ')
      .trim(),
  );
}

/** {@link tidy} and lower case within the script: a Cyrillic letter never becomes the Latin one that looks like it. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.replace(/ +/g, ' ').trim().toLowerCase();
  return settle(text, (value) => tidy(value).toLowerCase());
}

/** A stored key without the mark that says how sure it is, so that the key of a key is that key. */
export function withoutMark(text: string): string {
  return settle(text, (value) => tidy(value).replace(/^(?:(?:possible|raw):\s*)+/iu, ''));
}

function settle(text: string, step: (text: string) => string): string {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = step(current);
    if (next === current) return next;
    current = next;
  }
  return current;
}

/** Decimal digits of every script (Arabic-Indic, Persian, Devanagari...) as 0 to 9. */
export function westernDigits(text: string): string {
  return ASCII_ONLY.test(text) ? text : text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

const knownDigits = new Map<string, number>();

/** Unicode gives each script its ten digits in one run, so the distance to the start of the run is the value. */
function digitValue(digit: string): number {
  const known = knownDigits.get(digit);
  if (known !== undefined) return known;
  const point = digit.codePointAt(0) ?? 0;
  let start = point;
  while (start > 0 && /\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  const value = (point - start) % 10;
  knownDigits.set(digit, value);
  return value;
}

const LOOK_ALIKE_SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u] as const;

/** Whether one word mixes scripts whose letters look alike, as impersonators do. */
export function mixesScripts(text: string): boolean {
  if (ASCII_ONLY.test(text)) return false;
  return text.split(/[\s._-]+/u).some((word) => LOOK_ALIKE_SCRIPTS.filter((script) => script.test(word)).length > 1);
}

/** Percent-decoding that leaves what is not valid UTF-8 as it stands. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
