import type { WebhookTargets } from '#feeds';
import type { Resolve } from './checked-target.js';
import type { Endpoint } from './endpoints.js';
import type { Message } from './messages.js';
import type { Outcome } from './next-step.js';
import { postOnce } from './post-once.js';
import { keysInUse, signedHeaders, signingSecret } from './signing.js';

export interface SendingTerms {
  feedKey: Buffer;
  targets: WebhookTargets;
  resolve: Resolve;
  /** Milliseconds for one attempt; default 15,000. */
  timeoutMs?: number;
}

/** Sends one signed message to one endpoint. Rejects only when it shall end: then nobody knows whether it arrived. */
export type Send = (
  endpoint: Pick<Endpoint, 'url' | 'subscription' | 'key' | 'overlaps'>,
  message: Message,
  stop: AbortSignal,
) => Promise<Outcome>;

export function sendingBy({ feedKey, ...terms }: SendingTerms): Send {
  return (endpoint, message, stop) => {
    const secrets = keysInUse(endpoint).map((key) => signingSecret(feedKey, endpoint.subscription, key));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Breakwater-Webhooks/1',
      ...signedHeaders({ ...message, at: new Date() }, secrets),
    };
    return postOnce({ url: endpoint.url, headers, body: message.body }, terms, stop);
  };
}
