import type { KeyObject } from 'node:crypto';
import type { EntityKind } from '#events';
import { entityId } from '#identifiers';

/** Public id of an entity. Pure: the same kind and key always give the same. */
export type IdOf = (kind: EntityKind, key: string) => string;

/** Ids kept in each of two generations; the hubs of a workload stay, and memory is bounded. */
const KEPT = 50_000;

/** The ids under a secret, those used lately remembered: an HMAC costs more than all the rest of a projection. */
export function entityIds(secret: KeyObject): IdOf {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return (kind, key) => {
    const name = `${kind}\n${key}`;
    const known = young.get(name);
    if (known !== undefined) return known;
    const id = old.get(name) ?? entityId(secret, kind, key);
    if (young.size >= KEPT) [old, young] = [young, new Map()];
    young.set(name, id);
    return id;
  };
}
