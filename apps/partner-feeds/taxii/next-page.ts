import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Problem } from '#runtime';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PLAIN_BYTES = 8;

/**
 * Where the next page of a collection begins, sealed (AES-256-GCM): it opens only in the collection, for the organisation and with
 * the filters that it was given with; a page may have another size. The nonce follows from what is sealed, so that equal feeds
 * give equal bytes.
 */
export class NextPages {
  private readonly key: Buffer;
  private readonly nonceKey: Buffer;

  /** @param secret the installation's cursor secret; the keys are drawn from it */
  constructor(secret: Buffer) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'breakwater.taxii-next', 32));
    this.nonceKey = Buffer.from(hkdfSync('sha256', secret, '', 'breakwater.taxii-nonce', 32));
  }

  /** @param place the last object of a page, by when it was added, in microseconds since 1970 */
  seal(bound: object, place: number): string {
    const plain = Buffer.alloc(PLAIN_BYTES);
    plain.writeBigUInt64BE(BigInt(place));
    const binding = hashOf(bound);
    const nonce = createHmac('sha256', this.nonceKey).update(binding).update(plain).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(binding);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws {@link Problem} `taxii.next`, one and the same for every way in which it can be wrong */
  open(bound: object, sealed: string): number {
    const bytes = Buffer.from(sealed, 'base64url');
    const end = NONCE_BYTES + PLAIN_BYTES;
    if (bytes.length !== end + TAG_BYTES || bytes.toString('base64url') !== sealed) throw notValid();
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES)).setAAD(hashOf(bound));
    decipher.setAuthTag(bytes.subarray(end));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, end));
    try {
      decipher.final();
    } catch {
      // The tag does not fit: altered, or bound to something else. Which of them must not show.
      throw notValid();
    }
    return Number(plain.readBigUInt64BE());
  }
}

function notValid(): Problem {
  return new Problem('InvalidInput', 'taxii.next', 'This next cannot be used here. Ask without it, with added_after.');
}

function hashOf(bound: object): Buffer {
  return createHash('sha256')
    .update(canonicalize(bound) ?? '')
    .digest();
}
