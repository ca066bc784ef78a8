/** What the clerk writes down of a case: that something was referred, removed or restricted, seen again, and what no longer stands. */
import { MAX_ITEMS, type EntityRef, type KnownEvent, type Outcome } from '#events';
import { thing, type Line, type Thing } from './lines.js';

/** Taken away altogether; the other effects restrict it. */
const GONE = ['removed', 'disabled', 'account-suspended', 'account-terminated'];

export interface SaidOfCase {
  said: Line[];
  /** Places of items whose earlier outcome does not stand any more. */
  ended: number[];
}

export function saidOfCase(event: KnownEvent, place: number, assertion: string): SaidOfCase {
  const { body } = event;
  const line = (index: number, relation: string, from: Thing, to: Thing, at?: string): Line => ({
    ...{ assertion, index, said: place, relation, from, to },
    ...{ organisation: event.source, kind: event.statementKind.kind, grading: event.grading, regradings: [] },
    begins: at === undefined ? undefined : Math.floor(Date.parse(at) / 1000),
  });
  const outcome = (index: number, by: Thing, item: Thing, given: Outcome | undefined): Line[] => {
    if (given?.result !== 'actioned') return [];
    if (GONE.includes(given.effect)) return [line(index, 'REMOVED', by, item, given.effectiveAt)];
    return [{ ...line(index, 'STATED', item, item, given.effectiveAt), property: 'restriction', value: given.effect }];
  };
  switch (body.type) {
    case 'referral.submitted':
      return {
        said: body.data.items.flatMap(({ location, successorOf }, index) => {
          const { referral, receivedAt } = body.data;
          const item = thing(location);
          const refers = line(index, 'REFERS', referralThing(referral), item, receivedAt);
          if (successorOf === undefined || sameThing(successorOf.location, location)) return [refers];
          return [refers, line(2 * MAX_ITEMS + index, 'SUCCESSOR_OF', item, thing(successorOf.location), receivedAt)];
        }),
        ended: [],
      };
    case 'referral.answered': {
      const { referral, item: index, location, said } = body.data;
      const by = referralThing(referral);
      // All that a platform says in however many cases goes back to the platform.
      const from = (lines: Line[]): Line[] => lines.map((each) => ({ ...each, origin: event.source }));
      if (said.answer === 'decided')
        return { said: from(outcome(index, by, thing(location), said.outcome)), ended: [] };
      if (said.answer === 'corrected')
        return { said: from(outcome(index, by, thing(location), said.outcome)), ended: [index] };
      const isOverturned = said.answer === 'appeal-decided' && said.result === 'overturned';
      return { said: [], ended: isOverturned ? [index] : [] };
    }
    case 'referral.finding-recorded': {
      const { item: index, location, finding, at } = body.data;
      const item = thing(location);
      const found = { ...line(MAX_ITEMS + index, 'STATED', item, item, at), property: 'availability', value: finding };
      return { said: [found], ended: [] };
    }
    case 'removal.reported': {
      const item = thing(body.data.item.location);
      return { said: outcome(0, item, item, body.data.outcome), ended: [] };
    }
    case 'removal.corrected': {
      const item = thing(body.data.item!.location);
      return { said: outcome(0, item, item, body.data.outcome), ended: [0] };
    }
    case 'removal.appeal-decided':
      return { said: [], ended: body.data.result === 'overturned' ? [0] : [] };
    default:
      return { said: [], ended: [] };
  }
}

function referralThing(referral: string): Thing {
  return thing({ kind: 'referral', key: `breakwater:referral/${referral}` });
}

function sameThing(one: EntityRef, other: EntityRef): boolean {
  return one.kind === other.kind && one.key === other.key;
}
