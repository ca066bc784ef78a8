import type { Viewer } from '#access';
import { differencesOf, figuresOf, readCounted, readPairs, type Difference, type Figure } from '#casework';
import type { LogReads } from '#event-log';
import type { DifferencesQuery, FiguresQuery } from './figures-query.js';
import { measured, refuseTooMany, type Measured } from './measured.js';

export interface FiguresAnswer extends Measured {
  /** Over all items counted, each once. */
  total: Figure;
  /** One for each group that has an item; empty where nothing was asked to break down by. */
  figures: Figure[];
}

export async function figuresFor(
  read: Pick<LogReads, 'query'>,
  viewer: Viewer,
  audiences: readonly number[],
  query: FiguresQuery,
): Promise<FiguresAnswer> {
  const { asked, measured: terms } = await measured(read, viewer, audiences, query);
  const facts = await readCounted(read, asked);
  refuseTooMany(facts.length);
  const { by = [], interval } = query;
  const [total] = figuresOf(facts, []) as [Figure];
  return { ...terms, total, figures: by.length === 0 ? [] : figuresOf(facts, by, interval) };
}

export interface DifferingCase {
  referral: string;
  /** Place in the referral, from 0. */
  item: number;
  organisation: string;
  platform: string;
  differences: Difference[];
}

export interface DifferencesAnswer extends Measured {
  /** Items of which both records were compared: the denominator. */
  compared: number;
  /** Items whose records differ, over all pages. */
  different: number;
  cases: DifferingCase[];
  truncated: boolean;
  /** The last case of this page, for `after` of the next. */
  after?: string;
}

export async function differencesFor(
  read: Pick<LogReads, 'query'>,
  viewer: Viewer,
  audiences: readonly number[],
  query: DifferencesQuery,
): Promise<DifferencesAnswer> {
  const { asked, measured: terms } = await measured(read, viewer, audiences, query);
  const { compared, pairs } = await readPairs(read, asked);
  refuseTooMany(pairs.length);
  const differing = pairs.flatMap(({ agency, platform }): DifferingCase[] => {
    const { referral = '', item = 0, organisation = '', platform: at = '' } = agency ?? platform ?? {};
    const differences = differencesOf(agency, platform, terms.measuredAt);
    return differences.length === 0 ? [] : [{ referral, item, organisation, platform: at, differences }];
  });
  const rest = differing.filter((each) => query.after === undefined || placeOf(each) > placeAfter(query.after));
  const cases = rest.slice(0, query.limit);
  const last = cases.at(-1);
  const truncated = rest.length > cases.length;
  return {
    ...terms,
    compared,
    different: differing.length,
    cases,
    truncated,
    ...(truncated && last !== undefined ? { after: `${last.referral}:${last.item}` } : {}),
  };
}

/** Sorts as the database sorts them: by referral, then by place. */
function placeOf({ referral, item }: Pick<DifferingCase, 'referral' | 'item'>): string {
  return `${referral}:${String(item).padStart(2, '0')}`;
}

function placeAfter(after: string): string {
  const [referral = '', item = '0'] = after.split(':');
  return placeOf({ referral, item: Number(item) });
}
