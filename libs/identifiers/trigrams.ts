import { fold } from './text.js';

/**
 * How alike two names are, as pg_trgm defines it: a name is the set of its trigrams, those of each of its words with two spaces
 * before it and one behind; words are runs of letters and digits, in lower case. Marks that belong to letters count as letters.
 */
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Two names are alike from here on: shared trigrams in ten of all trigrams of both. The default of pg_trgm, 0.3. */
export const ALIKE_IN_TEN = 3;

/**
 * The words of a name with the spaces around them: exactly the name's trigrams, and others that are no trigrams of any name, are
 * parts of this text. So whether a trigram is one of a name is whether this text contains it.
 */
export function spacedWords(name: string): string {
  const words = fold(name).match(WORD) ?? [];
  return words.length === 0 ? '' : `  ${words.join('  ')} `;
}

/** In no particular order, each once; of three characters, however wide. Empty where a name has no letter and no digit. */
export function trigramsOf(name: string): string[] {
  const text = [...spacedWords(name)];
  const found = new Set<string>();
  for (let at = 0; at + 3 <= text.length; at += 1) {
    const three = text.slice(at, at + 3).join('');
    // Letter, space, space: where one word ends and the next begins.
    if (!three.endsWith('  ')) found.add(three);
  }
  return [...found];
}

/**
 * Some of a name's trigrams, one of which every name has that is alike. So many are needed by the pigeonhole: whoever shares at
 * least a part of them cannot miss all of the rest and one more. Beginnings of words are left out first: most names have those.
 */
export function tellingTrigrams(trigrams: readonly string[]): string[] {
  const spaces = (three: string): number => three.split(' ').length;
  const byTelling = [...trigrams].sort((one, other) => spaces(one) - spaces(other) || (one < other ? -1 : 1));
  return byTelling.slice(0, trigrams.length - leastShared(trigrams) + 1);
}

/** How many of its trigrams every name shares that is alike. */
export function leastShared(trigrams: readonly string[]): number {
  return Math.ceil((ALIKE_IN_TEN * trigrams.length) / 10);
}

/** 0 to 1: trigrams that both have, of all that one of them has. */
export function similarity(one: readonly string[], other: readonly string[]): number {
  const others = new Set(other);
  const shared = one.filter((three) => others.has(three)).length;
  return shared === 0 ? 0 : shared / (one.length + other.length - shared);
}
