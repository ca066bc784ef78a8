import type { Fault } from './problem.js';

/**
 * Reads JSON as it came over the wire. JSON.parse alone lets through what a store refuses or silently changes later: bytes
 * that are no UTF-8, NUL, halves of surrogate pairs, `__proto__`, nesting that exhausts the stack of whoever walks it.
 * Used for request bodies and for each line of bulk intake.
 */
export type ReadJson = { value: unknown } | { fault: Fault };

/** Deeper than any body that we define. */
const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Total: never throws, whatever the bytes. An empty body is a fault of its own. */
export function readJson(bytes: Uint8Array): ReadJson {
  const text = decodeText(bytes);
  if (text === undefined) return fault('', 'body.not-utf8', 'The body must be UTF-8.');
  if (text.trim() === '') return fault('', 'body.empty', 'The body is empty; send a JSON object.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('', 'body.not-json', 'The body is not well-formed JSON.');
  }
  return firstFault(value) ?? { value };
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function fault(pointer: string, code: string, detail: string): { fault: Fault } {
  return { fault: { pointer, code, detail } };
}

function textFault(text: string, pointer: string): { fault: Fault } | undefined {
  if (text.includes('\0')) return fault(pointer, 'text.nul', 'A text must not contain the character NUL (U+0000).');
  // In unicode mode a pair is one character, so this finds halves only.
  if (/\p{Surrogate}/u.test(text))
    return fault(pointer, 'text.not-unicode', 'A text must not contain half of a surrogate pair.');
  return undefined;
}

interface Place {
  value: unknown;
  pointer: string;
  depth: number;
}

/** Walks without recursion, in document order. */
function firstFault(root: unknown): { fault: Fault } | undefined {
  const open: Place[] = [{ value: root, pointer: '', depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, pointer, depth } = place;
    if (typeof value === 'string') {
      const found = textFault(value, pointer);
      if (found !== undefined) return found;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH)
      return fault(pointer, 'body.too-deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
    const inner: Place[] = [];
    for (const [name, each] of Object.entries(value)) {
      const at = `${pointer}/${escapePointer(name)}`;
      if (name === '__proto__') return fault(pointer, 'body.field-name', 'A field must not be named __proto__.');
      if (textFault(name, pointer) !== undefined)
        return fault(pointer, 'body.field-name', 'The name of a field holds NUL or half of a surrogate pair.');
      inner.push({ value: each, pointer: at, depth: depth + 1 });
    }
    open.push(...inner.reverse());
  }
  return undefined;
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
