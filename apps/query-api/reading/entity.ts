import { ENTITY_LABELS, type EntityKind } from '#events';
import { stands, type Fetch, type Reader, type WorldStatement } from './fetch.js';
import { labelsOf, touches } from './statement-row.js';
import type { Reading } from '../terms/seed.js';

/** An entity in an answer. Its key is told only because a visible statement names it. */
export interface Entity {
  id: string;
  kind: EntityKind;
  key: string;
}

const KINDS = new Map<string, EntityKind>(
  (Object.keys(ENTITY_LABELS) as EntityKind[]).map((kind) => [ENTITY_LABELS[kind], kind]),
);

/** Kind of an entity from the labels of its node. A label that this build does not know is a newer build's: a defect here. */
export function entityOf(id: string, key: string, labels: readonly string[]): Entity {
  const kind = labels.map((label) => KINDS.get(label)).find((known) => known !== undefined);
  if (kind === undefined) throw new Error(`the node of entity ${id} carries no label of a known kind`);
  return { id, kind, key };
}

interface Located {
  id: string;
  key: string;
  labels: string[];
}

/** Which of the entities have at least one statement that stands for this viewer; the others do not exist for them. */
export const PRESENT: Fetch<{ ids: string[] }, Located> = {
  name: 'present',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})
    WHERE EXISTS {
      MATCH (e)-[r]-(:Entity)
      WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
        AND NOT r.pos IN $leftOut
    }
    RETURN e.id AS id, e.key AS key, labels(e) AS labels, id(e) AS node
    ORDER BY id`,
  meaning: (world, { ids, ...sight }) =>
    [...new Set(ids)].sort().flatMap((id) => {
      const seen = world.find((statement) => touches(statement, id) && stands(statement, sight));
      return seen === undefined ? [] : [located(seen, id)];
    }),
  warmUp: { ids: ['none'] },
};

function located({ subject, object }: WorldStatement, id: string): Located {
  const entity = subject.id === id ? subject : object;
  return { id, key: entity.key, labels: labelsOf(entity) };
}

/** The readings that exist for this viewer, the likeliest first. */
export async function locate(reader: Reader, readings: readonly Reading[]): Promise<Entity[]> {
  const rows = await reader.rows(PRESENT, { ids: [...new Set(readings.map(({ id }) => id))] });
  const found = new Map(rows.map((row) => [row.id, entityOf(row.id, row.key, row.labels)]));
  return readings.flatMap(({ id }) => found.get(id) ?? []).filter((one, at, all) => all.indexOf(one) === at);
}
