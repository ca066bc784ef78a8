/** What the clerk copies out into a file: a row for each statement that an answer shows, and none that names a victim or witness. */
import { combineMarkings, printMarking, type Viewer } from '#access';
import type { Clerk } from './clerk.js';
import type { Line, Thing } from './lines.js';
import { otherOf, touching } from './told-of-one.js';

export interface Row {
  relation: string;
  subject: Thing;
  object?: Thing;
  property?: string;
  value?: unknown;
  unit?: string;
  statement: { assertion: string; index: number; category?: string };
  statements: number;
}

interface Claim extends Omit<Row, 'subject' | 'object' | 'statement' | 'statements'> {
  direction: string;
  other?: Thing;
  statements: Row['statement'][];
  corroboration: { statements: number };
}

export interface Told {
  found: boolean;
  truncated: boolean;
  entity?: Thing;
  claims?: Claim[];
  names?: Claim[];
  assessed?: Claim[];
  history?: { change: string; network: Thing; statements: Row['statement'][] }[];
  mergedIn?: { network: Thing }[];
  members?: {
    entity: Thing;
    through?: string;
    links?: Claim[];
    memberships?: { network: string; statement: Row['statement']; endedBy?: Row['statement'][] }[];
  }[];
  conflicts?: { one: string; other: string; statement: Row['statement'] }[];
}

interface Leaving {
  network: string;
  statement: Row['statement'];
}

const PROTECTED = ['victim', 'witness'];

/** `lines`: all that may be seen at that knowledge, of whatever time. */
export function file(told: Told, lines: readonly Line[], clerk: Clerk, viewer: Viewer): object {
  const { found, truncated } = told;
  const all = rowsOf(told);
  const hidden = (one: Thing | undefined): boolean => {
    if (one?.kind !== 'person') return false;
    const is = categoriesOf(one.id, lines);
    return is.length > 0 && is.every((category) => PROTECTED.includes(category));
  };
  const kept = all.filter(
    ({ subject, object, statement }) =>
      !PROTECTED.includes(statement.category ?? '') && !hidden(subject) && !hidden(object),
  );
  const markings = kept.map(({ statement }) => clerk.markingOf(statement));
  return {
    truncated,
    found,
    ...(kept.length === 0 ? {} : { marking: printMarking(combineMarkings(markings, viewer)) }),
    rows: kept.map((row, at) => ({
      ...row,
      statement: { ...row.statement, marking: printMarking(markings[at]!) },
    })),
    leftOut: all.length - kept.length,
  };
}

/** What is said of them in any case; where nothing is, what is said of those whom they are the same as. */
function categoriesOf(id: string, lines: readonly Line[], asked = new Set<string>()): string[] {
  asked.add(id);
  const own = touching(lines, id);
  const said = own.flatMap(({ category }) => category ?? []);
  if (said.length > 0) return said;
  const same = own.filter(
    (line) =>
      line.relation === 'SAME_AS' &&
      !own.some(
        (against) =>
          against.relation === 'NOT_SAME_AS' &&
          against.said >= line.said &&
          otherOf(against, id).id === otherOf(line, id).id,
      ),
  );
  return same.flatMap((line) => {
    const other = otherOf(line, id).id;
    return asked.has(other) ? [] : categoriesOf(other, lines, asked);
  });
}

function rowsOf({ entity, claims = [], names = [], assessed = [], ...rest }: Told): Row[] {
  if (entity === undefined) return [];
  const { history = [], mergedIn = [], members = [], conflicts = [] } = rest;
  const one = (id: string): Thing =>
    [entity, ...mergedIn.map(({ network }) => network), ...members.map((member) => member.entity)].find(
      (each) => each.id === id,
    )!;
  return [
    ...[...claims, ...names, ...assessed].flatMap((claim) => rowsOfClaim(entity, claim.other, claim)),
    ...history.flatMap(({ change, network, statements }) => {
      const relation = ['became-part-of', 'took-in'].includes(change) ? 'PART_OF' : 'SUCCESSOR_OF';
      const own = ['became-part-of', 'succeeded'].includes(change);
      const ends = own ? { subject: entity, object: network } : { subject: network, object: entity };
      return statements.map((statement): Row => ({ relation, ...ends, statement, statements: statements.length }));
    }),
    ...members.flatMap(({ entity: member, through, links = [], memberships = [] }) => [
      ...links.flatMap((link) => rowsOfClaim(member, one(through!), link)),
      ...memberships.map(({ network, statement }): Row => ({
        relation: 'MEMBER_OF',
        subject: member,
        object: one(network),
        statement,
        statements: 1,
      })),
      ...leavings(memberships).map(({ network, statement }): Row => ({
        relation: 'NOT_MEMBER_OF',
        subject: member,
        object: one(network),
        statement,
        statements: 1,
      })),
    ]),
    ...conflicts.map((conflict): Row => {
      const [subject, object] = [one(conflict.one), one(conflict.other)];
      return { relation: 'NOT_SAME_AS', subject, object, statement: conflict.statement, statements: 1 };
    }),
  ];
}

/** Each that somebody left is copied once, however often they had been said to be in it. */
function leavings(memberships: NonNullable<NonNullable<Told['members']>[number]['memberships']>): Leaving[] {
  const copied: Leaving[] = [];
  for (const { network, endedBy = [] } of memberships)
    for (const statement of endedBy)
      if (!copied.some(({ statement: one }) => one.assertion === statement.assertion && one.index === statement.index))
        copied.push({ network, statement });
  return copied;
}

/** Each statement of what is claimed, from whom to whom. */
function rowsOfClaim(here: Thing, there: Thing | undefined, claim: Claim): Row[] {
  const { relation, direction, property, value, unit, statements, corroboration } = claim;
  const ends =
    there === undefined
      ? { subject: here }
      : direction === 'outgoing'
        ? { subject: here, object: there }
        : { subject: there, object: here };
  const stated = {
    ...(property === undefined ? {} : { property }),
    ...(value === undefined ? {} : { value }),
    ...(unit === undefined ? {} : { unit }),
  };
  return statements.map((statement) => ({
    relation,
    ...ends,
    ...stated,
    statement,
    statements: corroboration.statements,
  }));
}
