import {
  MAX_RECIPIENTS,
  canonicalMarking,
  type ReleaseContent,
  type ReleaseRule,
  Refusal,
  refusedFor,
  type Fault,
} from '#events';
import type { Ancestor, Viewer } from '#access';
import type { LogReads } from '#event-log';
import { assertionFrom } from '../assertions/assertion-state.js';
import { ancestryOf } from '../permissions/ancestry.js';
import { permissionsFor } from '../permissions/permission-table.js';
import { chosen, copyFaults, copyMarking, type CopyTerms, type Original } from './copy.js';
import { decideRelease, type ReleaseDecision } from './outward.js';
import { nameBehind, recipientsOf, type ResolvedRecipient } from './recipients.js';

export interface ReleaseGiven extends CopyTerms {
  /** Assertion to hand over a copy of. */
  item: string;
  /** Ids of organisations, names of groups, and agreements by id or group. */
  recipients: readonly string[];
}

/** All that a release rests on, read now. */
export interface Weighed {
  content: ReleaseContent;
  original: Original;
  item: Ancestor;
  ancestry: readonly Ancestor[];
  decision: ReleaseDecision;
}

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

/**
 * Who would get exactly what, under which marking, and what stands in the way: for the preview and for the proposal alike, so
 * that what was shown is what is decided about.
 * @throws {@link Refusal}
 */
export async function weigh(read: Reads, by: Viewer, given: ReleaseGiven, now: Date): Promise<Weighed> {
  const [{ items, ancestors }, { recipients, nobody }] = await Promise.all([
    ancestryOf(read, [given.item], by),
    recipientsOf(read, given.recipients, by),
  ]);
  const [item] = items;
  const original = item === undefined ? undefined : await originalOf(read, item.event);
  const faults: Fault[] = nobody.map((name) => ({
    pointer: `/recipients/${given.recipients.indexOf(name)}`,
    code: 'recipient.unknown',
    detail: 'is no other organisation here, and no group or agreement of any',
  }));
  if (recipients.length > MAX_RECIPIENTS)
    faults.push({
      pointer: '/recipients',
      code: 'release.too-many-recipients',
      detail: `are ${recipients.length} organisations; at most ${MAX_RECIPIENTS} in one release`,
    });
  // One answer for what the caller may not see, for what does not exist, and for what cannot be copied.
  if (item === undefined || original === undefined)
    faults.unshift({ pointer: '/item', code: 'release.unknown-item', detail: 'is no assertion that you may see' });
  else faults.push(...copyFaults(given, original, ancestors));
  const [first, ...others] = faults;
  if (first !== undefined || item === undefined || original === undefined)
    throw refusedFor('The release cannot be decided about', [first as Fault, ...others]);
  const content: ReleaseContent = {
    item: item.event,
    form: given.form,
    statements: chosen(given, original),
    ...(given.words === undefined ? {} : { words: given.words }),
    recipients: recipients.map(({ to: { organisation }, via }) => ({ organisation, via })),
    marking: copyMarking(
      given,
      ancestors,
      by.organisation,
      recipients.map(({ to: { organisation } }) => organisation),
    ),
  };
  const decision = await decided(read, by, content, { ancestry: ancestors, recipients, now });
  return { content, original, item, ancestry: ancestors, decision };
}

/** The same for what has been proposed: whether it still is what was decided about. */
export async function weighAgain(
  read: Reads,
  by: Viewer,
  content: ReleaseContent,
  now: Date,
): Promise<Weighed & { sameRecipients: boolean }> {
  const { form, marking } = content;
  const [{ items, ancestors }, { recipients: all }] = await Promise.all([
    ancestryOf(read, [content.item], by),
    recipientsOf(read, [...new Set(content.recipients.map(nameBehind))], by),
  ]);
  const [item] = items;
  const original = item === undefined ? undefined : await originalOf(read, item.event);
  if (item === undefined || original === undefined) throw unknownRelease();
  const recipients = all.filter(({ to }) =>
    content.recipients.some(({ organisation }) => organisation === to.organisation),
  );
  const ids = content.recipients.map(({ organisation }) => organisation);
  const marked = copyMarking({ form, gsc: marking.gsc, tlp: marking.tlp }, ancestors, by.organisation, ids);
  const fits = copyFaults({ ...content, gsc: marking.gsc, tlp: marking.tlp }, original, ancestors).length === 0;
  const sameRecipients =
    fits && recipients.length === ids.length && canonicalMarking(marked) === canonicalMarking(marking);
  const decision = await decided(read, by, content, { ancestry: ancestors, recipients, now });
  return { content, original, item, ancestry: ancestors, decision, sameRecipients };
}

async function decided(
  read: Reads,
  by: Viewer,
  { form, marking, recipients: named }: ReleaseContent,
  rest: { ancestry: readonly Ancestor[]; recipients: readonly ResolvedRecipient[]; now: Date },
): Promise<ReleaseDecision> {
  const permissions = await permissionsFor(
    read,
    by.organisation,
    named.map(({ organisation }) => organisation),
  );
  return decideRelease({ by, form, marking, permissions, ...rest });
}

async function originalOf(read: Reads, assertion: string): Promise<Original | undefined> {
  const stream = `assertion-${assertion}`;
  const state = assertionFrom((await read.readStreams([stream])).get(stream) ?? []);
  if (state.status === 'absent') return undefined;
  const { made, standing, status } = state;
  // What was withdrawn whole is refused by the policy, with that as its reason.
  if (status === 'withdrawn') return made;
  return {
    ...made,
    ended: made.body.data.statements.map((_, place) => place).filter((place) => !standing.includes(place)),
  };
}

export function unknownRelease(): Refusal {
  return new Refusal('NotFound', 'release.unknown', 'There is no such release.');
}

/** Circles of need-to-know of all that it rests on. */
export function circlesOf(ancestry: readonly Ancestor[]): string | null {
  const circles = new Set(ancestry.flatMap(({ marking }) => marking.compartment?.split('+') ?? []));
  return circles.size === 0 ? null : [...circles].sort().join('+');
}

/** Who has to approve in this organisation; one authoriser where it has not said otherwise. */
export async function ruleOf(read: Pick<Reads, 'query'>, organisation: string): Promise<ReleaseRule> {
  const [row] = await read.query<{ rule: ReleaseRule }>('SELECT rule FROM release_rules WHERE organisation = $1', [
    organisation,
  ]);
  return row?.rule ?? 'one-person';
}
