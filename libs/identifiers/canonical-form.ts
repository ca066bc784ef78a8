import type { EntityKind } from '#events';

/**
 * Version of the rules: a change of any key raises it. Each organisation then joins the keys of what it said before with those of
 * now, by re-keyings (R30); what current rules give for an old key is `reKeyed`.
 */
export const IDENTIFIERS_VERSION = 4;

/** What is known beside the text itself. */
export interface Hints {
  /** Region (ISO 3166, two letters) that a national number is read in; a hypothesis, kept as such (R32). */
  region?: string;
  /** Platform of an account, handle, group, invite or item. */
  platform?: string;
  /** Register whose ids the value belongs to (`pole`, `pnc`), for persons, vehicles, incidents, places and objects. */
  register?: string;
  /** Organisation whose own ids the value belongs to where no register is named. */
  organisation?: string;
}

/** What the rules noticed. Those of {@link REFUSED_FLAGS} mean that the value does not name what its kind says. */
export type Flag =
  | 'empty'
  | 'platform-missing'
  | 'platform-unknown'
  | 'not-a-platform-id'
  | 'another-kind'
  | 'unusual-form'
  | 'mixed-scripts'
  | 'unscoped'
  | 'shortened'
  | 'number-not-valid'
  | 'number-not-possible'
  | 'region-assumed'
  | 'look-alikes'
  | 'defanged'
  | 'scheme-assumed'
  | 'not-a-url'
  | 'not-an-email'
  | 'not-a-hash';

/** Flags with which a value must not enter the graph as its kind: it would invent or merge identities. */
export const REFUSED_FLAGS: readonly Flag[] = ['empty', 'platform-missing', 'not-a-platform-id', 'another-kind'];

export interface Canonical {
  kind: EntityKind;
  /** Unique within the kind; equal keys are the same entity. */
  key: string;
  /** The text as given. */
  raw: string;
  flags: Flag[];
  /** Region of a number, as far as the number itself tells. */
  region?: string;
  /** Quality of a PDQ hash, 0 to 100. */
  quality?: number;
}

/** What a rule gives; kind and raw are added in one place. */
export type Form = Omit<Canonical, 'kind' | 'raw'>;
