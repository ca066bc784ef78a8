import {
  referralEntity,
  type Effect,
  type EntityRef,
  type Outcome,
  type RecordedEvent,
  type RelationType,
} from '#events';
import type { EntityNode, StatementWrite, WithdrawalWrite } from '#graph';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type GraphChange } from './projected.js';
import { nodeOf, provenance, streamRef } from './provenance.js';

/** What a case says in the graph of one item: that it was removed or restricted, and that this no longer stands. */

/** Effects after which the item is no longer there; the others restrict it. */
const REMOVING: readonly Effect[] = ['removed', 'disabled', 'account-suspended', 'account-terminated'];

/** An event at its place in the log, and an item of it. */
export interface ItemSaid {
  position: number;
  event: RecordedEvent;
  /** Referral that asked for it, or the item itself where nobody did. */
  by: EntityNode;
  item: EntityNode;
  /** Place of the item in its case: the same in every event of the stream, so a correction finds what it ends. */
  place: number;
}

export function referralNode(referral: string, idOf: IdOf): EntityNode {
  return nodeOf(referralEntity(referral), idOf);
}

export function itemNode({ kind, key }: EntityRef, idOf: IdOf): EntityNode {
  return nodeOf({ kind, key }, idOf);
}

/** One statement of a case. @throws RangeError when it is dated by no date */
export function statementAt(
  { position, event }: Pick<ItemSaid, 'position' | 'event'>,
  relation: RelationType,
  [subject, object]: readonly [EntityNode, EntityNode],
  { i, dated, ...facts }: { i: number; dated?: string } & Partial<StatementWrite>,
): StatementWrite {
  const { pos, ref, aud, org, how, src } = provenance(position, event);
  return {
    relation,
    subject,
    object,
    pos,
    ref,
    aud,
    org,
    ...(how > 0 && { how }),
    ...(src !== undefined && { src }),
    ...(i > 0 && { i }),
    ...(dated !== undefined && { from: secondOf(dated) }),
    ...facts,
  };
}

/** What an outcome states: nothing where the platform did nothing. */
export function outcomeStated(said: ItemSaid, outcome: Outcome | undefined, src?: number): StatementWrite[] {
  if (outcome?.result !== 'actioned' || outcome.effect === 'none') return [];
  const terms = {
    i: said.place,
    ...(outcome.effectiveAt !== undefined && { dated: outcome.effectiveAt }),
    ...(src !== undefined && { src }),
  };
  const { by, item } = said;
  return REMOVING.includes(outcome.effect)
    ? [statementAt(said, 'REMOVED', [by, item], terms)]
    : [statementAt(said, 'STATED', [item, item], { ...terms, prop: 'restriction', val: outcome.effect })];
}

/** Ends whatever the stream's earlier outcomes of the item state; `anew` stands instead. */
export function outcomeEnded({ position, event, by, item, place }: ItemSaid, anew: StatementWrite[] = []): GraphChange {
  const end = (relation: RelationType, subject: EntityNode): WithdrawalWrite => ({
    ...{ relation, subject, object: item, ref: streamRef(event.stream), i: place, pos: position },
    ifAny: true,
  });
  return { ...NO_CHANGE, statements: anew, withdrawals: [end('REMOVED', by), end('STATED', item)] };
}

function secondOf(instant: string): number {
  const second = Math.floor(Date.parse(instant) / 1000);
  if (Number.isNaN(second)) throw new RangeError(`it is dated ${instant}, which is no date`);
  return second;
}
