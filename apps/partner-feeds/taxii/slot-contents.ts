import type { EventLog, LogReads } from '#event-log';
import type { KnownEvent } from '#events';
import { Problem } from '#runtime';
import { partnerEvent } from '../payload/partner-event.js';
import type { Standing } from '../stix/statements.js';
import { stixOf } from '../stix/stix-of.js';
import type { StixDelivery } from '../stix/stix-object.js';

interface EventRow {
  sequence: number;
  body: string;
}

const EVENTS = `
  SELECT s.sequence, (
    SELECT v.body FROM events v WHERE v.seq = (SELECT p.seq FROM log_positions p WHERE p.position = s.position)
  ) AS body
  FROM feed_slots s WHERE s.subscriber = $1 AND s.sequence = ANY ($2::bigint[]) ORDER BY s.sequence`;

/** Events that slots carry or follow from, whoever may read them: for ids and times, and never for what is said. */
export async function eventsOf(
  log: Pick<EventLog, 'decode'>,
  on: Pick<LogReads, 'query'>,
  subscriber: number,
  sequences: readonly number[],
): Promise<Map<number, KnownEvent>> {
  if (sequences.length === 0) return new Map();
  const rows = await on.query<EventRow>(EVENTS, [subscriber, sequences]);
  const decoded = await log.decode(rows);
  return new Map(
    decoded.map((outcome, i) => {
      if ('fault' in outcome)
        throw new Problem(
          'Unavailable',
          'feed.undecodable',
          'An event of this collection cannot be read here just now.',
        );
      return [rows[i]!.sequence, outcome.event];
    }),
  );
}

/** What a regrade regrades: the statements of its stream that stood when it was said. */
export function standingAt(history: readonly KnownEvent[], version: number): Standing | undefined {
  const before = history.filter(({ streamVersion }) => streamVersion <= version);
  const made = before.findLast(({ body }) => body.type === 'assertion.made');
  if (made?.body.type !== 'assertion.made') return undefined;
  const withdrawn = new Set(
    before.flatMap(({ body, streamVersion }) =>
      body.type === 'assertion.withdrawn' && streamVersion > made.streamVersion
        ? body.data.statements.map(({ index }) => index)
        : [],
    ),
  );
  const places = made.body.data.statements.flatMap((_, index) => (withdrawn.has(index) ? [] : [index]));
  return { made: partnerEvent(made, made.marking), places };
}

/** Standing statements of the regrades among some events, by event. */
export async function standingOf(
  streamsOf: (streams: readonly string[]) => Promise<ReadonlyMap<string, KnownEvent[]>>,
  events: readonly KnownEvent[],
): Promise<Map<string, Standing>> {
  const regrades = events.filter(({ body }) => body.type === 'assertion.regraded');
  const histories =
    regrades.length === 0 ? new Map<string, KnownEvent[]>() : await streamsOf(regrades.map(({ stream }) => stream));
  return new Map(
    regrades.flatMap(({ id, stream, streamVersion }) => {
      const standing = standingAt(histories.get(stream) ?? [], streamVersion);
      return standing === undefined ? [] : [[id, standing] as const];
    }),
  );
}

/** The objects of an event, as they are named and dated; under its own marking, which decides nothing here. */
export function objectsOf(event: KnownEvent, standing: ReadonlyMap<string, Standing>): StixDelivery {
  const regraded = standing.get(event.id);
  return stixOf(partnerEvent(event, event.marking), {
    ...(regraded !== undefined && { standing: regraded }),
  });
}
