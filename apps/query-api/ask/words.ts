import type { EntityKind, RelationType } from '#events';
import type { Entity } from '../reading/entity.js';
import type { Corroboration, StatementView } from '../reading/statement-view.js';
import { shown } from './display-text.js';

/** How things are called in front of people. */

const POSSIBLE = 'possible:';

/** From the entity to the other, and the other way round. */
const PHRASES: Record<RelationType, [outgoing: string, incoming: string]> = {
  POSTED_BY: ['posted by', 'posted'],
  MENTIONS: ['mentions', 'mentioned by'],
  USES_NUMBER: ['uses number', 'used by'],
  HAS_HANDLE: ['has handle', 'handle of'],
  HAS_NAME: ['has name', 'name of'],
  STATED: ['stated', 'stated'],
  ADMINISTERS: ['administers', 'administered by'],
  MEMBER_OF: ['member of', 'has member'],
  NOT_MEMBER_OF: ['not a member of', 'does not have as member'],
  INVITES_TO: ['invites to', 'invitation'],
  CONTACTED: ['contacted', 'contacted by'],
  ASSOCIATED_WITH: ['associated with', 'associated with'],
  SAME_AS: ['same as', 'same as'],
  NOT_SAME_AS: ['not the same as', 'not the same as'],
  SUCCESSOR_OF: ['successor of', 'succeeded by'],
  SHOWS_MEDIA: ['shows media', 'shown by'],
  RELATED_TO: ['related to', 'related to'],
  LOCATED_AT: ['located at', 'location of'],
  OWNS: ['owns', 'owned by'],
  INVOLVED_IN: ['involved in', 'involves'],
  INVESTIGATED_BY: ['investigated by', 'investigates'],
  REFERS: ['refers', 'referred in'],
  REMOVED: ['removed', 'removed after'],
  PART_OF: ['part of', 'has part'],
};

export function phrase(relation: RelationType, direction: 'outgoing' | 'incoming'): string {
  return PHRASES[relation][direction === 'outgoing' ? 0 : 1];
}

export function kindText(kind: EntityKind): string {
  return kind.replaceAll('-', ' ');
}

/** A number that is possible and not valid keeps a prefix in its key, so that no machine merges it; people need the number, and to know. */
export function keyText({ kind, key }: Pick<Entity, 'kind' | 'key'>): string {
  if (kind !== 'phone-number' || !key.startsWith(POSSIBLE)) return shown(key);
  return `${shown(key.slice(POSSIBLE.length))} (not valid)`;
}

export function entityText(entity: Pick<Entity, 'kind' | 'key'>): string {
  return `${kindText(entity.kind)} ${keyText(entity)}`;
}

/** `2026-03-01 to 2026-03-31`, `since 2026-03-01`, `until 2026-03-31`; nothing where no date was named. */
export function periodWords({ from, to }: { from?: string; to?: string }): string {
  if (from === undefined) return to === undefined ? 'undated' : `until ${minutes(to)}`;
  if (to === undefined) return `since ${minutes(from)}`;
  return from === to ? from : `${minutes(from)} to ${minutes(to)}`;
}

function minutes(time: string): string {
  return time.length > 10 ? `${time.slice(0, 10)} ${time.slice(11, 16)}` : time;
}

/** `fact 1B`, `assessment B2 (5x5x5)`: the scheme is named where it is not the usual one, because codes clash. */
export function gradingWords({ kind, grading }: Pick<StatementView, 'kind' | 'grading'>): string {
  if (grading === undefined) return `${kind}, ungraded`;
  const scheme = grading.scheme === '3x5x2' ? '' : ` (${grading.scheme})`;
  return `${kind} ${grading.source}${grading.information}${scheme}`;
}

export function support({ statements, organisations, independentOrigins, withoutOrigin }: Corroboration): string {
  const parts = [counted(statements, 'statement')];
  if (independentOrigins > 0) parts.push(counted(independentOrigins, 'independent origin'));
  if (withoutOrigin > 0) parts.push(`${withoutOrigin} without origin`);
  if (organisations > 1) parts.push(counted(organisations, 'organisation'));
  return parts.join(', ');
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : noun.endsWith('y') ? '' : 's'}`;
}

/** A time between two events as people say it: `3 days`, `5 hours`, `12 minutes`. */
export function duration(seconds: number): string {
  if (seconds >= 2 * 86_400) return counted(Math.floor(seconds / 86_400), 'day');
  return seconds >= 7_200 ? counted(Math.floor(seconds / 3_600), 'hour') : counted(Math.floor(seconds / 60), 'minute');
}
