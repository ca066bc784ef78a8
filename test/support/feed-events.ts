/** Events of feeds as specs say them. */
import { randomUUID } from 'node:crypto';
import type { DataOf, EventType, Marking } from '#events';
import type { EventLog } from '#event-log';
import { FAN_OUT_LEASE, FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';

/** One event of a stream, as a spec says it. */
export interface Said<Type extends EventType = EventType> {
  stream: string;
  source: string;
  type: Type;
  data: DataOf<Type>;
  marking?: Marking;
  /** Of its own where the spec does not say. */
  id?: string;
}

/** Who says what a spec puts into a feed by hand. */
export const SOURCE = ORGANISATIONS.coastal.organisation;

/** Seen by the community: the partner agency sees it. */
export const GREEN: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'GREEN',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: SOURCE,
  compartment: null,
};

/** Marking that everybody of the community may see. */
export function greenOf(originator: string): Marking {
  return { ...GREEN, handling: ['P'], originator };
}

/** Marking for some recipients alone: organisations or groups. */
export function amberFor(originator: string, ...releasableTo: string[]): Marking {
  return { ...greenOf(originator), tlp: 'AMBER', releasableTo };
}

export function organisationEvent(organisation: string): { stream: string; source: string } {
  return { stream: `organisation-${organisation}`, source: organisation };
}

export function subscriptionEvent(subscription: string, organisation: string): { stream: string; source: string } {
  return { stream: `subscription-${subscription}`, source: organisation };
}

/** @param atMost positions that it decides in one transaction */
export function openFanOut(log: EventLog, atMost?: number): FanOut {
  const lease = log.lease(FAN_OUT_LEASE, { holder: randomUUID(), seconds: 30 });
  return new FanOut({ log, lease, recallHours: 72, ...(atMost === undefined ? {} : { atMost }) });
}
