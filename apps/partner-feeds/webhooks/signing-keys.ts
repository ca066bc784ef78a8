import { FEED, recordAct, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import type { Subscriber } from '../deliveries/asked.js';
import { keysInUse, signingSecret } from './signing.js';

export interface ShownKey {
  /** Number of the key; it grows with each rotation. */
  key: number;
  /** `whsec_` and base64, as libraries of Standard Webhooks take it. */
  secret: string;
  /** Until when it signs beside the newer one (ISO 8601, UTC); absent for the newest. */
  until?: string;
}

const KEYS = `
  SELECT key, key_overlap_until AS "until", coalesce(key_overlap_until > statement_timestamp(), false) AS overlaps
  FROM subscriptions WHERE subscription = $1`;

/** Shows a subscriber the secrets that its webhooks are signed with now. They are made anew each time and kept nowhere. */
export class SigningKeys {
  constructor(
    private readonly log: Pick<EventLog, 'query'>,
    private readonly feedKey: Buffer,
  ) {}

  /** The newest key first. Audited before it is shown. */
  async shown({ subscription }: Subscriber, viewer: Viewer): Promise<ShownKey[]> {
    const [row] = await this.log.query<{ key: number; until: string | null; overlaps: boolean }>(KEYS, [subscription]);
    if (row === undefined) throw new Error(`there is no subscription ${subscription}`);
    const ids = [subscription];
    await recordAct(this.log, { act: 'consultation', viewer, purpose: FEED, ids, reason: 'feed.signing-keys' });
    return keysInUse(row).map((key) => ({
      key,
      secret: signingSecret(this.feedKey, subscription, key),
      ...(key === row.key || row.until === null ? {} : { until: row.until }),
    }));
  }
}
