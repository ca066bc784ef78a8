/**
 * Physical lines of a byte stream. Not Node's readline: it also breaks lines at U+2028, which people do write into cells, and
 * it has no limit, so that one line of ten megabytes would be held in memory.
 */

/** Longest line and longest record, in UTF-16 units: far above any row, far below what hurts. */
export const MAX_RECORD = 1_000_000;

export interface Line {
  /** From 1. */
  line: number;
  /** Without its line break; `undefined` when it is longer than {@link MAX_RECORD}. */
  text: string | undefined;
}

/** Lines in batches, one for each chunk of the stream. A byte-order mark at the start is taken off. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8');
  let rest: string | undefined = '';
  let line = 0;
  const take = (text: string, last: boolean): Line[] => {
    const pieces = text.split('\n');
    const lines: Line[] = [];
    pieces.forEach((piece, index) => {
      const whole: string | undefined =
        rest === undefined || rest.length + piece.length > MAX_RECORD ? undefined : rest + piece;
      if (index === pieces.length - 1 && !last) {
        rest = whole;
        return;
      }
      line += 1;
      lines.push({ line, text: whole?.endsWith('\r') === true ? whole.slice(0, -1) : whole });
      rest = '';
    });
    return lines;
  };
  for await (const chunk of stream) yield take(decoder.decode(chunk, { stream: true }), false);
  const end = take(decoder.decode(), true);
  // A file that ends in a line break has no further line after it.
  yield end.filter(({ text }) => text !== '');
}
