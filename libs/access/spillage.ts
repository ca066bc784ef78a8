/**
 * What is marked above OFFICIAL has no place here (R7): it is refused before anything else is looked at, and nothing of it is
 * kept. Spelling must not be a way in, so texts are compared without accents, width, invisible characters and spacing.
 */

/** Code of the one fault that must raise an incident, and after which nothing of the body may be kept. */
export const ABOVE_OFFICIAL = 'marking.above-official';

export const SPILLAGE_DETAIL =
  'This system holds OFFICIAL and OFFICIAL-SENSITIVE only. Nothing of this request was kept; report it as a spillage.';

/** Whether a classification, in whatever spelling, is above what this system may hold. */
export function isAboveOfficial(classification: string): boolean {
  const text = plain(classification);
  return (
    /SECRET|CONFIDENTIAL|EYESONLY/.test(text.replaceAll(/[^A-Z]/g, '')) ||
    /^\W*(?:UK\W*)?(?:T\W?S\W?(?:$|\W)|S\/\/)/.test(text)
  );
}

/** Whether any text says so as a word: a group may be called `secretariat`, and none may be called `top-secret-cell`. */
function namesATier(text: string): boolean {
  return /(?<![A-Z])(?:TOP)?SECRET(?![A-Z])|(?<![A-Z])CONFIDENTIAL(?![A-Z])|(?<![A-Z])EYES[\W_]*ONLY(?![A-Z])/.test(
    plain(text),
  );
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

function plain(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text.toUpperCase();
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toUpperCase();
}

/** Fields that hold a classification wherever they stand; the rest of a marking holds names and codes. */
const CLASSIFICATIONS = ['gsc', 'tlp', 'handling', 'conditions'];

/** No request that any route takes nests as deep as this; what does is refused for its form, and must not end the process. */
const DEEPEST = 64;

/**
 * Whether anything in what was sent is marked above OFFICIAL: every text of every `marking`, at whatever depth, and every
 * `gsc`. Looks at what arrived and not at a request that was checked, so that a second fault of form hides nothing.
 */
export function isSpillage(sent: unknown, depth = 0): boolean {
  if (typeof sent !== 'object' || sent === null || depth > DEEPEST) return false;
  return Object.entries(sent).some(([name, value]) =>
    name === 'marking' || name === 'gsc' ? isMarkedAbove(value, true, depth) : isSpillage(value, depth + 1),
  );
}

/** A text that stands in the place of a whole marking, or in a field that holds a classification, is one. */
function isMarkedAbove(marking: unknown, isClassification: boolean, depth: number): boolean {
  if (typeof marking === 'string') return isClassification ? isAboveOfficial(marking) : namesATier(marking);
  if (typeof marking !== 'object' || marking === null || depth > DEEPEST) return false;
  const inList = Array.isArray(marking);
  return Object.entries(marking).some(
    ([name, value]) =>
      namesATier(name) || isMarkedAbove(value, inList ? isClassification : CLASSIFICATIONS.includes(name), depth + 1),
  );
}
