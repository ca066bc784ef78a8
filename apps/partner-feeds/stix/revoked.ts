import { NODE_MARKING_REFS } from './markings.js';
import { present, type VersionedObject } from './stix-object.js';

/** What a version must have by the schemas, beside what every object has. What it said is gone. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  relationship: ['relationship_type', 'source_ref', 'target_ref'],
  note: ['object_refs'],
  opinion: ['opinion', 'object_refs'],
};

const OWN_KEPT = ['case_ref'] as const;

/**
 * The last version of an object: taken back. It repeats nothing but what the recipient holds and the schemas ask for, and not the
 * marking either, which the recipient may not be allowed to know any more.
 */
export function revoked(object: VersionedObject, modified: string): VersionedObject {
  const { type, spec_version, id, created_by_ref, created, extensions } = object;
  const kept = KEPT[type] ?? OWN_KEPT;
  return {
    type,
    spec_version,
    id,
    created_by_ref,
    created,
    modified: modified < created ? created : modified,
    revoked: true,
    object_marking_refs: NODE_MARKING_REFS,
    ...(type === 'note' ? { content: 'Withdrawn.' } : {}),
    ...Object.fromEntries(kept.flatMap((property) => (property in object ? [[property, object[property]]] : []))),
    ...present({ extensions: ownType(extensions) }),
  };
}

function ownType(extensions: unknown): object | undefined {
  const own = Object.entries((extensions ?? {}) as Record<string, { extension_type: string }>).filter(
    ([, { extension_type: type }]) => type === 'new-sdo',
  );
  return own.length === 0 ? undefined : Object.fromEntries(own);
}
