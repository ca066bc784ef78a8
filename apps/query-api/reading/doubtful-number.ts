import type { EntityKind } from '#events';

/**
 * Whether it is a number that is not known to be one: `possible:` has the right length and lies in no range that is given out,
 * `raw:` is any other text. Such a number is kept and never joins anybody by machine (R32): whoever uses `call me` shares a habit
 * and no telephone. A cluster leads up to it and not through it; its Cypher says the same.
 */
export function isDoubtfulNumber({ kind, key }: { kind: EntityKind; key: string }): boolean {
  return kind === 'phone-number' && (key.startsWith('possible:') || key.startsWith('raw:'));
}
