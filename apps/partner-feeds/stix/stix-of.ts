import type { PartnerEvent } from '../payload/partner-event.js';
import { caseEvent, type Names } from './cases.js';
import { EXCHANGE, EXTENSION_DEFINITIONS } from './extensions.js';
import { MARKING_DEFINITIONS } from './markings.js';
import { assertionMade, assertionRegraded, assertionWithdrawn, type Standing } from './statements.js';
import type { StixDelivery, StixObject } from './stix-object.js';
import { modifiedOf } from './terms.js';

/** What every collection begins with: what the objects after it refer to. */
export const DEFINITIONS: readonly StixObject[] = [EXCHANGE, ...EXTENSION_DEFINITIONS, ...MARKING_DEFINITIONS];

export interface Beside {
  /** Time of the version, where it is kept apart: see {@link modifiedOf}. */
  modified?: string;
  /** With a regrade: what is regraded. */
  standing?: Standing;
  names?: Names;
}

/** An event as a partner gets it, in STIX 2.1. Pure: the same event gives the same objects wherever and whenever it is delivered. */
export function stixOf(
  event: PartnerEvent,
  { modified, standing, names = () => undefined }: Beside = {},
): StixDelivery {
  const by = { event, modified: modified ?? modifiedOf(event.recordedtime) };
  const author = names(event.source);
  switch (event.type) {
    case 'assertion.made':
      return assertionMade(by, author);
    case 'assertion.regraded':
      return assertionRegraded(by, standing, author);
    case 'assertion.withdrawn':
      return assertionWithdrawn(by);
    default:
      return caseEvent(event.type, by, names);
  }
}
