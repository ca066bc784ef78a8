import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { QuestionRefused } from './refusals.js';

/**
 * A continuation pins the log position and says where the next page begins. Both could tell how much happens in secret, so
 * it is sealed (AES-256-GCM) and padded to one length; it opens only for the same viewer, question and terms. Every way in
 * which it can be wrong gives one and the same refusal, or a caller could learn from the difference.
 */

export interface Bound {
  question: string;
  organisation: string;
  subject: string;
  /** The terms of the question without `limit` and `continuation`: the size of a page may change on the way. */
  terms: unknown;
}

export interface Pinned {
  position: number;
  /** History of the log that the position belongs to. */
  incarnation: number;
  /** What the first page said (epoch seconds): all pages of an answer are as of one time. */
  asOf: number;
  /** Where the next page begins; its meaning is the question's own. */
  after: (number | string)[];
}

export const CONTINUATION_MINUTES = 60;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Holds the longest place that any question keeps (two ids and two positions) with room. */
const PLAIN_BYTES = 256;

/** The sealing key from the secret of the setting: a key of its own, even if the same secret served something else too. */
export function continuationKey(secret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'breakwater.continuation', KEY_BYTES));
}

export class Continuations {
  constructor(
    private readonly key: Buffer,
    private readonly now: () => Date,
  ) {}

  seal(bound: Bound, pinned: Pinned): string {
    const expires = Math.floor(this.now().getTime() / 1000) + CONTINUATION_MINUTES * 60;
    const plain = Buffer.alloc(PLAIN_BYTES, ' ');
    const text = JSON.stringify([pinned.position, pinned.incarnation, pinned.asOf, expires, pinned.after]);
    if (Buffer.byteLength(text) > PLAIN_BYTES)
      throw new Error('the place of a continuation is longer than its sealed form');
    plain.write(text);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(binding(bound));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** The pinned place. Throws one refusal for everything else: tampered, another's, another question's, expired. */
  open(bound: Bound, sealed: string): Pinned {
    const plain = this.unsealed(bound, sealed);
    if (plain === undefined) throw notValid();
    const [position, incarnation, asOf, expires, after] = JSON.parse(plain.toString()) as [
      number,
      number,
      number,
      number,
      Pinned['after'],
    ];
    if (expires * 1000 <= this.now().getTime()) throw notValid();
    return { position, incarnation, asOf, after };
  }

  private unsealed(bound: Bound, sealed: string): Buffer | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length !== NONCE_BYTES + PLAIN_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed)
      return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES)).setAAD(binding(bound));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES + PLAIN_BYTES));
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, NONCE_BYTES + PLAIN_BYTES));
    try {
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      // The tag does not fit: altered, or bound to another viewer, question or terms. Which of them must not show.
      return undefined;
    }
  }
}

/** The one refusal, also for a position of another history of the log. */
export function notValid(): QuestionRefused {
  const detail = 'This continuation cannot be used. Ask the question again without it.';
  return new QuestionRefused('continuation.not-valid', 'InvalidInput', detail, [
    { pointer: '/continuation', code: 'continuation.not-valid', detail },
  ]);
}

function binding({ question, organisation, subject, terms }: Bound): Buffer {
  return createHash('sha256')
    .update(canonicalize([question, organisation, subject, terms]) ?? '')
    .digest();
}
