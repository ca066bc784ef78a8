/** Any STIX 2.1 object. Its shape is what the OASIS schemas say, against which every kind that is made here is validated. */
export interface StixObject {
  readonly type: string;
  readonly spec_version: '2.1';
  readonly id: string;
  readonly [property: string]: unknown;
}

/** Object of which there are versions: its creator's alone. */
export interface VersionedObject extends StixObject {
  readonly created_by_ref: string;
  readonly created: string;
  readonly modified: string;
}

/** What a delivery is in STIX. */
export interface StixDelivery {
  /**
   * What is spoken of: organisations, accounts, numbers, persons, networks. As in the graph they are identities and say nothing,
   * so that they are the same for everybody, have no versions and are never taken back.
   */
  nodes: readonly StixObject[];
  /** What is said, by whoever said it, with its terms. */
  said: readonly VersionedObject[];
}

/** Without what is undefined and without empty lists: STIX knows neither. */
export function present<Values extends Record<string, unknown>>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as Partial<Values>;
}
