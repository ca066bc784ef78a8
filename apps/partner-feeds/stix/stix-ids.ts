import canonicalize from 'canonicalize';
import { v5 } from 'uuid';

/** Namespace of the standard for observables: whoever makes one from the same properties names it alike. */
const SCO_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** Namespace of this project's own names. Ids that have left rest on it, so it never changes. */
const NAMESPACE = '5c4f3e0a-7a52-5d0e-9d6e-3f0b8a1c2d47';

/**
 * Id of a domain or relationship object from a stable name: the same at every delivery and on every channel. UUIDv7 is refused by
 * the schemas of the standard, and an event's own id would say when it was made.
 */
export function stixId(type: string, name: string): string {
  return `${type}--${v5(`${type} ${name}`, NAMESPACE)}`;
}

/** Id of an observable from its contributing properties in canonical JSON (RFC 8785). */
export function observableId(type: string, contributing: Readonly<Record<string, unknown>>): string {
  return `${type}--${v5(canonicalize(contributing) ?? '', SCO_NAMESPACE)}`;
}

/**
 * Id of something that is said again after it was taken back from this recipient: a revoked object has no further versions,
 * so it is another object.
 * @param times how often it was taken back
 */
export function idAfterRevocations(id: string, times: number): string {
  if (times === 0) return id;
  const [type = '', uuid = ''] = id.split('--');
  return `${type}--${v5(String(times), uuid)}`;
}
