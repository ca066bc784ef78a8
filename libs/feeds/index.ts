/** Subscriptions and recalls: their rules, and the tables of the feeds. For command-api, partner-feeds and timekeeper. */
export { FEED_MIGRATIONS } from './migrations/index.js';
export { answerRecall, type RecallGiven, type RecallState } from './recall/answer.js';
export {
  decideSubscription,
  MAX_KEY_OVERLAP_HOURS,
  unknownSubscription,
  type SubscriptionCommand,
} from './subscription/decide.js';
export { PARTNER_TYPES } from './subscription/filter-faults.js';
export {
  evolveSubscription,
  subscriptionFrom,
  subscriptionStream,
  type KnownSubscription,
  type SubscriptionState,
} from './subscription/state.js';
export { isPublicAddress } from './webhooks/address-rules.js';
export { WebhookTargetSettings, type WebhookTargets } from './webhooks/target-settings.js';
export { isLocalTarget, webhookUrlFaults } from './webhooks/url-rules.js';
export { SLOT } from './slot-kinds.js';
