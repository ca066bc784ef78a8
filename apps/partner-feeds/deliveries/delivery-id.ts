import { createHash, createHmac } from 'node:crypto';

/**
 * What a subscriber proves its feed by. A delivery id names one place of one feed and says nothing else: it is a keyed hash,
 * worked out when it is read and kept nowhere. The digest runs over numbers and ids alone, so that withholding changes it never.
 */

const ID_BYTES = 24;
/** The end of each digest that nothing has gone into yet. */
export const FIRST_DIGEST = Buffer.alloc(32);

/** @param cause id of the event that the slot follows from; empty for the place before the first */
export function deliveryId(feedKey: Buffer, subscription: string, sequence: number, cause: string): string {
  const mac = createHmac('sha256', feedKey).update(`${subscription} ${sequence} ${cause}`).digest();
  return mac.subarray(0, ID_BYTES).toString('base64url');
}

/** The digest at a sequence from the one before it. */
export function nextDigest(before: Buffer, sequence: number, delivery: string): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(sequence));
  return createHash('sha256').update(before).update(number).update(delivery).digest();
}
