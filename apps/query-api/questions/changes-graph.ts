import { holdsIn, type Fetch, type Sight, type Validity, type WorldStatement } from '../reading/fetch.js';
import { byText, labelsOf, rowOf, touches, type StatementRow } from '../reading/statement-row.js';

/**
 * What a comparison of two states of knowledge reads: statements that stood at the earlier position or were recorded since, also
 * where they were withdrawn meanwhile. Who may see them is decided as everywhere, by the marking in force now.
 */
export type Since = { since: number } & Validity;

interface Found {
  id: string;
  key: string;
  labels: string[];
}

/** Which of the entities the viewer would have found at either position, or between them. */
export const PRESENT_SINCE: Fetch<{ ids: string[]; since: number }, Found> = {
  name: 'changes.present',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})
    WHERE EXISTS {
      MATCH (e)-[r]-(:Entity)
      WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $since)
        AND NOT r.pos IN $leftOut
    }
    RETURN e.id AS id, e.key AS key, labels(e) AS labels
    ORDER BY id`,
  meaning: (world, params) =>
    [...new Set(params.ids)].sort(byText).flatMap((id) => {
      const seen = world.find((one) => touches(one, id) && stoodSince(one, params));
      return seen === undefined ? [] : [foundIn(seen, id)];
    }),
  warmUp: { ids: ['none'], since: 0 },
};

/** Who stood next to it then or stands there now, at most so many, by id. */
export const BESIDE: Fetch<{ id: string; limit: number } & Since, Found> = {
  name: 'changes.beside',
  cypher: `
    MATCH (e:Entity {id: $id})-[r]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $since)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
      AND o <> e
    WITH DISTINCT o ORDER BY o.id LIMIT $limit
    RETURN o.id AS id, o.key AS key, labels(o) AS labels
    ORDER BY id`,
  meaning: (world, params) => {
    const rows = world
      .filter((one) => touches(one, params.id) && stoodSince(one, params) && holdsIn(one, params))
      .map((one) => rowOf(one, params.id))
      .filter(({ other }) => other !== params.id)
      .map(({ other, otherKey, otherLabels }): Found => ({ id: other, key: otherKey, labels: otherLabels }));
    return [...new Map(rows.map((row) => [row.id, row])).values()]
      .sort((one, other) => byText(one.id, other.id))
      .slice(0, params.limit);
  },
  warmUp: { id: 'none', limit: 1, since: 0, validStart: 0, validEnd: 1 },
};

/** A statement of which something may have changed. */
export interface ChangedRow extends StatementRow {
  /** Log position of the withdrawal, where it lies in the period. */
  gone: number | null;
  /** The grading that it was recorded with, and later ones up to the end of the period, packed with their positions. */
  first: number | null;
  hows: number[];
}

/** Those with the newest change first. A regrade of the marking alone is no change and is not looked for. */
export const CHANGED: Fetch<{ ids: string[]; limit: number } & Since, ChangedRow> = {
  name: 'changes.changed',
  cypher: `
    UNWIND $ids AS id
    MATCH (e:Entity {id: id})-[r]-(o:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $since)
      AND NOT r.pos IN $leftOut
      AND (r.pos > $since OR r.gone <= $position
        OR any(how IN coalesce(r.hows, []) WHERE how / 4096 > $since AND how / 4096 <= $position))
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
    WITH e, r, o, CASE WHEN r.gone <= $position THEN r.gone END AS gone,
      [how IN coalesce(r.hows, []) WHERE how / 4096 <= $position] AS hows
    WITH e, r, o, gone, hows, coalesce(gone, last(hows) / 4096, r.pos) AS latest
    ORDER BY latest DESC, r.pos DESC, coalesce(r.i, 0), e.id LIMIT $limit
    RETURN type(r) AS relation, e.id AS here, startNode(r) = e AS outgoing,
      o.id AS other, o.key AS otherKey, labels(o) AS otherLabels,
      r.pos AS pos, coalesce(r.i, 0) AS i, r.org AS org, r.src AS src,
      coalesce(last(hows) % 4096, r.how) AS how,
      r.from AS from, r.to AS to, r.conf AS conf, r.n AS n, r.cat AS cat, r.role AS role,
      r.prop AS prop, r.val AS val, r.unit AS unit, gone, r.how AS first, hows`,
  meaning: (world, params) =>
    params.ids
      .flatMap((id) => world.filter((one) => changed(one, id, params)).map((one) => changedRow(one, id, params)))
      .sort(
        (one, other) =>
          latest(other) - latest(one) || other.pos - one.pos || one.i - other.i || byText(one.here, other.here),
      )
      .slice(0, params.limit),
  warmUp: { ids: ['none'], limit: 1, since: 0, validStart: 0, validEnd: 1 },
};

/** Position in the log from which a packed later grading counts. */
export function gradedAt(how: number): number {
  return Math.floor(how / 4096);
}

function changed(one: WorldStatement, id: string, params: Since & Sight): boolean {
  const { since, position } = params;
  return (
    touches(one, id) &&
    stoodSince(one, params) &&
    holdsIn(one, params) &&
    (one.pos > since ||
      (one.gone !== undefined && one.gone <= position) ||
      (one.hows ?? []).some((how) => gradedAt(how) > since && gradedAt(how) <= position))
  );
}

function changedRow(one: WorldStatement, id: string, { position }: Sight): ChangedRow {
  return {
    ...rowOf(one, id),
    gone: one.gone !== undefined && one.gone <= position ? one.gone : null,
    first: one.first ?? null,
    hows: (one.hows ?? []).filter((how) => gradedAt(how) <= position),
  };
}

function latest({ gone, hows, pos }: ChangedRow): number {
  const graded = hows.at(-1);
  return gone ?? (graded === undefined ? pos : gradedAt(graded));
}

function stoodSince({ aud, pos, gone }: WorldStatement, params: { since: number } & Sight): boolean {
  const { audiences, position, leftOut, since } = params;
  return audiences.includes(aud) && pos <= position && (gone === undefined || gone > since) && !leftOut.includes(pos);
}

function foundIn({ subject, object }: WorldStatement, id: string): Found {
  const entity = subject.id === id ? subject : object;
  return { id, key: entity.key, labels: labelsOf(entity) };
}
