/**
 * The kinds of thing that intelligence is about, and what may be said between them.
 * Both lists are closed: Cypher is constant text, so a label or a relationship type never comes from input.
 * A new kind or relation is added here and nowhere else; the compiler then leads to what must answer for it.
 */

/** Kind of an entity, and the label that it carries in the graph beside `Entity`. */
export const ENTITY_LABELS = {
  account: 'Account',
  'phone-number': 'PhoneNumber',
  group: 'Group',
  invite: 'Invite',
  handle: 'Handle',
  name: 'Name',
  item: 'Item',
  url: 'Url',
  email: 'Email',
  'media-hash': 'MediaHash',
  person: 'Person',
  location: 'Location',
  vehicle: 'Vehicle',
  incident: 'Incident',
  object: 'Object',
  referral: 'Referral',
  network: 'Network',
} as const;

export type EntityKind = keyof typeof ENTITY_LABELS;
export type EntityLabel = (typeof ENTITY_LABELS)[EntityKind];

export const ENTITY_KINDS = Object.keys(ENTITY_LABELS) as EntityKind[];

/**
 * An entity as an event names it. `key` is the canonical form that `libs/identifiers` gives (unique within the kind);
 * `raw` is what the sender wrote, kept because canonical forms lose evidence (R30), as are the two that follow.
 */
export interface EntityRef {
  kind: EntityKind;
  key: string;
  raw?: string;
  /** Region (ISO 3166, two letters) in which a national number was read: a hypothesis, which the number itself does not tell (R32). */
  region?: string;
  /** Of a PDQ hash, 0 to 100: how much it says about the picture, which is no part of what it identifies. */
  quality?: number;
}

const ANY: readonly EntityKind[] = ENTITY_KINDS;
const ACTORS: readonly EntityKind[] = ['account', 'handle', 'person', 'phone-number', 'email', 'group', 'name'];

/** What the location of a referred item may stand for. */
const LOCATED = ['item', 'account', 'handle', 'group', 'invite'] as const satisfies readonly EntityKind[];

interface Ends {
  from: readonly EntityKind[];
  to: readonly EntityKind[];
}

/**
 * What each relation may join, from subject to object. `STATED` goes from the entity to itself and carries a literal. REMOVED
 * goes from the referral that asked for it, or from the item to itself where the platform acted on its own initiative.
 * NOT_MEMBER_OF takes back, from its own `from` on (undated: altogether), each MEMBER_OF of its pair that was recorded before it.
 */
export const RELATIONS = {
  POSTED_BY: { from: ['item'], to: ['account', 'handle', 'group'] },
  MENTIONS: { from: ['item', 'account', 'handle', 'group'], to: ANY },
  USES_NUMBER: { from: ['account', 'handle', 'person', 'group', 'name'], to: ['phone-number'] },
  HAS_HANDLE: { from: ['account', 'group', 'person'], to: ['handle'] },
  HAS_NAME: { from: ANY, to: ['name'] },
  STATED: { from: ANY, to: ANY },
  ADMINISTERS: { from: ACTORS, to: ['group', 'account'] },
  MEMBER_OF: { from: ACTORS, to: ['group', 'network'] },
  NOT_MEMBER_OF: { from: ACTORS, to: ['group', 'network'] },
  INVITES_TO: { from: ['invite', 'url'], to: ['group'] },
  CONTACTED: { from: ACTORS, to: ACTORS },
  ASSOCIATED_WITH: { from: ANY, to: ANY },
  SAME_AS: { from: ANY, to: ANY },
  NOT_SAME_AS: { from: ANY, to: ANY },
  SUCCESSOR_OF: {
    from: ['account', 'handle', 'group', 'invite', 'item', 'network'],
    to: ['account', 'handle', 'group', 'invite', 'item', 'network'],
  },
  SHOWS_MEDIA: { from: ['item', 'account', 'handle', 'group'], to: ['media-hash'] },
  RELATED_TO: { from: ['person'], to: ['person'] },
  LOCATED_AT: { from: ANY, to: ['location'] },
  OWNS: { from: ACTORS, to: ['vehicle', 'object', 'phone-number', 'email', 'account', 'handle', 'location', 'url'] },
  INVOLVED_IN: { from: ANY, to: ['incident'] },
  INVESTIGATED_BY: { from: ['incident', 'network', 'referral'], to: ['person'] },
  REFERS: { from: ['referral'], to: LOCATED },
  REMOVED: { from: ['referral', ...LOCATED], to: LOCATED },
  PART_OF: { from: ANY, to: ANY },
} as const satisfies Record<string, Ends>;

export type RelationType = keyof typeof RELATIONS;

export const RELATION_TYPES = Object.keys(RELATIONS) as RelationType[];

/** Whether a relation may join these kinds. Relations of likeness and succession join equal kinds only. */
export function relationAllows(relation: RelationType, from: EntityKind, to: EntityKind): boolean {
  const ends: Ends = RELATIONS[relation];
  if (!ends.from.includes(from) || !ends.to.includes(to)) return false;
  const sameKindOnly =
    relation === 'SAME_AS' || relation === 'NOT_SAME_AS' || relation === 'SUCCESSOR_OF' || relation === 'STATED';
  return !sameKindOnly || from === to;
}
