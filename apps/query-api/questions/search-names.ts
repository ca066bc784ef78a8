import { ENTITY_LABELS, type EntityKind, type RelationType } from '#events';
import { ALIKE_IN_TEN, leastShared, similarity, tellingTrigrams, trigramsOf } from '#identifiers';
import {
  holdsIn,
  stands,
  type Fetch,
  type Sight,
  type Validity,
  type WorldEntity,
  type WorldStatement,
} from '../reading/fetch.js';
import { byText, labelsOf, rowOf } from '../reading/statement-row.js';
import { corroborationOf, type Corroboration } from '../reading/statement-view.js';

/**
 * Names that are alike, and who carries a name or a handle. An index of trigrams gives the candidates, all of them; what counts
 * is worked out exactly, of those alone that somebody visibly carries, before anything is cut.
 */

/** Of the carriers, by kind; `null` takes all. */
export type Wanted = Validity & { labels: string[] | null };

export function labelsFor(kinds: readonly EntityKind[] | undefined): string[] | null {
  return kinds === undefined ? null : kinds.map((kind) => ENTITY_LABELS[kind]);
}

type NameParams = Wanted & {
  /** Each name that is alike has one of these. */
  telling: string[];
  trigrams: string[];
  /** Trigrams that a name must share at least. */
  least: number;
  /** Names that are looked at anyway. */
  except: string[];
  /** Where the page begins: the last name of the page before, which may have further carriers. */
  below: number;
  fromId: string;
  limit: number;
};

export interface NameRow {
  id: string;
  similarity: number;
}

/** What is asked of the index for a name; undefined where it has no letter and no digit. */
export function alikeTo(name: string): Pick<NameParams, 'telling' | 'trigrams' | 'least'> | undefined {
  const trigrams = trigramsOf(name);
  if (trigrams.length === 0) return undefined;
  return { telling: tellingTrigrams(trigrams), trigrams, least: leastShared(trigrams) };
}

export const NAMES: Fetch<NameParams, NameRow> = {
  name: 'search.names',
  cypher: `
    UNWIND $telling AS three
    MATCH (n:Name)
    WHERE n.words CONTAINS three
    WITH DISTINCT n
    WITH n, n.words AS words
    WITH n, words, size([three IN $trigrams WHERE words CONTAINS three]) AS shared
    WHERE shared >= $least AND NOT n.id IN $except
    WITH n, shared, size($trigrams) - shared + COUNT {
      UNWIND range(0, size(words) - 3) AS at
      WITH DISTINCT substring(words, at, 3) AS three
      WHERE NOT three ENDS WITH '  '
      RETURN three
    } AS either
    WHERE 10 * shared >= 3 * either
    WITH n, toFloat(shared) / either AS similarity
    WHERE (similarity < $below OR (similarity = $below AND n.id >= $fromId))
      AND EXISTS {
        MATCH (n)<-[r:HAS_NAME]-(e:Entity)
        WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
          AND NOT r.pos IN $leftOut
          AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
          AND ($labels IS NULL OR any(label IN labels(e) WHERE label IN $labels))
      }
    RETURN n.id AS id, similarity
    ORDER BY similarity DESC, id LIMIT $limit`,
  meaning: (world, params) => {
    const names = new Map(
      world
        .filter(
          (one) => one.relation === 'HAS_NAME' && isCarried(one, params) && !params.except.includes(one.object.id),
        )
        .map(({ object }): [string, string] => [object.id, object.key]),
    );
    return [...names]
      .map(([id, key]) => ({ id, similarity: similarity(params.trigrams, trigramsOf(key)) }))
      .filter(({ similarity }) => similarity >= ALIKE_IN_TEN / 10)
      .sort((one, other) => other.similarity - one.similarity || byText(one.id, other.id))
      .filter(({ id, similarity }) => similarity < params.below || (similarity === params.below && id >= params.fromId))
      .slice(0, params.limit);
  },
  warmUp: {
    telling: ['non'],
    trigrams: ['non'],
    least: 1,
    except: ['none'],
    below: 2,
    fromId: '',
    labels: ['Account'],
    limit: 1,
    validStart: 0,
    validEnd: 1,
  },
};

type CarrierParams = Wanted & {
  /** Names and handles, in the order of the answer. */
  ids: string[];
  /** Of the first of them: the last carrier of the page before. */
  afterId: string;
  limit: number;
};

/** Somebody who carries one of the names or handles, with what is said of that. */
export interface CarrierRow extends Corroboration {
  /** Place in `ids`. */
  at: number;
  id: string;
  key: string;
  labels: string[];
  named: string;
  namedKey: string;
  namedLabels: string[];
  relations: RelationType[];
  orgs: number[];
  newest: number;
  from: number | null;
  to: number | null;
}

export const CARRIERS: Fetch<CarrierParams, CarrierRow> = {
  name: 'search.carriers',
  cypher: `
    UNWIND range(0, size($ids) - 1) AS at
    MATCH (n:Entity {id: $ids[at]})<-[r:HAS_NAME|HAS_HANDLE]-(e:Entity)
    WHERE r.aud IN $audiences AND r.pos <= $position AND (r.gone IS NULL OR r.gone > $position)
      AND NOT r.pos IN $leftOut
      AND (r.from IS NULL OR r.from < $validEnd) AND (r.to IS NULL OR r.to > $validStart)
      AND ($labels IS NULL OR any(label IN labels(e) WHERE label IN $labels))
      AND (at > 0 OR e.id > $afterId)
    WITH DISTINCT at, n, e
    ORDER BY at, e.id LIMIT $limit
    MATCH (n)<-[s:HAS_NAME|HAS_HANDLE]-(e)
    WHERE s.aud IN $audiences AND s.pos <= $position AND (s.gone IS NULL OR s.gone > $position)
      AND NOT s.pos IN $leftOut
      AND (s.from IS NULL OR s.from < $validEnd) AND (s.to IS NULL OR s.to > $validStart)
    WITH at, n, e, count(s) AS statements, count(DISTINCT s.org) AS organisations,
      count(DISTINCT s.src) AS independentOrigins, count(s) - count(s.src) AS withoutOrigin,
      collect(DISTINCT type(s)) AS relations, collect(DISTINCT s.org) AS orgs,
      max(s.pos) AS newest, min(s.from) AS from, max(s.to) AS to
    RETURN at, e.id AS id, e.key AS key, labels(e) AS labels, n.id AS named, n.key AS namedKey, labels(n) AS namedLabels,
      statements, organisations, independentOrigins, withoutOrigin, relations, orgs, newest, from, to
    ORDER BY at, id`,
  meaning: (world, params) =>
    params.ids
      .flatMap((named, at) => {
        const said = world.filter((one) => one.object.id === named && isCarried(one, params));
        const carriers = new Map(said.map(({ subject }) => [subject.id, subject]));
        return [...carriers.values()]
          .filter(({ id }) => at > 0 || id > params.afterId)
          .sort((one, other) => byText(one.id, other.id))
          .map((carrier) =>
            carrierRow(
              at,
              carrier,
              said.filter(({ subject }) => subject.id === carrier.id),
            ),
          );
      })
      .slice(0, params.limit),
  warmUp: { ids: ['none'], afterId: '', limit: 1, labels: ['Account'], validStart: 0, validEnd: 1 },
};

function isCarried(one: WorldStatement, params: Wanted & Sight): boolean {
  return (
    (one.relation === 'HAS_NAME' || one.relation === 'HAS_HANDLE') &&
    stands(one, params) &&
    holdsIn(one, params) &&
    (params.labels === null || params.labels.includes(one.subject.label))
  );
}

function carrierRow(at: number, carrier: WorldEntity, said: readonly WorldStatement[]): CarrierRow {
  const named = said[0]!.object;
  const froms = said.flatMap(({ from }) => from ?? []);
  const tos = said.flatMap(({ to }) => to ?? []);
  return {
    at,
    id: carrier.id,
    key: carrier.key,
    labels: labelsOf(carrier),
    named: named.id,
    namedKey: named.key,
    namedLabels: labelsOf(named),
    ...corroborationOf(said.map((one) => rowOf(one, carrier.id))),
    relations: [...new Set(said.map(({ relation }) => relation))],
    orgs: [...new Set(said.map(({ org }) => org))],
    newest: Math.max(...said.map(({ pos }) => pos)),
    from: froms.length === 0 ? null : Math.min(...froms),
    to: tos.length === 0 ? null : Math.max(...tos),
  };
}
