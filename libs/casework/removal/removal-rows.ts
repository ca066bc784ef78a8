import type { EntityIdOf } from '../case-act.js';
import { PRIORITIES, priorityOf } from './priority.js';
import type { KnownRemoval } from './state.js';

const NEVER = 'infinity';

/** Removals as their table keeps them, column by column: all of it follows from their streams. */
export function removalRows(states: readonly KnownRemoval[], entityIdOf: EntityIdOf): unknown[][] {
  return [
    states.map(({ removal }) => removal),
    states.map(({ platform }) => platform),
    states.map(({ item: { location } }) => entityIdOf(location.kind, location.key)),
    states.map(({ item }) => item.kind),
    states.map(({ status }) => status),
    states.map(rankOf),
    states.map(({ since }) => since),
    states.map(dueOf),
    states.map(({ acknowledgedAt }) => acknowledgedAt ?? null),
    states.map(({ decision }) => decision?.at ?? null),
    states.map(({ decision }) => decision?.outcome.result ?? null),
    states.map(({ decision }) => decision?.outcome.effect ?? null),
    states.map(({ decision }) => decision?.appeal ?? 'none'),
    states.map(({ decision }) => decision?.batch ?? null),
    states.map(({ undoneBatch }) => undoneBatch ?? null),
  ];
}

/** The first of all who ask decides what comes first. */
function rankOf({ requests }: KnownRemoval): number {
  return Math.min(PRIORITIES.length - 1, ...requests.map((request) => PRIORITIES.indexOf(priorityOf(request))));
}

function dueOf({ requests }: KnownRemoval): string {
  return requests.flatMap(({ dueAt }) => dueAt ?? []).sort()[0] ?? NEVER;
}

/** Who asks for what: the one place where both sides' records meet. */
export function requestRows(states: readonly KnownRemoval[]): unknown[][] {
  const rows = states.flatMap(({ removal, requests }) => requests.map((request) => ({ removal, ...request })));
  return [
    rows.map(({ removal }) => removal),
    rows.map(({ referral }) => referral),
    rows.map(({ item }) => item),
    rows.map(({ organisation }) => organisation),
    rows.map(({ instrument }) => instrument),
    rows.map(({ theme }) => theme),
    rows.map(({ receivedAt }) => receivedAt),
    rows.map(({ dueAt }) => dueAt ?? NEVER),
  ];
}
