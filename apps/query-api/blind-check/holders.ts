import type { CypherValue, WorldStatement } from '../reading/fetch.js';

type Params = { ids: string[] };
interface Row {
  aud: number;
}

/**
 * Under which markings something is said of an entity, whoever may see it. The one Cypher that looks past everybody's rights:
 * what it finds never reaches an answer, only the notices of those who said it. A statement's marking names its originator,
 * so nothing else of the statement is read.
 */
export const HOLDINGS = {
  name: 'blind-check.holdings',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[s]-()
    WHERE s.gone IS NULL
    RETURN DISTINCT s.aud AS aud ORDER BY aud`,
  meaning(world: readonly WorldStatement[], { ids }: Params): Row[] {
    const held = world.filter(
      ({ subject, object, gone }) => gone === undefined && (ids.includes(subject.id) || ids.includes(object.id)),
    );
    return [...new Set(held.map(({ aud }) => aud))].sort((a, b) => a - b).map((aud) => ({ aud }));
  },
  warmUp: { ids: [''] } satisfies Record<string, CypherValue>,
} as const;
