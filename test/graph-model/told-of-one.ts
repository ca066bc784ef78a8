/** What the clerk tells of one thing: its card, its timeline, who stands next to it, and what a list of identifiers hits. */
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import type { Clerk } from './clerk.js';
import type { Line, Thing } from './lines.js';
import { told } from './periods.js';

const NAMES = new Map<string, string>(
  Object.values(ORGANISATIONS).map(({ organisation, name }) => [organisation, name]),
);

export const nobody = { truncated: false, found: false, understoodAs: [] };

export function touching(lines: readonly Line[], id: string): Line[] {
  return lines.filter(({ from, to }) => from.id === id || to.id === id).sort(newestFirst);
}

export function newestFirst(one: Line, other: Line): number {
  return other.said - one.said || one.index - other.index;
}

export function thingOf(lines: readonly Line[], id: string): Thing | undefined {
  return lines.flatMap(({ from, to }) => [from, to]).find((each) => each.id === id);
}

export function otherOf({ from, to }: Line, id: string): Thing {
  return from.id === id ? to : from;
}

/** Seen from one of its ends. */
export function directionFrom({ from }: Line, id: string): 'outgoing' | 'incoming' {
  return from.id === id ? 'outgoing' : 'incoming';
}

/** With its provenance; origins by their names, which whoever compares numbers as they come. */
export function statement(line: Line, clerk: Clerk): object {
  const { assertion, index, organisation, kind, grading, said, confidence, count, category, role, origin } = line;
  return present({
    assertion,
    index,
    organisation: NAMES.get(organisation),
    kind,
    grading,
    ...told(line),
    recorded: clerk.recorded[said - 1],
    confidence,
    count,
    category,
    role,
    origin,
  });
}

export function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export function corroboration(lines: readonly Line[]): object {
  const origins = lines.flatMap(({ origin }) => origin ?? []);
  return {
    statements: lines.length,
    organisations: new Set(lines.map(({ organisation }) => organisation)).size,
    independentOrigins: new Set(origins).size,
    withoutOrigin: lines.length - origins.length,
  };
}

/** Lines that are alike by a text, in the order in which the first of each comes. */
export function alike(lines: readonly Line[], by: (line: Line) => string): Line[][] {
  const groups: Record<string, Line[]> = {};
  const order: string[] = [];
  for (const line of lines) {
    const text = by(line);
    if (groups[text] === undefined) {
      groups[text] = [];
      order.push(text);
    }
    groups[text].push(line);
  }
  return order.map((text) => groups[text]!);
}

export function card(lines: readonly Line[], id: string, clerk: Clerk, passing: readonly Line[]): object {
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const said = touching(passing, id);
  const totals = alike(said, (line) => `${line.relation} ${directionFrom(line, id)}`).map((group) => ({
    relation: group[0]!.relation,
    direction: directionFrom(group[0]!, id),
    statements: group.length,
  }));
  return {
    truncated: false,
    found: true,
    entity,
    alsoFound: [],
    claims: claims(said, id, clerk),
    totals: totals.sort((one, other) =>
      `${one.relation} ${other.direction}` < `${other.relation} ${one.direction}` ? -1 : 1,
    ),
  };
}

/** What is claimed of it, each with everything that says so. */
export function claims(said: readonly Line[], id: string, clerk: Clerk): object[] {
  const claim = (line: Line): unknown[] => {
    const { relation, property, value, unit } = line;
    return [relation, directionFrom(line, id), otherOf(line, id).id, property, value, unit];
  };
  return alike(said, (line) => JSON.stringify(claim(line))).map((group) => {
    const [first] = group as [Line];
    const { relation, property, value, unit } = first;
    const other = relation === 'STATED' ? undefined : otherOf(first, id);
    return {
      ...present({ relation, direction: directionFrom(first, id), other, property, value, unit }),
      corroboration: corroboration(group),
      statements: group.map((line) => statement(line, clerk)),
    };
  });
}

export function timeline(lines: readonly Line[], id: string, clerk: Clerk, passing: readonly Line[]): object {
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const when = ({ begins, ends }: Line): number => begins ?? ends ?? Infinity;
  const inOrder = (one: Line, other: Line): number =>
    when(one) === when(other) ? one.said - other.said || one.index - other.index : when(one) - when(other);
  return {
    truncated: false,
    found: true,
    entity,
    alsoFound: [],
    entries: touching(passing, id)
      .sort(inOrder)
      .map((line) => {
        const { relation, property, value, unit } = line;
        const other = relation === 'STATED' ? undefined : otherOf(line, id);
        const direction = directionFrom(line, id);
        return present({ relation, direction, other, property, value, unit, statement: statement(line, clerk) });
      }),
  };
}

export function neighbours(lines: readonly Line[], id: string, clerk: Clerk, passing: readonly Line[]): object {
  const entity = thingOf(lines, id);
  if (entity === undefined) return nobody;
  const joining = touching(passing, id).filter(({ from, to }) => from.id !== to.id);
  const others = alike(joining, (line) => otherOf(line, id).id);
  others.sort(([one], [other]) => other!.said - one!.said || (otherOf(one!, id).id < otherOf(other!, id).id ? -1 : 1));
  return {
    truncated: false,
    found: true,
    entity,
    alsoFound: [],
    neighbours: others.map((group) => ({
      entity: otherOf(group[0]!, id),
      links: alike(group, (line) => `${line.relation} ${directionFrom(line, id)}`)
        .sort(([one], [other]) => other!.said - one!.said || (linkText(one!, id) < linkText(other!, id) ? -1 : 1))
        .map((same) => joined(same, id, clerk)),
    })),
  };
}

function linkText(line: Line, id: string): string {
  return `${line.relation} ${directionFrom(line, id)}`;
}

function joined(same: readonly Line[], id: string, clerk: Clerk): object {
  const [newest] = same as [Line];
  const counts = same.flatMap(({ count }) => count ?? []);
  const categories = [...new Set(same.flatMap(({ category }) => category ?? []))];
  const gradings = same.map(({ kind, grading }) => JSON.stringify(present({ kind, grading })));
  return present({
    relation: newest.relation,
    direction: directionFrom(newest, id),
    corroboration: corroboration(same),
    organisations: [...new Set(same.map(({ organisation }) => NAMES.get(organisation)))],
    gradings: [...new Set(gradings)].map((text) => JSON.parse(text) as object),
    categories: categories.length === 0 ? undefined : categories,
    ...told(span(same)),
    recorded: clerk.recorded[newest.said - 1],
    count: counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0),
  });
}

function span(lines: readonly Line[]): { begins?: number; ends?: number } {
  const begins = lines.flatMap((line) => line.begins ?? []);
  const ends = lines.flatMap((line) => line.ends ?? []);
  return {
    ...(begins.length === 0 ? {} : { begins: Math.min(...begins) }),
    ...(ends.length === 0 ? {} : { ends: Math.max(...ends) }),
  };
}

/** How well lines support what they say together. */
export function carried(said: readonly Line[], clerk: Clerk): object {
  return {
    ...corroboration(said),
    relations: [...new Set(said.map(({ relation }) => relation))].sort(),
    said: [...new Set(said.map(({ organisation }) => NAMES.get(organisation)))].sort(),
    ...told(span(said)),
    recorded: clerk.recorded[Math.max(...said.map((line) => line.said)) - 1],
  };
}

/** `listed`: what was sent, and the thing that it names. */
export function listed(lines: readonly Line[], asked: readonly { value: string; id: string }[], clerk: Clerk): object {
  const rows = asked.map(({ value, id }, place) => {
    const said = touching(lines, id);
    if (said.length === 0) return { row: place + 1, value, outcome: 'no-hit' };
    return {
      row: place + 1,
      value,
      outcome: 'hit',
      hits: [
        {
          entity: thingOf(lines, id),
          ...carried(said, clerk),
        },
      ],
    };
  });
  const hits = rows.filter(({ outcome }) => outcome === 'hit').length;
  return { truncated: false, summary: { rows: rows.length, hits, noHits: rows.length - hits, notUnderstood: 0 }, rows };
}
