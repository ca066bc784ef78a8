import type { ListedObject, Wanted } from './object-rows.js';
import type { StixObject } from '../stix/stix-object.js';

/** An object of a page, with what it is. */
export interface CollectedObject {
  added: number;
  version: number;
  object: StixObject;
}

/** What a TAXII collection is made of, wherever it is kept. */
export interface Collection {
  readonly id: string;
  /** Objects in the order in which they were added, as they may be read now; at most `limit` and one more, if there is one. */
  page(wanted: Wanted): Promise<CollectedObject[]>;
}

/** A listed object is a definition, or is found in the contents of its slot. */
export function isDefinition(row: ListedObject): row is ListedObject & { definition: StixObject } {
  return 'definition' in row;
}
