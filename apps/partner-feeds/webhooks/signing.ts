import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** The keys of a subscription: the newest, and until when the one before it is used as well. */
export interface KeysInUse {
  /** Number of the newest key; 1 is the first. */
  key: number;
  /** Whether the one before it signs too, by the database's clock. */
  overlaps: boolean;
}

/**
 * The secret that a subscriber checks signatures with, in the form of Standard Webhooks. It follows from the feed key, so that there
 * is no table of secrets to be read by anybody.
 */
export function signingSecret(feedKey: Buffer, subscription: string, key: number): string {
  const secret = createHmac('sha256', feedKey).update(`webhook ${subscription} ${key}`).digest('base64');
  return `whsec_${secret}`;
}

/** Numbers of the keys that sign now, the newest first. */
export function keysInUse({ key, overlaps }: KeysInUse): number[] {
  return overlaps && key > 1 ? [key, key - 1] : [key];
}

/** What is sent: `id` is that of the delivery, the same at every attempt. */
export interface SignedMessage {
  id: string;
  at: Date;
  body: string;
}

/** Headers by Standard Webhooks 1.0: signed with each secret, so that a receiver who knows one of them can check. */
export function signedHeaders({ id, at, body }: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
