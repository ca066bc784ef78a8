import type { AgreementEvent, SpillageEvent } from './agreement-events.js';
import type { AssertionEvent } from './assertion-events.js';
import type { EventBody } from './envelope.js';
import type { OrganisationEvent } from './organisation-events.js';
import type { ParkingEvent } from './parking-events.js';
import type { DeconflictionEvent, ReferralEvent } from './referral-events.js';
import type { RemovalEvent } from './removal-events.js';
import type { PermissionEvent } from './permission-events.js';
import { SUBSCRIPTION_CATALOGUE, type SubscriptionEvent } from './subscription-events.js';
import { SAVED_QUESTION_CATALOGUE, type SavedQuestionEvent } from './saved-question-events.js';
import type { DisclosureEvent, DutyEvent, ReleaseEvent } from './release-events.js';
import { AGREEMENT_CATALOGUE } from './agreement-catalogue.js';
import { assertionMadeSchema, assertionRegradedSchema, assertionWithdrawnSchema } from './assertion-schemas.js';
import {
  memberAdmittedSchema,
  memberRemovedSchema,
  organisationDepartedSchema,
  organisationReadmittedSchema,
  organisationRegisteredSchema,
  organisationRegroupedSchema,
} from './organisation-schemas.js';
import { parkedDiscardedSchema, parkedReplayedSchema } from './parking-schemas.js';
import { CASE_CATALOGUE } from './case-catalogue.js';
import { RELEASE_CATALOGUE } from './release-catalogue.js';

/** Every event that exists. */
export type BreakwaterEvent =
  | AgreementEvent
  | SpillageEvent
  | AssertionEvent
  | OrganisationEvent
  | ParkingEvent
  | PermissionEvent
  | ReleaseEvent
  | DisclosureEvent
  | DutyEvent
  | ReferralEvent
  | DeconflictionEvent
  | RemovalEvent
  | SavedQuestionEvent
  | SubscriptionEvent;
export type EventType = BreakwaterEvent['type'];
export type DataOf<Type extends EventType> = Extract<BreakwaterEvent, { type: Type }>['data'];

export const TOPICS = ['referral.events', 'takedown.events', 'network.events', 'organisation.events'] as const;
export type Topic = (typeof TOPICS)[number];

export interface CatalogueEntry {
  topic: Topic;
  /** Version that is written today. */
  version: number;
  /** JSON Schema (draft 2020-12) of `data` in that version. */
  schema: object;
  /** Pointers into `data` that hold personal data, and whose they are; what a destroyed key makes unreadable (R14). */
  personal: readonly { pointer: string; subject: string }[];
  /** What partner agencies may get of it: the statement itself, or nothing. */
  partners: 'statement' | 'nothing';
  /** From version n to n + 1, at index n - 1. Old versions are never edited. */
  upcasters: readonly ((data: unknown) => unknown)[];
}

const SUBJECT_FIELDS = [
  { pointer: '/subject', subject: 'the entity the assertion is about' },
  { pointer: '/statements', subject: 'the entity the assertion is about, and the entities it names' },
] as const;

/** The catalogue: one row for each event type, and a compiler error for a type without one. */
export const CATALOGUE = {
  'assertion.made': {
    topic: 'network.events',
    version: 1,
    schema: assertionMadeSchema,
    personal: [...SUBJECT_FIELDS, { pointer: '/decision', subject: 'the entity the assertion is about' }],
    partners: 'statement',
    upcasters: [],
  },
  'assertion.withdrawn': {
    topic: 'network.events',
    version: 1,
    schema: assertionWithdrawnSchema,
    personal: SUBJECT_FIELDS,
    partners: 'statement',
    upcasters: [],
  },
  'assertion.regraded': {
    topic: 'network.events',
    version: 1,
    schema: assertionRegradedSchema,
    personal: SUBJECT_FIELDS,
    partners: 'statement',
    upcasters: [],
  },
  'organisation.registered': {
    topic: 'organisation.events',
    version: 1,
    schema: organisationRegisteredSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'organisation.regrouped': {
    topic: 'organisation.events',
    version: 1,
    schema: organisationRegroupedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'organisation.departed': {
    topic: 'organisation.events',
    version: 1,
    schema: organisationDepartedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'organisation.readmitted': {
    topic: 'organisation.events',
    version: 1,
    schema: organisationReadmittedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'member.admitted': {
    topic: 'organisation.events',
    version: 1,
    schema: memberAdmittedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'member.removed': {
    topic: 'organisation.events',
    version: 1,
    schema: memberRemovedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'parked.replayed': {
    topic: 'organisation.events',
    version: 1,
    schema: parkedReplayedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  'parked.discarded': {
    topic: 'organisation.events',
    version: 1,
    schema: parkedDiscardedSchema,
    personal: [],
    partners: 'nothing',
    upcasters: [],
  },
  ...AGREEMENT_CATALOGUE,
  ...RELEASE_CATALOGUE,
  ...CASE_CATALOGUE,
  ...SAVED_QUESTION_CATALOGUE,
  ...SUBSCRIPTION_CATALOGUE,
} as const satisfies Record<EventType, CatalogueEntry>;

/** Types that partners get anything of. */
export type PartnerType = {
  [Type in EventType]: (typeof CATALOGUE)[Type]['partners'] extends 'statement' ? Type : never;
}[EventType];

/** Whether partners get anything of an event of this type. */
export function isForPartners(type: EventType): type is PartnerType {
  return CATALOGUE[type].partners === 'statement';
}

/** Topic that a type of event travels on. */
export function topicOf(type: EventType): Topic {
  return CATALOGUE[type].topic;
}

/** Builds a body of the version that is written today, typed by its literal. */
export function bodyOf<Type extends EventType>(type: Type, data: DataOf<Type>): EventBody<Type, DataOf<Type>> {
  return { type, version: CATALOGUE[type].version, data };
}
