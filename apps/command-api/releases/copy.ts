import { GSC, TLP, type Ancestor } from '#access';
import {
  bodyOf,
  type EntityRef,
  type EventDraft,
  type KnownEvent,
  type Marking,
  type ReleaseContent,
  type ReleaseForm,
  type ReleasedStatement,
  type Statement,
  type Fault,
} from '#events';

/**
 * The copy that a release hands over: a record of its own, whose basis is the original. It keeps every code of handling and
 * condition of what it rests on, so that who gets it is bound as the giver is; only whom it reaches changes, and that is the
 * decision itself (R4).
 */
export type Original = Extract<KnownEvent, { body: { type: 'assertion.made' } }> & {
  /** Places of the statements that have been taken back since; the others can be copied. */
  ended?: readonly number[];
};

export interface CopyTerms {
  form: ReleaseForm;
  /** All of them where it is left out. */
  statements?: readonly ReleasedStatement[];
  words?: string;
  /** Classification and label of the copy; those of the original where they are left out. */
  gsc?: string;
  tlp?: string;
}

/** Name of the literal in which an agreed form of words stands. */
export const FORM_OF_WORDS = 'form-of-words';

/** The statements that are meant: all where none are named; a form of words stands for itself. */
export function chosen(terms: CopyTerms, original: Original): ReleasedStatement[] {
  if (terms.statements !== undefined) return [...terms.statements];
  return terms.words === undefined ? standingPlaces(original).map((index) => ({ index })) : [];
}

function standingPlaces({ body, ended = [] }: Original): number[] {
  return body.data.statements.map((_, place) => place).filter((place) => !ended.includes(place));
}

/** Every fault of what is asked for. */
export function copyFaults(terms: CopyTerms, original: Original, ancestry: readonly Ancestor[]): Fault[] {
  const { form, words } = terms;
  const { statements } = original.body.data;
  const picked = chosen(terms, original);
  const faults: Fault[] = [];
  const fault = (pointer: string, code: string, detail: string): void => void faults.push({ pointer, code, detail });
  picked.forEach(({ index, value }, place) => {
    const at = `/statements/${place}`;
    const statement = original.ended?.includes(index) ? undefined : statements[index];
    if (statement === undefined) fault(`${at}/index`, 'release.no-such-statement', 'is no statement of the original');
    else if (value !== undefined && statement.relation !== 'STATED')
      fault(`${at}/value`, 'release.link-reworded', 'only a literal can be put in other words; leave the link out');
    if (form === 'plain' && value !== undefined)
      fault(`${at}/value`, 'release.plain-reworded', 'a plain copy says what the original says; make it sanitised');
    if (picked.findIndex((other) => other.index === index) !== place)
      fault(`${at}/index`, 'release.statement-twice', 'is chosen twice');
  });
  if (form === 'plain' && words !== undefined)
    fault('/words', 'release.plain-reworded', 'a form of words makes it a sanitised copy');
  if (picked.length === 0 && words === undefined)
    fault('/statements', 'release.nothing', 'nothing would be handed over');
  return [...faults, ...reachFaults(terms, ancestry)];
}

function reachFaults({ form, gsc, tlp }: CopyTerms, ancestry: readonly Ancestor[]): Fault[] {
  const usual = { gsc: usualGsc(ancestry), tlp: usualTlp(ancestry) };
  const faults: Fault[] = [];
  const check = (pointer: string, given: string | undefined, order: readonly string[], least: string): void => {
    if (given === undefined) return;
    if (!order.includes(given) || given === 'AMBER+STRICT')
      faults.push({ pointer, code: 'marking.unknown-code', detail: 'is no code that a copy can have' });
    else if (form === 'plain' && order.indexOf(given) < order.indexOf(least))
      faults.push({ pointer, code: 'release.plain-lowered', detail: `a plain copy is at least ${least}` });
  };
  check('/gsc', gsc, GSC, usual.gsc);
  check('/tlp', tlp, TLP, usual.tlp);
  return faults;
}

function strictestOf(order: readonly string[], codes: readonly string[]): string {
  return order[Math.max(...codes.map((code) => order.indexOf(code)))] ?? codes[0] ?? '';
}

const usualGsc = (ancestry: readonly Ancestor[]): string =>
  strictestOf(
    GSC,
    ancestry.map(({ marking }) => marking.gsc),
  );

/** AMBER+STRICT would keep it from its recipients (R9); they are named one by one, which is what AMBER leaves room for. */
function usualTlp(ancestry: readonly Ancestor[]): string {
  const labels = ancestry.map(({ marking }) => (marking.tlp === 'AMBER+STRICT' ? 'AMBER' : marking.tlp));
  return strictestOf(TLP, labels);
}

/** Marking of the copy: for exactly these organisations, under all codes of what it rests on. */
export function copyMarking(
  terms: CopyTerms,
  ancestry: readonly Ancestor[],
  organisation: string,
  recipients: readonly string[],
): Marking {
  const union = (codes: (marking: Marking) => readonly string[]): string[] =>
    [...new Set(ancestry.flatMap(({ marking }) => codes(marking)))].sort();
  const all = union((marking) => marking.handling);
  // Like AMBER+STRICT, it says who gets it and not what may be done with it; and only a sanitised copy gets so far.
  const handling = terms.form === 'sanitised' ? all.filter((code) => code !== 'ORGANISATIONAL-USE-ONLY') : all;
  return {
    gsc: terms.gsc ?? usualGsc(ancestry),
    tlp: terms.tlp ?? usualTlp(ancestry),
    handling: handling.includes('C') ? handling.filter((code) => code !== 'P') : handling,
    conditions: union((marking) => marking.conditions),
    releasableTo: [...new Set(recipients)].sort(),
    originator: organisation,
    compartment: null,
  };
}

/** The statements as the recipients will read them. */
export function copiedStatements(
  { form, statements, words }: Pick<ReleaseContent, 'form' | 'statements' | 'words'>,
  original: Original,
): Statement[] {
  const copied = statements.flatMap(({ index, value }): Statement[] => {
    const statement = original.body.data.statements[index];
    if (statement === undefined) return [];
    if (statement.relation === 'STATED') return [value === undefined ? statement : { ...statement, value }];
    return [form === 'plain' ? statement : { ...statement, object: bare(statement.object) }];
  });
  const said: Statement[] = words === undefined ? [] : [{ relation: 'STATED', property: FORM_OF_WORDS, value: words }];
  return [...copied, ...said];
}

/** The text as written may say more than the identifier does. */
function bare({ kind, key }: EntityRef): EntityRef {
  return { kind, key };
}

/** The copy as an assertion of the organisation that releases it. */
export function copyDraft(
  content: ReleaseContent,
  original: Original,
  item: Ancestor,
  by: { id: string; actor: EventDraft['actor']; purpose: string },
): EventDraft {
  const { subject } = original.body.data;
  return {
    ...by,
    body: bodyOf('assertion.made', {
      subject: content.form === 'plain' ? subject : bare(subject),
      statements: copiedStatements(content, original),
    }),
    time: original.time,
    // A source may be known by the name of its report.
    ...(content.form === 'plain' && original.origin !== undefined ? { origin: original.origin } : {}),
    basis: [item.event],
    statementKind: item.statementKind,
    ...(item.grading === undefined ? {} : { grading: item.grading }),
    marking: content.marking,
    ...(original.keyId === undefined ? {} : { keyId: original.keyId }),
  };
}
