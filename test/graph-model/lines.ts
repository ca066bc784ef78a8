/** What stands on the clerk's list. */
import type { DataSubjectCategory, EntityKind, Grading, NetworkRole } from '#events';
import { entityId } from '#identifiers';
import { SECRET } from '../noninterference/history.js';

export interface Thing {
  id: string;
  kind: EntityKind;
  key: string;
}

/** One statement on the clerk's list. */
export interface Line {
  assertion: string;
  index: number;
  /** Place of its event in the log, from 1. */
  said: number;
  /** Place of the event that took it back. */
  ended?: number;
  relation: string;
  from: Thing;
  /** The same thing again for what is stated of it. */
  to: Thing;
  property?: string;
  value?: string | number | boolean;
  unit?: string;
  /** Epoch seconds; the end is the first second at which it no longer held. */
  begins?: number;
  ends?: number;
  organisation: string;
  kind: 'fact' | 'assessment';
  grading?: Grading;
  /** What it is graded as from a later place on. */
  regradings: { since: number; kind: 'fact' | 'assessment'; grading: Grading }[];
  origin?: string;
  confidence?: number;
  count?: number;
  category?: DataSubjectCategory;
  role?: NetworkRole;
}

export function thing({ kind, key }: { kind: EntityKind; key: string }): Thing {
  return { id: entityId(SECRET, kind, key), kind, key };
}
