import type { KeyObject } from 'node:crypto';
import { entityId, idKey } from '#identifiers';
import type { EntityKind, EntityRef, EventDraft } from '#events';

const MAX_REMEMBERED = 10_000;

/** Public names of entities under this installation's secret (DESIGN 3): never the identifier itself. */
export class EntityNames {
  private readonly secret: KeyObject;
  /** A delivery names the same entities again and again, and an HMAC costs as much as the rules of a whole statement. */
  private readonly remembered = new Map<string, string>();

  constructor(base64: string) {
    this.secret = idKey(base64);
  }

  of(kind: EntityKind, key: string): string {
    const name = `${kind}\n${key}`;
    const known = this.remembered.get(name);
    if (known !== undefined) return known;
    const id = entityId(this.secret, kind, key);
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(name, id);
    return id;
  }

  /** Public ids of what an assertion names, in its order, so that the caller can ask about them without sending them again. */
  namedBy({ body }: Pick<EventDraft, 'body'>): { kind: EntityKind; id: string }[] {
    const { subject, statements } = body.data as { subject: EntityRef; statements: { object?: EntityRef }[] };
    const named = [subject, ...statements.flatMap(({ object }) => (object === undefined ? [] : [object]))];
    return named.map(({ kind, key }) => ({ kind, id: this.of(kind, key) }));
  }
}
