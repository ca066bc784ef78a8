import { networkEntity, type FeedFilter } from '#events';
import { entityToken, type Facts } from './facts.js';

/** Whether a filter can be decided by the type of an event alone. */
export function needsFacts({ themes, platforms, territories, networks }: FeedFilter): boolean {
  return [themes, platforms, territories, networks].some((list) => list !== undefined);
}

/** Whether a filter lets a type through; a list that is absent limits nothing. */
export function passesType({ types }: FeedFilter, type: string): boolean {
  return types === undefined || types.includes(type);
}

/**
 * Whether what an event says passes a filter. An event without any theme, platform, territory or entity does not pass a list of
 * such. `belongsTo` tells whether an entity belongs to a network by a membership that this subscriber may see.
 */
export function passesFacts(
  { themes, platforms, territories, networks }: FeedFilter,
  facts: Facts,
  belongsTo: (entity: string, network: string) => boolean,
): boolean {
  return (
    passes(themes, facts.themes) &&
    passes(platforms, facts.platforms) &&
    passes(territories, facts.territories) &&
    (networks === undefined || networks.some((network) => isOf(network, facts, belongsTo)))
  );
}

function passes(list: readonly string[] | undefined, said: readonly string[]): boolean {
  return list === undefined || said.some((one) => list.includes(one));
}

/** Of the network are its members, and what is said of the network itself. */
function isOf(id: string, { entities }: Facts, belongsTo: (entity: string, network: string) => boolean): boolean {
  const network = entityToken(networkEntity(id));
  return entities.map(entityToken).some((entity) => entity === network || belongsTo(entity, network));
}
