import type { ClaimedTime, DataSubjectCategory, EntityKind, Grading, NetworkRole, RelationType } from '#events';

/** Terms under which something is said. */
export interface SaidUnder {
  grading: Grading;
  marking: MarkingGiven;
  statementKind: { kind: 'fact' | 'assessment'; assessor?: string };
  time: { at: string; precision?: ClaimedTime['precision'] };
  origin?: string;
  basis?: readonly string[];
  purpose: string;
}

/** An assertion as a caller gives it: identifiers as written, their canonical form is found by us. */
export interface AssertionGiven extends SaidUnder {
  subject: EntityGiven;
  statements: readonly StatementGiven[];
  reference?: string;
}

export interface EntityGiven {
  kind: EntityKind;
  value: string;
  /** Region that a national number is read in. */
  region?: string;
  /** Platform of an account, handle, group, invite or item; register of a person, vehicle, incident, place or object. */
  platform?: string;
}

/** One statement; which fields go together is a rule and not a matter of form. */
export interface StatementGiven {
  relation: RelationType;
  object?: EntityGiven;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  from?: string;
  to?: string;
  confidence?: number;
  count?: number;
  /** What the person is in the case, on a link between the two. */
  category?: DataSubjectCategory;
  /** What the subject does in the network, on MEMBER_OF into one. */
  role?: NetworkRole;
}

export interface MarkingGiven {
  gsc: string;
  tlp: string;
  handling?: string[];
  conditions?: string[];
  releasableTo?: string[];
  /** The caller's own organisation; may be left out. */
  originator?: string;
  compartment?: string | null;
}
