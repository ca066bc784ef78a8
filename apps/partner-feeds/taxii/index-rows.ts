import { idAfterRevocations } from '../stix/stix-ids.js';
import type { StixDelivery, StixObject, VersionedObject } from '../stix/stix-object.js';
import { microsecondsOf } from './instants.js';

/** An object in the list of a collection. */
export interface IndexRow {
  added: number;
  id: string;
  version: number;
  sequence: number;
  /** Place among the objects of its slot. */
  place: number;
  /** Of a version that is revoked: the id under which the object was first said. */
  root: string | null;
}

interface Slot {
  sequence: number;
  added: number;
  /** Position at which it ended; of what never ends there is none. */
  ended?: number | null;
}

/** How often an object was revoked, and by which slot the last time. */
export interface Revoked {
  times: number;
  by: Pick<Slot, 'sequence' | 'ended'>;
}

/** A notice that takes slots back. */
export interface Recall extends Slot {
  position: number;
  /** Sequences that it names: all that were sent of what ended. */
  named: readonly number[];
}

/** What a recall is about. */
interface Said {
  /** Objects of the slots that it names and that ended with it. */
  taken: readonly VersionedObject[];
  /** Objects of event slots with the same cause. */
  instead: readonly VersionedObject[];
  /** Slots before it that stand, of the same stream. */
  still: readonly { sequence: number; delivery: StixDelivery }[];
}

/** Observables have no versions: the standard asks for a value that is always the same. */
const UNVERSIONED = 0;

/** When this version of an object was made, in microseconds since 1970. */
export function versionOf(object: StixObject): number {
  const { modified, created } = object;
  return microsecondsOf(String(modified ?? created)) ?? UNVERSIONED;
}

/** Makes the rows of slots, one after the other. A revoked object has no more versions, so what is said again is another object. */
export class IndexRows {
  readonly all: IndexRow[] = [];

  /**
   * @param revoked by the id under which each object was first said
   * @param versions last version of each object
   */
  constructor(
    private readonly revoked: Map<string, Revoked>,
    private readonly versions: Map<string, number>,
  ) {}

  event(slot: Slot, { nodes, said }: StixDelivery): void {
    const { sequence } = slot;
    const at = (place: number) => ({ sequence, place, added: slot.added + place });
    nodes.forEach((node, place) => this.add({ ...at(place), id: node.id, version: versionOf(node), root: null }));
    said.forEach((object, i) => {
      const id = this.idNow(object.id);
      const last = object['revoked'] === true;
      const version = this.after(id, object);
      this.add({ ...at(nodes.length + i), id, version, root: last ? object.id : null });
      if (last) this.revoke(object.id, slot);
    });
  }

  /**
   * A last version for each object of slots that ended, but for those that are said anew in the same breath. What other slots
   * still say of one follows under another id, as content of those slots: it goes where they go.
   */
  recall(slot: Recall, { taken, instead, still }: Said, modified: string): void {
    const anew = new Set(instead.map(({ id }) => id));
    const roots = [...new Set(taken.map(({ id }) => id))].filter((root) => !anew.has(root));
    const standing = roots.flatMap((root) => {
      const id = this.heldAs(root, slot);
      return id === undefined ? [] : [{ root, id }];
    });
    standing.forEach(({ root, id }, place) => {
      const version = Math.max(microsecondsOf(modified) ?? 0, (this.versions.get(id) ?? 0) + 1);
      this.add({ sequence: slot.sequence, place, added: slot.added + place, id, version, root });
      this.revoke(root, slot);
    });
    const gone = new Set(standing.map(({ root }) => root));
    let added = slot.added + standing.length;
    for (const { sequence, delivery } of still)
      delivery.said.forEach((object, i) => {
        if (!gone.has(object.id)) return;
        const id = this.idNow(object.id);
        const place = delivery.nodes.length + i;
        this.add({ sequence, place, added, id, version: this.after(id, object), root: null });
        added += 1;
      });
  }

  /**
   * Under which id a recipient holds an object that is taken back; undefined where it was revoked before. A withdrawal that ended
   * before it was sent has revoked it in the list, and to nobody.
   */
  private heldAs(root: string, { position, named }: Recall): string | undefined {
    const now = this.idNow(root);
    if (this.versions.has(now)) return now;
    const { times = 0, by } = this.revoked.get(root) ?? {};
    const isUnsent = by?.ended === position && !named.includes(by.sequence);
    return isUnsent ? idAfterRevocations(root, times - 1) : undefined;
  }

  private revoke(root: string, { sequence, ended }: Slot): void {
    const times = (this.revoked.get(root)?.times ?? 0) + 1;
    this.revoked.set(root, { times, by: { sequence, ended } });
  }

  /** Of versions that were recorded within one millisecond the later one has the later time too. */
  private after(id: string, object: StixObject): number {
    const [recorded, before] = [versionOf(object), this.versions.get(id)];
    return before !== undefined && Math.floor(before / 1_000) === Math.floor(recorded / 1_000) ? before + 1 : recorded;
  }

  private idNow(root: string): string {
    return idAfterRevocations(root, this.revoked.get(root)?.times ?? 0);
  }

  private add(row: IndexRow): void {
    this.all.push(row);
    this.versions.set(row.id, Math.max(row.version, this.versions.get(row.id) ?? 0));
  }
}
