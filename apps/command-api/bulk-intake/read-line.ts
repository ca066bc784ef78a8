import { isUtf8 } from 'node:buffer';
import { ABOVE_OFFICIAL, SPILLAGE_DETAIL, isSpillage } from '#access';
import { readJson } from '#runtime';
import type { Fault } from '#events';
import { MAX_LINE_BYTES, type SplitLine } from './line-splitter.js';

/** A line as far as it can be judged alone. */
export type IntakeLine<Given> = { number: number; size: number; given: Given; content: Buffer } | FaultyLine;

export interface FaultyLine {
  number: number;
  size: number;
  reference: string | null;
  faults: readonly [Fault, ...Fault[]];
}

/** What a line of one kind of call has to be. */
export interface LineForm<Given> {
  /** Every fault of a value; none where it is what was asked for. */
  faultsOf: (value: unknown) => Fault[];
  /** Hash of what it says, however it is written. */
  contentOf: (given: Given) => Buffer;
  /** Most lines of a call; absent where there is no limit. */
  maxLines?: number;
}

/** Escapes that may stand for NUL or half a character, and the one field name that is dangerous: rare, and then looked at closely. */
const SUSPICIOUS = /\\u(?:0000|[dD][89a-fA-F])|__proto__|\\u005[fF]/;

const SPILLED: Fault = { pointer: '', code: ABOVE_OFFICIAL, detail: SPILLAGE_DETAIL };

/** Total: whatever the bytes, the line has its form or at least one fault. */
export function readLine<Given>(line: SplitLine, form: LineForm<Given>): IntakeLine<Given> {
  const { number } = line;
  if (form.maxLines !== undefined && number > form.maxLines) {
    const detail = `A call takes ${form.maxLines} lines; send the rest in another one.`;
    return { number, size: 0, reference: null, faults: [{ pointer: '', code: 'line.too-many', detail }] };
  }
  if ('tooLong' in line) {
    const detail = `The line is longer than ${MAX_LINE_BYTES} bytes; it was not read.`;
    return { number, size: 0, reference: null, faults: [{ pointer: '', code: 'line.too-long', detail }] };
  }
  const size = line.bytes.length;
  const read = parse(line.bytes);
  if ('fault' in read) return { number, size, reference: null, faults: [read.fault] };
  // Before its form: a second fault must not hide it. Its reference is part of it, so the line's number has to do.
  if (isSpillage(read.value)) return { number, size, reference: null, faults: [SPILLED] };
  const [fault, ...others] = form.faultsOf(read.value);
  if (fault !== undefined) return { number, size, reference: referenceIn(read.value), faults: [fault, ...others] };
  const given = read.value as Given;
  return { number, size, given, content: form.contentOf(given) };
}

function parse(bytes: Buffer): { value: unknown } | { fault: Fault } {
  if (!isUtf8(bytes)) return { fault: { pointer: '', code: 'line.not-utf8', detail: 'The line must be UTF-8.' } };
  const text = bytes.toString('utf8');
  if (SUSPICIOUS.test(text)) return readJson(bytes);
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: { pointer: '', code: 'line.not-json', detail: 'The line is not well-formed JSON.' } };
  }
}

const MAX_REFERENCE_SHOWN = 1000;

/** So that the sender finds the row again, also where the line has other faults. */
function referenceIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { reference } = value as { reference?: unknown };
  return typeof reference === 'string' && reference.length <= MAX_REFERENCE_SHOWN ? reference : null;
}
