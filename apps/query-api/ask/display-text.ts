/**
 * Texts of other people in a terminal. They come from posts and profiles, so they may hold anything: control characters that
 * would move the cursor or rename the window, direction marks that would turn the rest of the line around, wide characters.
 */

/** Everything that acts on the terminal or on its neighbours instead of being seen. */
const ACTIVE = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Safe to print beside other text: nothing acts, line breaks are spaces, right-to-left text keeps to itself. */
export function shown(text: string): string {
  const harmless = text.replaceAll(/\s+/gu, ' ').replaceAll(ACTIVE, '').trim();
  return RIGHT_TO_LEFT.test(harmless) ? `${FIRST_STRONG_ISOLATE}${harmless}${POP_ISOLATE}` : harmless;
}

/** Columns that a text takes. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (segment === FIRST_STRONG_ISOLATE || segment === POP_ISOLATE) continue;
    columns += WIDE.test(segment) ? 2 : 1;
  }
  return columns;
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** The text cut to a number of columns, with a sign that there is more; an isolate that it opened is closed again. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width(segment);
    if (used + next > columns - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…${kept.includes(FIRST_STRONG_ISOLATE) ? POP_ISOLATE : ''}`;
}

/** Rows as columns that line up; a column that is empty in every row is left out, the last one may be as long as it likes. */
export function aligned(rows: readonly string[][], gap = 2): string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(0, ...rows.map((row) => width(row[at] ?? ''))));
  const used = widths.flatMap((columnWidth, at) => (columnWidth > 0 ? [at] : []));
  return rows.map((row) =>
    used
      .map((at) => (at === used.at(-1) ? (row[at] ?? '') : padded(row[at] ?? '', widths[at]! + gap)))
      .join('')
      .trimEnd(),
  );
}
