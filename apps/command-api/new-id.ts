import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;
const POOL = Buffer.alloc(ID_BYTES * 256);
let used = POOL.length;
let lastTime = 0;
let sequence = 0;

/**
 * A UUIDv7 that sorts behind every earlier one of this process. The library asks the system for 16 random bytes each time,
 * which costs more than all the rest of it; here they are fetched for 256 ids at once, and used once.
 */
export function newId(): string {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const random = POOL.subarray(used, (used += ID_BYTES));
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
