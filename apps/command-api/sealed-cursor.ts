import { Refusal } from '#events';
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Viewer } from '#access';

/** The list that a cursor belongs to, and what was asked of it; a page may have another size than the one before. */
export interface CursorBinding {
  list: string;
  viewer: Pick<Viewer, 'organisation' | 'subject'>;
  /** Filters of the list, without `limit` and `after`. */
  filters: unknown;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Holds the longest place that any list keeps, and all of them look alike. */
const PLAIN_BYTES = 192;

/**
 * Where the next page of a list begins, sealed (AES-256-GCM): times and ids in it would tell what the rows themselves leave
 * out. It opens only for the same caller, list and filters. Every way in which it can be wrong gives one and the same refusal.
 */
export class SealedCursors {
  private readonly key: Buffer;

  /** @param secret the installation's id secret in base64; the key is one of its own, drawn from it */
  constructor(secret: string) {
    this.key = Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), '', 'breakwater.list-cursor', 32));
  }

  seal(bound: CursorBinding, place: readonly (string | number)[]): string {
    const plain = Buffer.alloc(PLAIN_BYTES, ' ');
    const text = JSON.stringify(place);
    if (Buffer.byteLength(text) > PLAIN_BYTES) throw new Error('the place in a list is longer than its sealed form');
    plain.write(text);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(binding(bound));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws {@link Refusal} `cursor.not-valid` for whatever is not a cursor of this caller's list */
  open(bound: CursorBinding, sealed: string): (string | number)[] {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length !== NONCE_BYTES + PLAIN_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed)
      throw notValid();
    const end = NONCE_BYTES + PLAIN_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES)).setAAD(binding(bound));
    decipher.setAuthTag(bytes.subarray(end));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, end));
    try {
      decipher.final();
    } catch {
      // The tag does not fit: altered, or bound to another caller, list or filters. Which of them must not show.
      throw notValid();
    }
    return JSON.parse(plain.toString()) as (string | number)[];
  }
}

function notValid(): Refusal {
  const detail = 'This cursor cannot be used. Ask for the list again without it.';
  return new Refusal('InvalidInput', 'cursor.not-valid', detail, [
    { pointer: '/after', code: 'cursor.not-valid', detail },
  ]);
}

function binding({ list, viewer, filters }: CursorBinding): Buffer {
  return createHash('sha256')
    .update(canonicalize([list, viewer.organisation, viewer.subject, filters]) ?? '')
    .digest();
}
