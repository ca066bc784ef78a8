import { combineMarkings, maySee, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { Marking } from '#events';
import type { Fault } from '../refusal.js';

/** Markings of the events that assertions rest on. Unknown ids are absent. */
export async function markingsOf(read: LogReads, events: readonly string[]): Promise<Map<string, Marking>> {
  if (events.length === 0) return new Map();
  const rows = await read.query<{ id: string; marking: Marking }>(
    // A look-up for each event: a plan made while the log was small would scan it for ever.
    `SELECT asked.id, known.marking
     FROM unnest($1::uuid[]) AS asked (id), LATERAL (
       SELECT m.marking FROM events e JOIN markings m USING (audience) WHERE e.id = asked.id LIMIT 1
     ) AS known`,
    [[...new Set(events)]],
  );
  return new Map(rows.map(({ id, marking }) => [id, marking]));
}

/**
 * What rests on others carries all their restrictions (R4): whoever may not see one of them may not see this. An event that
 * the caller may not see answers like one that does not exist.
 */
export function basisFaults(
  basis: readonly string[],
  known: ReadonlyMap<string, Marking>,
  marking: Marking,
  viewer: Viewer,
): Fault[] {
  const faults: Fault[] = [];
  const inputs: Marking[] = [];
  basis.forEach((id, index) => {
    const input = known.get(id);
    if (input !== undefined && maySee(viewer, input).see) inputs.push(input);
    else faults.push({ pointer: `/basis/${index}`, code: 'basis.unknown', detail: 'is no event that you may see' });
  });
  if (faults.length > 0 || inputs.length === 0 || !maySee(viewer, marking).see) return faults;
  const strictest = combineMarkings([marking, ...inputs], viewer);
  return isCovered(strictest, marking)
    ? []
    : [
        {
          pointer: '/marking',
          code: 'marking.wider-than-basis',
          detail: `must carry every restriction of what it rests on; at least ${JSON.stringify(strictest)}`,
        },
      ];
}

/** Whether a marking already says all that the strictest combination of it and its basis says. */
function isCovered(strictest: Marking, marking: Marking): boolean {
  const limited = strictest.releasableTo.length > 0;
  // Without a list, AMBER and above stay with the originator anyway; below, everybody would see what the list kept from them.
  if (limited && marking.releasableTo.length === 0 && ['CLEAR', 'GREEN'].includes(marking.tlp)) return false;
  const others = ({ releasableTo, originator }: Marking): string[] =>
    releasableTo.filter((name) => name !== originator);
  return (
    strictest.gsc === marking.gsc &&
    strictest.tlp === marking.tlp &&
    strictest.compartment === marking.compartment &&
    // P permits and restricts nothing.
    includesAll([...marking.handling, 'P'], strictest.handling) &&
    includesAll(marking.conditions, strictest.conditions) &&
    includesAll(others(strictest), others(marking))
  );
}

function includesAll(list: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((one) => list.includes(one));
}
