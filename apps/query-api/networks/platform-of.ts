import type { EntityKind } from '#events';
import { platformNamed } from '#identifiers';
import type { Entity } from '../reading/entity.js';

const ON_PLATFORMS: readonly EntityKind[] = ['account', 'handle', 'group', 'invite', 'item'];

/** The platform on which something is, as the beginning of its key names it. */
export function platformOf({ kind, key }: Entity): string | undefined {
  if (!ON_PLATFORMS.includes(kind)) return undefined;
  return platformNamed(key.slice(0, Math.max(0, key.indexOf(':'))));
}
