/** Longest line in bytes. An assertion with 64 statements in a wordy script stays below this. */
export const MAX_LINE_BYTES = 256 * 1024;

/** One line that is not blank, with its number in the call, from 1. */
export type SplitLine = { number: number; bytes: Buffer } | { number: number; tooLong: true };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a stream of bytes into lines. Of a line that is too long only its number is kept, so 10 MB without a newline cost no
 * memory, and the lines behind it are read as ever. Bytes and not text: a chunk may end inside a character.
 */
export class LineSplitter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private overlong = false;
  private number = 0;

  /** Lines that end in this part. They may share memory with it. */
  push(part: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    for (let end = part.indexOf(NEWLINE); end >= 0; end = part.indexOf(NEWLINE, start)) {
      this.hold(part.subarray(start, end));
      this.finish(lines);
      start = end + 1;
    }
    if (start < part.length) this.hold(part.subarray(start));
    return lines;
  }

  /** The last line, where the call ends without a newline. */
  end(): SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.heldBytes > 0 || this.overlong) this.finish(lines);
    return lines;
  }

  private hold(bytes: Buffer): void {
    if (this.overlong || bytes.length === 0) return;
    this.heldBytes += bytes.length;
    // One more for the carriage return that may end it.
    if (this.heldBytes > MAX_LINE_BYTES + 1) {
      this.overlong = true;
      this.held = [];
      return;
    }
    this.held.push(bytes);
  }

  private finish(lines: SplitLine[]): void {
    this.number += 1;
    const line = trimmed(
      this.held.length === 1 ? (this.held[0] as Buffer) : Buffer.concat(this.held),
      this.number === 1,
    );
    if (this.overlong || line.length > MAX_LINE_BYTES) lines.push({ number: this.number, tooLong: true });
    else if (!isBlank(line)) lines.push({ number: this.number, bytes: line });
    this.held = [];
    this.heldBytes = 0;
    this.overlong = false;
  }
}

function trimmed(line: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  return line.subarray(start, line.at(-1) === RETURN ? -1 : undefined);
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB || byte === RETURN);
}
