import type { EntityKind, EntityRef } from '#events';
import { canonical } from './canonical.js';
import { REFUSED_FLAGS, type Flag, type Hints } from './canonical-form.js';

/** An entity as an event names it: its canonical key, what that loses of the text (R30), and what was assumed to read it (R32). */
export function entityRef(kind: EntityKind, value: string, hints: Hints): { entity: EntityRef; flags: Flag[] } {
  const { key, flags, quality } = canonical(kind, value, hints);
  const entity: EntityRef = { kind, key };
  if (key !== value) entity.raw = value;
  if (hints.region !== undefined && flags.includes('region-assumed')) entity.region = hints.region.trim().toUpperCase();
  if (quality !== undefined) entity.quality = quality;
  return { entity, flags };
}

/**
 * What the rules of now make of the key that an entity was named by under the rules of another time. Undefined where it is the
 * same, or names nothing of its kind any more. The key alone is read, and not the text: a rule that tells two apart which had one key
 * is no reason to join them, and only a key that the rules themselves read as another is nobody else's.
 */
export function reKeyed({ kind, key, ...rest }: EntityRef, organisation: string): EntityRef | undefined {
  const { key: now, flags } = canonical(kind, key, { organisation });
  if (now === key || flags.some((flag) => REFUSED_FLAGS.includes(flag))) return undefined;
  return { kind, key: now, raw: key, ...rest };
}
