import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import canonicalize from 'canonicalize';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Where the next page begins, as a text that only this installation reads (AES-256-GCM): the times and ids of a place would
 * tell what the rows themselves leave out. All texts of one purpose are equally long, and a text opens only for what it was
 * bound to (the caller, the list, the filters). The nonce follows from what is sealed (as in RFC 5297), so that no nonce ever
 * serves two places, and equal answers give equal bytes.
 */
export class SealedPlaces {
  private readonly key: Buffer;
  private readonly nonceKey: Buffer;

  /**
   * @param secret the installation's secret; the keys are drawn from it, so that it may serve other purposes too
   * @param purpose a word of its own for each kind of place
   * @param longest bytes that the longest place takes as JSON
   */
  constructor(
    secret: Uint8Array,
    purpose: string,
    private readonly longest: number,
  ) {
    const drawn = (use: string): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, '', `breakwater.${purpose}${use}`, KEY_BYTES));
    this.key = drawn('');
    this.nonceKey = drawn('.nonce');
  }

  seal(bound: unknown, place: unknown): string {
    const text = JSON.stringify(place);
    if (Buffer.byteLength(text) > this.longest) throw new Error('a place is longer than its sealed form');
    const plain = Buffer.alloc(this.longest, ' ');
    plain.write(text);
    const binding = hashOf(bound);
    const nonce = createHmac('sha256', this.nonceKey).update(binding).update(plain).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(binding);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** The place; undefined for everything else, and nothing says in which way it was wrong: a caller could learn from that. */
  open(bound: unknown, sealed: string): unknown {
    const bytes = Buffer.from(sealed, 'base64url');
    const end = NONCE_BYTES + this.longest;
    if (bytes.length !== end + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES)).setAAD(hashOf(bound));
    decipher.setAuthTag(bytes.subarray(end));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, end));
    try {
      decipher.final();
    } catch {
      // The tag does not fit: altered, or bound to something else.
      return undefined;
    }
    return JSON.parse(plain.toString());
  }
}

function hashOf(bound: unknown): Buffer {
  return createHash('sha256')
    .update(canonicalize(bound) ?? '')
    .digest();
}
