import type { EventDraft, KnownEvent, Refusal } from '#events';
import type { Viewer } from '#access';
import { assertionFrom, type KnownAssertion } from '../assertions/assertion-state.js';
import { decideTogether, type Wanted } from '../assertions/decide-together.js';
import type { MarkingGiven } from '../assertions/given.js';
import { assessed, joined, type MemberGiven, type MembersGiven } from './network.js';

/** Networks, members and their authors for the specs of the rules; what is decided comes back as the log would give it. */

export const COASTAL = '5b0c77a2-0a02-4c21-9b64-00000000a001';
export const BORDER = '5b0c77a2-0a02-4c21-9b64-00000000a002';
export const NOW = new Date('2026-08-10T12:00:00Z');
export const id = (n: number): string => `0193a1f2-7c00-7000-8000-${String(n).padStart(12, '0')}`;
export const [TERN, GULL, NEW] = [id(1), id(2), id(3)] as const;

export const member = (organisation: string, compartments: string[] = []): Viewer => ({
  organisation,
  kind: 'agency',
  subject: 'analyst-1',
  roles: ['analyst'],
  groups: [],
  compartments,
});
export const terms = {
  grading: { scheme: '3x5x2', source: '2', information: 'B' },
  marking: { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'] } as MarkingGiven,
  statementKind: { kind: 'assessment', assessor: 'analyst 12' },
  time: { at: '2026-08-09' },
  purpose: 'operation-tern',
  reason: 'One crew sells and runs these crossings.',
} as const;
export const profile = { name: 'Tern', aliases: ['The Ferrymen'], threat: 'high', status: 'active' } as const;

let nextId = 100;
export function making(
  wanted: readonly Wanted[],
  viewer = member(COASTAL),
  known: readonly KnownAssertion[] = [],
): EventDraft[] {
  return decideTogether(wanted, {
    by: { viewer, role: 'analyst' },
    now: NOW,
    newId: () => id((nextId += 1)),
    keyOf: (kind, key) => `key of ${kind} ${key}`,
    restsOn: new Map(known.map(({ made, marking }) => [made.id, marking])),
  });
}

/** A draft as the log would give it back. */
export function recorded(draft: EventDraft, streamVersion = 1): KnownEvent {
  const { organisation: source } = draft.actor;
  const stream = `assertion-${streamVersion === 1 ? draft.id : draft.basis[0]}`;
  return { ...draft, source, stream, streamVersion, recordedTime: NOW.toISOString(), correlationId: 'c' } as never;
}
export const known = (...events: KnownEvent[]): KnownAssertion => assertionFrom(events) as KnownAssertion;
export const said = (wanted: Wanted, viewer?: Viewer): KnownAssertion => known(recorded(making([wanted], viewer)[0]!));

export function faultsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    return ((error as Refusal).faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
}

export const tern = assessed(TERN, { ...terms, ...profile });
export const person = (n: number) => ({ kind: 'person', platform: 'pole', value: `p${n}` }) as const;
export const driver: MemberGiven = { entity: person(1), role: 'transporter', from: '2026-03', category: 'suspect' };
export const joining = (members: MemberGiven[], changes: Partial<MembersGiven> = {}): Wanted[] =>
  joined(TERN, { ...terms, members, ...changes });
