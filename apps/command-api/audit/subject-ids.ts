import { ENTITY_KINDS, type EntityKind, Refusal } from '#events';
import { canonical, recognise, REFUSED_FLAGS, type Hints } from '#identifiers';
import type { EntityNames } from '../assertions/entity-names.js';

/** Whom or what somebody asks the audit about: something with an id, or an identifier as it is typed. */
export interface SubjectGiven {
  id?: string;
  value?: string;
  kind?: string;
  platform?: string;
  region?: string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ASSERTION = new RegExp(`^(?:assertion-)?(${UUID})$`);

/**
 * The ids under which the audit may know the subject. An identifier becomes the public ids of all that it may name and is then
 * forgotten: it stands neither in the audit nor in a log line. An assertion goes by its id and by the name of its stream.
 */
export function subjectIds({ id, value, kind, platform, region }: SubjectGiven, names: EntityNames): string[] {
  if ((id === undefined) === (value === undefined))
    throw new Refusal('InvalidInput', 'subject.one', 'Name the subject either by its id or by an identifier as value.');
  if (id !== undefined) {
    const assertion = ASSERTION.exec(id)?.[1];
    return assertion === undefined ? [id] : [assertion, `assertion-${assertion}`];
  }
  const hints: Hints = { platform, region };
  const text = value ?? '';
  const forms = kind === undefined ? recognise(text, hints) : [canonical(kind as EntityKind, text, hints)];
  const usable = forms.filter(({ flags }) => !flags.some((flag) => REFUSED_FLAGS.includes(flag)));
  if (usable.length === 0)
    throw new Refusal(
      'InvalidInput',
      'subject.not-understood',
      'This is no number, handle, link or name that is understood here.',
    );
  return [...new Set(usable.map((form) => names.of(form.kind, form.key)))];
}

export const SUBJECT_KINDS: readonly string[] = ENTITY_KINDS;
