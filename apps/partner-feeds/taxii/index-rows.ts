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
   * @param revoked how often each object was revoked, by the id under which it was first said
   * @param versions last version of each object
   */
  constructor(
    private readonly revoked: Map<string, number>,
    private readonly versions: Map<string, number>,
  ) {}

  event(slot: Slot, { nodes, said }: StixDelivery): void {
    nodes.forEach((node, place) => this.add(slot, place, { id: node.id, version: versionOf(node), root: null }));
    said.forEach((object, i) => {
      const id = this.idNow(object.id);
      const last = object['revoked'] === true;
      this.add(slot, nodes.length + i, { id, version: this.after(id, object), root: last ? object.id : null });
      if (last) this.revoked.set(object.id, (this.revoked.get(object.id) ?? 0) + 1);
    });
  }

  /** A last version for each object of slots that ended, but for those that are said anew in the same breath. */
  recall(slot: Slot, taken: readonly VersionedObject[], instead: readonly VersionedObject[], modified: string): void {
    const anew = new Set(instead.map(({ id }) => id));
    const roots = [...new Set(taken.map(({ id }) => id))].filter((root) => !anew.has(root));
    const standing = roots.filter((root) => this.versions.has(this.idNow(root)));
    standing.forEach((root, place) => {
      const id = this.idNow(root);
      const version = Math.max(microsecondsOf(modified) ?? 0, (this.versions.get(id) ?? 0) + 1);
      this.add(slot, place, { id, version, root });
      this.revoked.set(root, (this.revoked.get(root) ?? 0) + 1);
    });
  }

  /** Of versions that were recorded within one millisecond the later one has the later time too. */
  private after(id: string, object: StixObject): number {
    const [recorded, before] = [versionOf(object), this.versions.get(id)];
    return before !== undefined && Math.floor(before / 1_000) === Math.floor(recorded / 1_000) ? before + 1 : recorded;
  }

  private idNow(root: string): string {
    return idAfterRevocations(root, this.revoked.get(root) ?? 0);
  }

  private add({ sequence, added }: Slot, place: number, row: Pick<IndexRow, 'id' | 'version' | 'root'>): void {
    this.all.push({ added: added + place, sequence, place, ...row });
    this.versions.set(row.id, Math.max(row.version, this.versions.get(row.id) ?? 0));
  }
}
