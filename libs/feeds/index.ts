/** Subscriptions and recalls: their rules, and the tables of the feeds. For command-api, partner-feeds and timekeeper. */
export { FEED_MIGRATIONS } from './migrations/index.js';
