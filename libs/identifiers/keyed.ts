import type { EntityKind } from '#events';
import type { Form, Hints } from './canonical-form.js';
import { fold, tidy } from './text.js';

/**
 * Persons, vehicles, incidents, places and objects have no identifier of their own on the internet: they are named by the id
 * in somebody's register, `pole:person/123`. Without a register the id counts only within the organisation that gives it, so
 * that two agencies' "case 17" are never one.
 */
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const REGISTERED = new RegExp(`^(${UUID}|[a-z][a-z0-9.-]{0,63}):(?!//)(.*)$`, 'isu');
const UNSCOPED = 'unscoped';

export function keyed(kind: EntityKind, value: string, hints: Hints): Form {
  const text = tidy(value);
  const [, prefix, rest] = REGISTERED.exec(text) ?? [];
  const register = prefix?.toLowerCase() ?? registerOf(hints);
  const id = asRegistered(register, withoutKind(kind, rest ?? text));
  const key = `${register}:${kind}/${id}`;
  if (id === '') return { key, flags: ['empty'] };
  return { key, flags: register === UNSCOPED ? ['unscoped'] : [] };
}

/** Registration marks of Great Britain. A mark is the same however it is spaced and in whatever case it is written. */
const GB_VRM = 'gb-vrm';

function asRegistered(register: string, id: string): string {
  return register === GB_VRM ? id.replace(/[\s-]+/gu, '').toUpperCase() : id;
}

function registerOf(hints: Hints): string {
  const named = fold(hints.register ?? hints.platform ?? hints.organisation ?? '');
  return REGISTERED.test(`${named}:`) ? named : UNSCOPED;
}

function withoutKind(kind: EntityKind, id: string): string {
  const prefix = `${kind}/`;
  return (id.toLowerCase().startsWith(prefix) ? id.slice(prefix.length) : id).trim();
}
