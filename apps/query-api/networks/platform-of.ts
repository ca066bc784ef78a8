import type { EntityKind } from '#events';
import type { Entity } from '../reading/entity.js';

const ON_PLATFORMS: readonly EntityKind[] = ['account', 'handle', 'group', 'invite', 'item'];
/** What stands before the colon where no platform does: nobody named one, or the key was too long and is a hash. */
const NO_PLATFORM: readonly string[] = ['', 'any', 'long'];

/** The platform on which something is, as the beginning of its key names it, also one that identifiers have no rules for. */
export function platformOf({ kind, key }: Entity): string | undefined {
  if (!ON_PLATFORMS.includes(kind)) return undefined;
  const named = key.slice(0, Math.max(0, key.indexOf(':')));
  return NO_PLATFORM.includes(named) ? undefined : named;
}
