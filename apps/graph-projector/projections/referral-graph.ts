import {
  MAX_ITEMS,
  type FindingRecorded,
  type RecordedEvent,
  type ReferralAnswered,
  type ReferralSubmitted,
} from '#events';
import { itemNode, outcomeEnded, outcomeStated, referralNode, statementAt, type ItemSaid } from './case-graph.js';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type Projected } from './projected.js';
import { originRef } from './provenance.js';

/**
 * Places of statements in the record of a referral, beyond those of its items: readers tell the statements of an event apart by
 * their places, and a correction of an outcome looks at those of the items.
 */
const FINDINGS = MAX_ITEMS;
const SUCCESSORS = 2 * MAX_ITEMS;

/** The agency's side of a case in the graph: what was referred and when, what came back as what, and what became of it. */

export function referralSubmitted(
  position: number,
  event: RecordedEvent,
  { referral, receivedAt, items }: ReferralSubmitted,
  idOf: IdOf,
): Projected {
  const at = { position, event };
  const from = referralNode(referral, idOf);
  const statements = items.flatMap(({ location, successorOf }, i) => {
    const item = itemNode(location, idOf);
    const refers = statementAt(at, 'REFERS', [from, item], { i, dated: receivedAt });
    const earlier = successorOf && itemNode(successorOf.location, idOf);
    // The same link after a removal is the same item: that it was referred again says it all.
    return earlier === undefined || earlier.id === item.id
      ? [refers]
      : [refers, statementAt(at, 'SUCCESSOR_OF', [item, earlier], { i: SUCCESSORS + i, dated: receivedAt })];
  });
  return { change: { ...NO_CHANGE, statements } };
}

/** What a platform says to several agencies goes back to one source, the platform: it corroborates nothing. */
export function referralAnswered(
  position: number,
  event: RecordedEvent,
  { referral, item: place, location, said }: ReferralAnswered,
  idOf: IdOf,
): Projected {
  const item: ItemSaid = { position, event, by: referralNode(referral, idOf), item: itemNode(location, idOf), place };
  const source = originRef(event.source);
  switch (said.answer) {
    case 'decided':
      return { change: { ...NO_CHANGE, statements: outcomeStated(item, said.outcome, source) } };
    case 'corrected':
      return { change: outcomeEnded(item, outcomeStated(item, said.outcome, source)) };
    case 'appeal-decided':
      return { change: said.result === 'overturned' ? outcomeEnded(item) : NO_CHANGE };
    case 'acknowledged':
    case 'asked':
    case 'appeal-opened':
      return { change: NO_CHANGE };
  }
}

/**
 * The agency's own look. It is stated of the item and is no REMOVED: gone when looked at is not removed by the platform
 * (domain-standards 2.7). Each look stands for itself, with its date.
 */
export function findingRecorded(
  position: number,
  event: RecordedEvent,
  { item: place, location, finding, at, outcome }: FindingRecorded,
  idOf: IdOf,
): Projected {
  const item = itemNode(location, idOf);
  const literal =
    finding === 'told-otherwise'
      ? { prop: 'outcome by another channel', val: outcome === undefined ? finding : words(outcome) }
      : { prop: 'availability', val: finding };
  const terms = { i: FINDINGS + place, dated: at, ...literal };
  return { change: { ...NO_CHANGE, statements: [statementAt({ position, event }, 'STATED', [item, item], terms)] } };
}

function words({ result, effect }: { result: string; effect: string }): string {
  return effect === 'none' ? result : `${result}: ${effect}`;
}
