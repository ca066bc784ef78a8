import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { EntityKind } from '#events';

/** Shortest secret, in bytes: a shorter one could be found from a few known numbers. */
export const MIN_ID_KEY = 32;

/** The secret behind public entity ids, from its base64 setting. Throws on a short one: such ids would give numbers away. */
export function idKey(base64: string): KeyObject {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < MIN_ID_KEY)
    throw new Error(`the id key has ${bytes.length} bytes, at least ${MIN_ID_KEY} are needed`);
  return createSecretKey(bytes);
}

/**
 * Public id of an entity: first 32 lower-case hex characters of HMAC-SHA256 over kind and canonical key. It may stand in
 * URLs, logs and graphs, because nobody without the secret can test whether it belongs to a number that they guess.
 */
export function entityId(secret: KeyObject | Uint8Array, kind: EntityKind, key: string): string {
  return createHmac('sha256', secret).update(`${kind}\n${key}`).digest('hex').slice(0, 32);
}
