/** Subscriptions and recalls: their rules, and the tables of the feeds. For command-api, partner-feeds and timekeeper. */
export { FEED_MIGRATIONS } from './migrations/index.js';
export { isPublicAddress } from './webhooks/address-rules.js';
export { WebhookTargetSettings, type WebhookTargets } from './webhooks/target-settings.js';
export { isLocalTarget, webhookUrlFaults } from './webhooks/url-rules.js';
