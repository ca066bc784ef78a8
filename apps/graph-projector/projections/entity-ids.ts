import type { KeyObject } from 'node:crypto';
import type { EntityKind } from '#events';
import { entityId } from '#identifiers';

/** Public id of an entity. Pure: the same kind and key always give the same. */
export type IdOf = (kind: EntityKind, key: string) => string;

/** Ids of one kind kept in each of two generations; the hubs of a workload stay, and memory is bounded. */
const KEPT = 20_000;

/** The ids under a secret, those used lately remembered: an HMAC costs more than all the rest of a projection. */
export function entityIds(secret: KeyObject): IdOf {
  const kinds = new Map<EntityKind, (key: string) => string>();
  return (kind, key) => {
    let ofKind = kinds.get(kind);
    if (ofKind === undefined) {
      ofKind = lately((each) => entityId(secret, kind, each));
      kinds.set(kind, ofKind);
    }
    return ofKind(key);
  };
}

function lately(idOf: (key: string) => string): (key: string) => string {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return (key) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    const id = old.get(key) ?? idOf(key);
    if (young.size >= KEPT) [old, young] = [young, new Map()];
    young.set(key, id);
    return id;
  };
}
