/** More texts than this are not constants, and what is not constant is not worth a name on every connection. */
const MAX_NAMES = 200;

const names = new Map<string, string>();

/**
 * A statement under a name, so that each connection parses and plans it once: for a command's small statements that costs
 * more than running them. Names are given to texts as they first occur, and texts are constants of the program.
 * The price: a plan may have been made while a table was small. So look up many keys by a sub-select for each, which takes the
 * index whatever the size, and not by a join or a list of keys, for which a small table is scanned, and a grown one then too.
 */
export function prepared(text: string, params: readonly unknown[]): { name?: string; text: string; values: unknown[] } {
  const values = [...params];
  let name = names.get(text);
  if (name === undefined) {
    if (names.size >= MAX_NAMES) return { text, values };
    name = `statement_${names.size + 1}`;
    names.set(text, name);
  }
  return { name, text, values };
}
