import { maySee, type Ancestor, type Viewer } from '#access';
import type { LogReads } from '#event-log';
import { Refusal } from '#events';
import { inForce } from './in-force.js';

/** Most events that one decision looks at. What rests on more is no piece of intelligence but a database. */
export const MAX_ANCESTORS = 1_000;

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

export interface Ancestry {
  /** What was asked for, as far as the caller may see it. */
  items: Ancestor[];
  /** The same, and then what it rests on, the nearest first. */
  ancestors: Ancestor[];
  /** Asked for, and no event that the caller may see. */
  unknown: string[];
}

interface Step {
  id: string;
  /** Originator of what rests on it; absent for what was asked for. */
  from?: string;
}

/**
 * All that some events rest on, through `basis`, with marking and grading in force. The walk ends at what the caller may not
 * see: behind another organisation's word, that organisation answers for it (its marking carries the restrictions, and it
 * needs the consents itself); behind one's own, nobody can, so it is kept in the list, where it bars the act.
 * @throws {@link Refusal} `ancestry.too-large`
 */
export async function ancestryOf(read: Reads, events: readonly string[], by: Viewer): Promise<Ancestry> {
  const found = new Map<string, Ancestor>();
  const items = new Map<string, Ancestor>();
  const unknown: string[] = [];
  const seen = new Set<string>();
  let steps: Step[] = events.map((id) => ({ id }));
  while (steps.length > 0) {
    const known = await inForceNow(
      read,
      steps.map(({ id }) => id),
    );
    const next: Step[] = [];
    for (const { id, from } of steps) {
      const ancestor = known.get(id);
      const visible = ancestor !== undefined && maySee({ ...by, asks: undefined }, ancestor.marking).see;
      if (from === undefined && !visible) unknown.push(id);
      if (ancestor === undefined || (!visible && from !== by.organisation) || found.has(ancestor.event)) continue;
      const { basis, ...one } = ancestor;
      found.set(one.event, one);
      if (from === undefined && visible) items.set(one.event, one);
      if (found.size > MAX_ANCESTORS) throw tooLarge();
      if (visible) next.push(...basis.map((each) => ({ id: each, from: one.marking.originator })));
    }
    // Again where another word leads to it: only behind one's own is what cannot be seen kept.
    steps = next.filter(({ id, from }) => !seen.has(`${id} ${from}`) && seen.add(`${id} ${from}`));
  }
  return { items: [...items.values()], ancestors: [...found.values()], unknown };
}

async function inForceNow(
  read: Reads,
  ids: readonly string[],
): Promise<Map<string, NonNullable<ReturnType<typeof inForce>>>> {
  const rows = await read.query<{ id: string; stream: string }>(
    // A look-up for each event: a plan made while the log was small would scan it for ever.
    `SELECT asked.id, said.stream
       FROM unnest($1::uuid[]) AS asked (id), LATERAL (SELECT e.stream FROM events e WHERE e.id = asked.id LIMIT 1) AS said`,
    [[...new Set(ids)]],
  );
  if (rows.length > MAX_ANCESTORS) throw tooLarge();
  const histories =
    rows.length === 0 ? new Map<string, never[]>() : await read.readStreams(rows.map(({ stream }) => stream));
  return new Map(
    rows.flatMap(({ id, stream }) => {
      const one = inForce(histories.get(stream) ?? [], id);
      return one === undefined ? [] : [[id, one] as const];
    }),
  );
}

function tooLarge(): Refusal {
  return new Refusal(
    'RuleRefused',
    'ancestry.too-large',
    `It rests on more than ${MAX_ANCESTORS} events, which nobody can weigh; choose fewer, or let an analyst assess them first.`,
  );
}
