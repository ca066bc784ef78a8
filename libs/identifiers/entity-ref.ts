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

const SHORTENED = /^long:/u;
const IS_NUMBER = /(?:^|:)\+\d/u;

/**
 * What the rules of now make of an entity that was named under the rules of another time, from what was written then.
 * Undefined where its key is the same, and where the event does not hold enough to read it again: a key that became its hash
 * tells no platform, and a national number without its region would turn from a number into a text.
 */
export function reKeyed({ kind, key, raw = key, region }: EntityRef, organisation: string): EntityRef | undefined {
  if (SHORTENED.test(key)) return undefined;
  const prefix = /^([^:]*):/u.exec(key)?.[1];
  const { entity, flags } = entityRef(kind, raw, {
    organisation,
    ...(prefix === undefined ? {} : { platform: prefix }),
    ...(region === undefined ? {} : { region }),
  });
  if (entity.key === key || flags.some((flag) => REFUSED_FLAGS.includes(flag))) return undefined;
  return IS_NUMBER.test(key) && !IS_NUMBER.test(entity.key) ? undefined : entity;
}
