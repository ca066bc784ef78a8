import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const POOL = Buffer.alloc(4096);
let used = POOL.length;

/** Random bytes, each used once. Asking the system for a few at a time costs more than what they are for: a command needs five times some. */
function randomBytes(count: number): Buffer {
  if (used + count > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  return POOL.subarray(used, (used += count));
}

/** Random bits in lower-case hex, two characters a byte. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

const ID_BYTES = 16;
let lastTime = 0;
let sequence = 0;

/** A UUIDv7 that sorts behind every earlier one of this process. */
export function newId(): string {
  const random = randomBytes(ID_BYTES);
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    // 31 random bits, so that a millisecond has room for as many ids again before the counter runs over.
    sequence = random.readUInt32BE(0) >>> 1;
  } else {
    sequence += 1;
  }
  return v7({ random, msecs: lastTime, seq: sequence });
}
