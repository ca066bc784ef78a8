import type { CypherValue } from './fetch.js';

/**
 * From so many audiences on it is cheaper to ask first which of them occur where the question looks, and to send those only:
 * sending ten thousand costs more than the question does, and looking costs one round trip.
 */
export const MANY_AUDIENCES = 2_000;

/**
 * Markings of everything said about some entities, whoever may see it. Nothing of this reaches an answer: it only takes from the
 * audiences that the viewer may see those away that do not occur, and every relationship is then held against what is left.
 */
export const OCCURRING = {
  name: 'occurring-audiences',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r]-(:Entity)
    RETURN collect(DISTINCT r.aud) AS audiences`,
  warmUp: { ids: ['none'] },
};

/** Parameters of the fetches that name the entities which each relationship of the Cypher touches. */
const PLACES = ['id', 'ids', 'frontier', 'ones', 'page'];

/** Where a fetch looks; undefined where its parameters do not say so, and then all audiences are sent. */
export function placesOf(params: Record<string, CypherValue>): string[] | undefined {
  const given = PLACES.flatMap((name) => (params[name] === undefined ? [] : [params[name]]));
  const [places] = given;
  if (given.length !== 1 || places === null) return undefined;
  return [places].flat().map(String);
}
