import type { RemovalRequest } from '#events';

/** What comes first in the inbox, whatever was received when: the lower, the sooner. */
export const PRIORITIES = ['threat-to-life', 'one-hour', 'urgent', 'routine'] as const;
export type Priority = (typeof PRIORITIES)[number];

const ONE_HOUR_MS = 3_600_000;

/** How soon a request has to be dealt with, which is another thing than how complete it is. */
export function priorityOf({
  urgency,
  receivedAt,
  dueAt,
}: Pick<RemovalRequest, 'urgency' | 'receivedAt' | 'dueAt'>): Priority {
  if (urgency === 'threat-to-life') return 'threat-to-life';
  if (dueAt !== undefined && Date.parse(dueAt) - Date.parse(receivedAt) <= ONE_HOUR_MS) return 'one-hour';
  return urgency;
}
