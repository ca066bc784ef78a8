export { actDraft, ownMarking, secondOf, type Acting } from './acting.js';
export { MAX_PARTIES } from './agreement-catalogue.js';
export * from './agreement-events.js';
export * from './assertion-events.js';
export { DATED, MAX_TEXT, entityRefSchema, statementSchema, statementTerms } from './assertion-schemas.js';
export { MAX_ITEMS, evidenceSchema, groundSchema, outcomeSchema } from './case-schemas.js';
export * from './case-terms.js';
export * from './catalogue.js';
export { periodOf, spanOf, type Span } from './claimed-time.js';
export * from './codec.js';
export * from './data-subject.js';
export { dataFault, decodeEvent, encodeEvent, type KnownEvent } from './decode.js';
export * from './entity.js';
export { envelopeSchema } from './envelope-schema.js';
export * from './envelope.js';
export * from './grading.js';
export * from './marking.js';
export { BEGINNING_OF_TIME, endOf, lasts, type Dated } from './membership.js';
export * from './network-terms.js';
export * from './organisation-events.js';
export * from './parking-events.js';
export * from './permission-events.js';
export { MAX_ASKED_FOR } from './permission-schemas.js';
export * from './referral-events.js';
export { Refusal, refusedFor, type Fault } from './refusal.js';
export * from './release-events.js';
export * from './removal-events.js';
export {
  MAX_SAVED_NAME,
  MAX_SAVED_TERMS,
  SAVABLE_QUESTIONS,
  type QuestionSaved,
  type SavableQuestion,
  type SavedQuestionEvent,
} from './saved-question-events.js';
export {
  FEED_CHANNELS,
  MAX_FILTERED,
  MAX_WEBHOOK_URL,
  RECALL_ANSWERS,
  WEBHOOK_PAYLOADS,
  type FeedChannel,
  type FeedFilter,
  type RecallAnswer,
  type RecallAnswered,
  type SubscriptionEvent,
  type SubscriptionMade,
} from './subscription-events.js';
export { MAX_RECIPIENTS } from './release-schemas.js';
