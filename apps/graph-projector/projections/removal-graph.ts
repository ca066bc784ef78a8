import type { KnownEvent } from '#events';
import { itemNode, outcomeEnded, outcomeStated, type ItemSaid } from './case-graph.js';
import type { IdOf } from './entity-ids.js';
import { NO_CHANGE, type Projected } from './projected.js';

type Said = Extract<
  KnownEvent['body'],
  { type: 'removal.reported' | 'removal.decided' | 'removal.corrected' | 'removal.appeal-decided' }
>;

/**
 * What a platform lets others see of its own case, under the marking that it gave: removed on its own initiative, from the item to
 * itself. An event that does not name the item is for the platform alone and says nothing in the graph.
 */
export function removalSaid(position: number, event: KnownEvent, { type, data }: Said, idOf: IdOf): Projected {
  if (data.item === undefined) return { change: NO_CHANGE };
  const item = itemNode(data.item.location, idOf);
  const said: ItemSaid = { position, event, by: item, item, place: 0 };
  switch (type) {
    case 'removal.reported':
    case 'removal.decided':
      return { change: { ...NO_CHANGE, statements: outcomeStated(said, data.outcome) } };
    case 'removal.corrected':
      return { change: outcomeEnded(said, outcomeStated(said, data.outcome)) };
    case 'removal.appeal-decided':
      return { change: data.result === 'overturned' ? outcomeEnded(said) : NO_CHANGE };
  }
}
