import type { KeyObject } from 'node:crypto';
import { entityId, idKey } from '#identifiers';
import type { EntityKind } from '#events';

/** Public names of entities under this installation's secret (DESIGN 3): never the identifier itself. */
export class EntityNames {
  private readonly secret: KeyObject;

  constructor(base64: string) {
    this.secret = idKey(base64);
  }

  of(kind: EntityKind, key: string): string {
    return entityId(this.secret, kind, key);
  }
}
