import { first52Bits, type EntityRef, type RecordedEvent } from '#events';
import { packHow, type EntityNode } from '#graph';
import { originDigest } from '#identifiers';
import type { IdOf } from './entity-ids.js';
import { knownAudiences } from './known-audiences.js';

/** Who said it, how sure they were, and who may see it: what a statement carries beside its ends. */

export function nodeOf({ kind, key }: EntityRef, idOf: IdOf): EntityNode {
  return { kind, id: idOf(kind, key), key };
}

/** What all statements of an event share. */
export interface Provenance {
  pos: number;
  ref: number;
  aud: number;
  org: number;
  how: number;
  src: number | undefined;
}

export function provenance(position: number, event: RecordedEvent): Provenance {
  return {
    pos: position,
    ref: streamRef(event.stream),
    aud: audience(event.marking),
    org: organisationRef(event.source),
    how: packHow(event.statementKind.kind, event.grading),
    src: event.origin === undefined ? undefined : originRef(event.origin),
  };
}

/** Low 52 bits of the UUID at the end of a stream's name: random in a UUIDv7, and exact as a number. */
export function streamRef(stream: string): number {
  return Number.parseInt(stream.slice(-14, -13) + stream.slice(-12), 16);
}

/** Low 32 bits of an organisation's UUID. */
function organisationRef(organisation: string): number {
  return Number.parseInt(organisation.slice(-8), 16);
}

/** 52 bits of the hash of an origin: enough to count independent ones, and nobody reads a source's name out of the graph. */
export const originRef = remembered((origin) => first52Bits(originDigest(origin)));

/** Audience of a marking. */
export const audience = knownAudiences();

/** Remembers a pure function's lately used results: origins are few, hashing one for each event is not. */
function remembered(pure: (text: string) => number): (text: string) => number {
  const KEPT = 10_000;
  let results = new Map<string, number>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    if (results.size >= KEPT) results = new Map();
    const result = pure(text);
    results.set(text, result);
    return result;
  };
}
