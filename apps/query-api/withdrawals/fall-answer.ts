import type { RelationType } from '#events';
import { entityOf, type Entity } from '../reading/entity.js';
import type { StatementRow } from '../reading/statement-row.js';
import {
  corroborationOf,
  OriginNumbers,
  viewOf,
  type Corroboration,
  type Sources,
  type StatementView,
} from '../reading/statement-view.js';
import { claimKey } from '../questions/card-totals.js';
import type { ClusterAfterwards } from './cluster-without.js';
import type { SupportRow } from './fall-graph.js';

/** What the answer about the withdrawal of a source says, built from what was drawn. Pure. */

export interface WhatWouldFall {
  /** Whether the viewer may see anything that goes back to the source. */
  found: boolean;
  /** Over all pages. */
  totals?: FallTotals;
  /** What goes back to the source first, then what rests on that; the newest first. */
  falls?: Falling[];
  /** On the first page, where a seed was given. */
  cluster?: ClusterAfterwards;
  /** More goes back to the source, or rests on it, than is looked at. */
  boundedBy?: ('statements' | 'resting')[];
}

export interface FallTotals {
  /** Statements that go back to the source, and those that rest on them. */
  statements: number;
  resting: number;
  /** What they claim: without anything left, without a known origin left, and still supported. */
  claims: Record<Loss, number>;
}

/** What a claim loses: everything said of it, its last independent origin, or some support only. */
export type Loss = 'everything' | 'last-origin' | 'some-support';

export interface Falling {
  because: 'goes-back-to-it' | 'rests-on-it';
  /** Assertions of this answer that it rests on. */
  restsOn?: string[];
  subject: Entity;
  relation: RelationType;
  other?: Entity;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  statement: StatementView;
  /** Support of the claim now, and without all that would fall. */
  corroboration: Corroboration;
  afterwards: Corroboration;
  loses: Loss;
}

/** A statement that would fall. */
export interface Fallen {
  row: StatementRow;
  subject: Entity;
  because: Falling['because'];
  restsOn: string[];
}

export interface ClaimAfterwards {
  corroboration: Corroboration;
  afterwards: Corroboration;
  loses: Loss;
}

/** By claim: what supports it now, and what would without the positions gone. `rows` are of the pairs, by their place. */
export function claimsAfterwards(
  fallen: readonly Fallen[],
  pairs: readonly StatementRow[],
  rows: readonly SupportRow[],
  gone: ReadonlySet<number>,
): Map<string, ClaimAfterwards> {
  const support = new Map<string, SupportRow[]>();
  for (const row of rows) {
    const { here, other } = pairs[row.pair]!;
    const key = keyOf(here, { ...row, other });
    support.set(key, [...(support.get(key) ?? []), row]);
  }
  return new Map(
    [...new Set(fallen.map(({ row }) => keyOf(row.here, row)))].map((key) => {
      const said = support.get(key) ?? [];
      const corroboration = corroborationOf(said);
      const afterwards = corroborationOf(said.filter(({ pos }) => !gone.has(pos)));
      return [key, { corroboration, afterwards, loses: lossOf(corroboration, afterwards) }];
    }),
  );
}

function keyOf(here: string, row: Pick<StatementRow, 'relation' | 'other' | 'prop' | 'val' | 'unit'>): string {
  return `${here} ${claimKey({ ...row, outgoing: true })}`;
}

function lossOf(now: Corroboration, afterwards: Corroboration): Loss {
  if (afterwards.statements === 0) return 'everything';
  return now.independentOrigins > 0 && afterwards.independentOrigins === 0 ? 'last-origin' : 'some-support';
}

export function totalsOf(fallen: readonly Fallen[], claims: ReadonlyMap<string, ClaimAfterwards>): FallTotals {
  const all = [...claims.values()];
  const count = (loss: Loss): number => all.filter(({ loses }) => loses === loss).length;
  return {
    statements: fallen.filter(({ because }) => because === 'goes-back-to-it').length,
    resting: fallen.filter(({ because }) => because === 'rests-on-it').length,
    claims: {
      everything: count('everything'),
      'last-origin': count('last-origin'),
      'some-support': count('some-support'),
    },
  };
}

/** Enough to notice that another statement stands there now. */
export function nameOf({ row }: Fallen): string {
  return `${row.relation} ${row.i} ${row.here} ${row.other}`;
}

export function falling(
  { row, subject, because, restsOn }: Fallen,
  claims: ReadonlyMap<string, ClaimAfterwards>,
  sources: Sources,
  origins: OriginNumbers,
): Falling {
  const { relation, other, otherKey, otherLabels, prop, val, unit } = row;
  return {
    because,
    ...(restsOn.length === 0 ? {} : { restsOn }),
    subject,
    relation,
    ...(relation === 'STATED' ? {} : { other: entityOf(other, otherKey, otherLabels) }),
    ...(prop === null ? {} : { property: prop }),
    ...(val === null ? {} : { value: val }),
    ...(unit === null ? {} : { unit }),
    statement: viewOf(row, sources, origins),
    ...claims.get(keyOf(row.here, row))!,
  };
}
