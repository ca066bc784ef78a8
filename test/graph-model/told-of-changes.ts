/** What the clerk tells that changed around somebody: recorded, taken back, graded anew. */
import type { Clerk, Eyes } from './clerk.js';
import type { Line, Thing } from './lines.js';
import { touchesPeriod } from './clerk.js';
import { directionFrom, nobody, otherOf, present, statement, thingOf } from './told-of-one.js';

interface Change {
  change: 'recorded' | 'withdrawn' | 'graded-anew';
  at: number;
  line: Line;
  of: Thing;
  graded?: object;
}

/** From what was known after `since` events up to what the eyes know. */
export function changes(id: string, clerk: Clerk, { valid, ...eyes }: Eyes, since: number): object {
  const lines = clerk.seenSince(eyes, since);
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const then = lines.filter((line) => valid === undefined || touchesPeriod(line, valid));
  const beside = then
    .filter(({ from, to }) => (from.id === id) !== (to.id === id))
    .map((line) => otherOf(line, id))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const found = then.flatMap((line) => {
    const of = [entity, ...beside].find((one) => one.id === line.from.id || one.id === line.to.id);
    return of === undefined ? [] : changesOf(line, since, eyes.known).map((change) => ({ ...change, line, of }));
  });
  const count = (change: Change['change']): number => found.filter((one) => one.change === change).length;
  return {
    truncated: false,
    found: true,
    entity,
    alsoFound: [],
    changes: found.sort(newestFirst).map((one) => toldOf(one, clerk, eyes.known)),
    totals: { recorded: count('recorded'), withdrawn: count('withdrawn'), gradedAnew: count('graded-anew') },
  };
}

function changesOf(line: Line, since: number, known: number): Pick<Change, 'change' | 'at' | 'graded'>[] {
  const found: Pick<Change, 'change' | 'at' | 'graded'>[] = [];
  if (line.said > since) found.push({ change: 'recorded', at: line.said });
  let before = present({ kind: line.kind, grading: line.grading });
  for (const { since: at, kind, grading } of line.regradings) {
    if (at > known) break;
    const after = present({ kind, grading });
    if (at > since && JSON.stringify(after) !== JSON.stringify(before))
      found.push({ change: 'graded-anew', at, graded: { before, after } });
    before = after;
  }
  if (line.ended !== undefined && line.ended <= known) found.push({ change: 'withdrawn', at: line.ended });
  return found;
}

function newestFirst(one: Change, other: Change): number {
  return (
    other.at - one.at ||
    other.line.said - one.line.said ||
    one.line.index - other.line.index ||
    (one.change < other.change ? -1 : 1)
  );
}

function toldOf({ change, at, line, of, graded }: Change, clerk: Clerk, known: number): object {
  const { relation, property, value, unit } = line;
  const other = relation === 'STATED' ? undefined : otherOf(line, of.id);
  const now = { ...line, ...line.regradings.filter(({ since }) => since <= known).at(-1) };
  return present({
    ...{ change, at: clerk.recorded[at - 1], of, relation, direction: directionFrom(line, of.id) },
    ...{ other, property, value, unit, statement: statement(now, clerk), graded },
  });
}
