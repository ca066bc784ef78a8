import fc from 'fast-check';
import { leastShared, similarity, spacedWords, tellingTrigrams, trigramsOf } from './trigrams.js';

const alike = (one: string, other: string): number => similarity(trigramsOf(one), trigramsOf(other));

/** Few syllables of several scripts, wide letters too, so that names meet. */
const SYLLABLES = ['ah', 'med', 'Ha', 'san', 'é', 'مح', 'مد', '王', '小', '𞤀𞤁', '7', '-'];
const word = fc.array(fc.constantFrom(...SYLLABLES), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));

describe('how alike two names are', () => {
  it.each([
    // From the manual of pg_trgm, and worked out by its rules.
    ['word', 'two words', 4 / 11],
    ['Ahmed', 'ahmed', 1],
    ['hassan ahmed', 'Ahmed, Hassan', 1],
    ['nguyen van', 'nguyễn văn', 5 / 17],
    ['王小明', '王小红', 2 / 6],
    ['محمد', 'محمود', 3 / 8],
    ['a', 'b', 0],
    ['', 'a', 0],
  ])('%s and %s: %d', (one, other, expected) => {
    expect(alike(one, other)).toBeCloseTo(expected, 10);
    expect(alike(other, one)).toBe(alike(one, other));
  });

  it('rests on the parts of the spaced words: a trigram is one of a name if they contain it', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const trigrams = trigramsOf(other);
        for (const three of trigramsOf(one)) expect(spacedWords(other).includes(three)).toBe(trigrams.includes(three));
      }),
    );
  });

  it('cannot be missed: whoever is alike has one of the telling trigrams, and as many as are asked for', () => {
    let found = 0;
    fc.assert(
      fc.property(name, name, name, (both, ...ends) => {
        const [one, other] = ends.map((end) => `${both}${end}`) as [string, string];
        const trigrams = trigramsOf(one);
        if (trigrams.length === 0 || alike(one, other) < 0.3) return;
        if (one !== other) found += 1;
        const words = spacedWords(other);
        expect(tellingTrigrams(trigrams).some((three) => words.includes(three))).toBe(true);
        expect(trigrams.filter((three) => words.includes(three)).length).toBeGreaterThanOrEqual(leastShared(trigrams));
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
