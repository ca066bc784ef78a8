import type { Marking } from '#events';
import type { MarkingSource } from './audiences.js';

/** Markings of events as they are just now: those of their streams after any regrade. Unknown ids are absent. */
export async function markingsInForce(source: MarkingSource, events: readonly string[]): Promise<Map<string, Marking>> {
  if (events.length === 0) return new Map();
  const rows = await source.query<{ id: string; marking: Marking }>(
    // A look-up for each event: a plan made while the log was small would scan it for ever.
    `SELECT asked.id, known.marking
     FROM unnest($1::uuid[]) AS asked (id), LATERAL (
       SELECT m.marking FROM events e
       JOIN markings m ON m.audience = coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = e.stream), e.audience)
       WHERE e.id = asked.id LIMIT 1
     ) AS known`,
    [[...new Set(events)]],
  );
  return new Map(rows.map(({ id, marking }) => [id, marking]));
}
