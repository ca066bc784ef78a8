import {
  carriesRole,
  DEMOTED,
  MAX_TEXT,
  isPersonLink,
  relationAllows,
  spanOf,
  type Decision,
  type EntityKind,
  type EntityRef,
  type LinkStatement,
  type Statement,
  type Fault,
} from '#events';
import { REFUSED_FLAGS, entityRef, type Flag } from '#identifiers';
import { dateFault } from './date-faults.js';
import type { EntityGiven, StatementGiven } from './given.js';

/** What the rules need to know beside what was given. */
export interface RuleContext {
  organisation: string;
  now: Date;
  /** Days within which an uncategorised person link has to be categorised (R10). */
  categoriseWithinDays: number;
  /** What the assertion decides, where it is one of those that do. */
  decision?: Decision | undefined;
  isFact: boolean;
  faults: Fault[];
}

const DAY_MS = 86_400_000;

const WHY: Partial<Record<Flag, string>> = {
  empty: 'names nothing: there is no identifier in it',
  'platform-missing': 'needs its platform: in "platform", as `platform:value`, or as a link',
  'not-a-platform-id': 'is no id of that platform; an account is named by its id, a name by kind "handle"',
  'another-kind': 'is a link to something of another kind; name it by that kind',
};

/** An entity as the log names it. Adds a fault where it does not name its kind, or where a fact rests on a guess. */
export function entityOf(given: EntityGiven, at: string, context: RuleContext): EntityRef {
  const { kind, value, region, platform } = given;
  const { entity, flags } = entityRef(kind, value, {
    ...(region === undefined ? {} : { region }),
    ...(platform === undefined ? {} : { platform }),
    organisation: context.organisation,
  });
  for (const flag of flags) {
    if (!REFUSED_FLAGS.includes(flag)) continue;
    context.faults.push({ pointer: `${at}/value`, code: `identifier.${flag}`, detail: WHY[flag] ?? flag });
  }
  if (context.isFact && flags.includes('region-assumed'))
    context.faults.push({
      pointer: `${at}/region`,
      code: 'identifier.region-assumed',
      detail:
        'a number read in an assumed region is no fact (R32): give it with its country code, or let an assessor say it',
    });
  return entity;
}

/** A statement in the form of the log. Every fault is added; the statement is of use only when there is none. */
export function statementOf(given: StatementGiven, subject: EntityRef, at: string, context: RuleContext): Statement {
  const fault = (field: string, code: string, detail: string): void => {
    context.faults.push({ pointer: `${at}${field}`, code, detail });
  };
  datesOf(given, context.now, fault);
  const { from, to, confidence, count } = given;
  const terms = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(count === undefined ? {} : { count }),
  };
  return given.relation === 'STATED'
    ? { ...literalOf(given, context, fault), ...terms }
    : { ...linkOf(given, subject, at, context, fault), ...terms };
}

type AddFault = (field: string, code: string, detail: string) => void;

function linkOf(
  given: StatementGiven,
  subject: EntityRef,
  at: string,
  context: RuleContext,
  fault: AddFault,
): Statement {
  const relation = given.relation as Exclude<StatementGiven['relation'], 'STATED'>;
  for (const field of ['property', 'value', 'unit'] as const)
    if (given[field] !== undefined)
      fault(`/${field}`, 'statement.literal-in-link', `belongs to a literal (STATED), not to ${relation}`);
  if (given.object === undefined) {
    fault('/object', 'statement.object-missing', `${relation} needs the entity that it leads to`);
    return { relation, object: subject };
  }
  const object = entityOf(given.object, `${at}/object`, context);
  if (!relationAllows(relation, subject.kind, object.kind))
    fault('/relation', 'statement.kinds', `${relation} cannot lead from a ${subject.kind} to a ${object.kind}`);
  else if (object.kind === subject.kind && object.key === subject.key)
    fault('/object', 'statement.self-link', 'is the subject itself');
  const category = categoryOf(given, isPersonLink(relation, subject.kind, object.kind), context, fault);
  return { relation, object, ...category, ...roleOf(given, object.kind, fault) };
}

function roleOf({ relation, role }: StatementGiven, to: EntityKind, fault: AddFault): Pick<LinkStatement, 'role'> {
  if (role === undefined) return {};
  if (!carriesRole(relation, to)) misplacedRole(fault);
  return { role };
}

function misplacedRole(fault: AddFault): void {
  fault('/role', 'statement.role-misplaced', 'belongs to a membership (MEMBER_OF) of a network');
}

/** Never a suspect by default: a link that says nothing of the person is uncategorised, and due (R10). */
function categoryOf(
  given: StatementGiven,
  personLink: boolean,
  { now, categoriseWithinDays }: RuleContext,
  fault: AddFault,
): Pick<LinkStatement, 'category' | 'categoriseBy'> {
  const { category = 'uncategorised' } = given;
  if (!personLink) {
    if (given.category !== undefined)
      fault(
        '/category',
        'statement.category-misplaced',
        'belongs to a link between a person and a case, network or referral',
      );
    return {};
  }
  return category === 'uncategorised'
    ? { category, categoriseBy: new Date(now.getTime() + categoriseWithinDays * DAY_MS).toISOString().slice(0, 10) }
    : { category };
}

function literalOf(given: StatementGiven, { decision }: RuleContext, fault: AddFault): Statement {
  const { property, value, unit } = given;
  if (given.object !== undefined)
    fault('/object', 'statement.object-in-literal', 'a literal (STATED) leads to no entity');
  if (given.category !== undefined)
    fault(
      '/category',
      'statement.category-misplaced',
      'belongs to a link between a person and a case, network or referral',
    );
  if (given.role !== undefined) misplacedRole(fault);
  if (property === undefined || property.trim() === '')
    fault('/property', 'statement.property-missing', 'a literal (STATED) needs the name of what is stated');
  else if (property === DEMOTED && decision?.act !== 'demote')
    fault(
      '/property',
      'statement.property-reserved',
      'is stated by a demotion (POST /v1/demotions) and by nothing else',
    );
  if (value === undefined) fault('/value', 'statement.value-missing', 'a literal (STATED) needs its value');
  else if (!literalFits(value))
    fault(
      '/value',
      'statement.value-bounds',
      `must be a text of 1 to ${MAX_TEXT} characters, a number that a computer keeps exactly, or true or false`,
    );
  return { relation: 'STATED', property: property ?? '', value: value ?? '', ...(unit === undefined ? {} : { unit }) };
}

/** Whole numbers beyond 2^53 would come back as others; 1e400 is read as infinity. */
function literalFits(value: string | number | boolean): boolean {
  if (typeof value === 'string') return value.trim() !== '' && value.length <= MAX_TEXT;
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return true;
}

function datesOf({ from, to }: StatementGiven, now: Date, fault: AddFault): void {
  if (from === undefined && to === undefined) return;
  const begin = from === undefined ? undefined : spanOf(from);
  const end = to === undefined ? undefined : spanOf(to);
  const wrongBegin = from === undefined ? undefined : dateFault(begin, now);
  const wrongEnd = to === undefined ? undefined : dateFault(end, now);
  if (wrongBegin !== undefined) fault('/from', wrongBegin.code, wrongBegin.detail);
  if (wrongEnd !== undefined) fault('/to', wrongEnd.code, wrongEnd.detail);
  if (begin !== undefined && end !== undefined && begin.first > end.last)
    fault('/to', 'statement.dates-reversed', 'must not be before "from"');
}
