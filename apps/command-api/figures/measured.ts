import type { Viewer } from '#access';
import { caseTime, type FactsAsked } from '#casework';
import { spanOf, Refusal } from '#events';
import type { LogReads } from '#event-log';
import type { CountedQuery } from './figures-query.js';

/** Most facts that one answer counts: more would take longer than an answer may. */
const MOST_FACTS = 200_000;

/** After this long no transaction is open any more that could still add to what was recorded before (the server ends it). */
const SETTLED_AFTER_MS = 60_000;

export interface Measured {
  /** Whose record is counted. */
  side: 'agency' | 'platform';
  /** The record as it stood then (ISO 8601, UTC). */
  measuredAt: string;
  /** Acts of the last minute may still be added to it: asked again later for the same time, it may say more. */
  provisional: boolean;
}

/** Which facts are asked for, from the caller's own record: what they may not see is left out before anything is counted. */
export async function measured(
  read: Pick<LogReads, 'query'>,
  viewer: Viewer,
  audiences: readonly number[],
  { from, to, measuredAt, platform, theme, itemKind, language, territory }: CountedQuery,
): Promise<{ asked: FactsAsked; measured: Measured }> {
  refuseNoDates({ from, to, measuredAt });
  const now = await caseTime(read);
  const at = measuredAt === undefined ? now : new Date(measuredAt);
  if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to))
    throw refused('/to', 'period.reversed', 'The period ends before it begins: to lies at or before from.');
  if (at > now)
    throw refused('/measuredAt', 'figures.not-yet', 'That time is yet to come. Give an earlier one, or none.');
  const side = viewer.roles.includes('platform-moderator') ? 'platform' : 'agency';
  const filters = { from, to, platform, theme, itemKind, language, territory };
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  return {
    asked: {
      ...{ side, organisation: viewer.organisation, audiences, measuredAt: at.toISOString(), limit: MOST_FACTS },
      ...given,
    },
    measured: {
      side,
      measuredAt: at.toISOString(),
      provisional: now.getTime() - at.getTime() < SETTLED_AFTER_MS,
    },
  };
}

function refuseNoDates(times: Record<string, string | undefined>): void {
  for (const [name, time] of Object.entries(times))
    if (time !== undefined && spanOf(time) === undefined)
      throw refused(`/${name}`, 'time.invalid', 'That is no date of the calendar.');
}

/** @throws Refusal rather than counting a part as the whole */
export function refuseTooMany(found: number): void {
  if (found > MOST_FACTS)
    throw refused('/from', 'figures.too-many', `More than ${MOST_FACTS} items. Narrow the period, or filter.`);
}

function refused(pointer: string, code: string, detail: string): Refusal {
  return new Refusal('InvalidInput', code, detail, [{ pointer, code, detail }]);
}
