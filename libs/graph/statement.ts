import type { EntityKind, RelationType } from '#events';

/** An identity: nothing about it but who it is (DESIGN 4). */
export interface EntityNode {
  kind: EntityKind;
  /** Public id: HMAC of kind and key. */
  id: string;
  /** Canonical key, unique within the kind. */
  key: string;
}

/** What a statement says beside its ends: properties of the relationship, short because width costs; absent is no property. */
export interface StatementFacts {
  /** Log position of the event that said it. */
  pos: number;
  /** Low 52 bits of the stream's UUID: together with the ends it finds the statement again. */
  ref: number;
  /** Place in the assertion; absent for the first. */
  i?: number;
  /** Audience: who may see it. */
  aud: number;
  /** Low 32 bits of the UUID of the organisation that said it. */
  org: number;
  /** Statement kind and grading, packed; absent for an ungraded fact. */
  how?: number;
  /**
   * Later gradings, oldest first, each packed with the log position from which it counts; absent while the first one counts.
   * The first one stays in `how` (R1).
   */
  hows?: readonly number[];
  /** 52 bits of the hash of the origin; absent without one. */
  src?: number;
  /** First second at which it was true as claimed (epoch seconds); absent when unknown. */
  from?: number;
  /** First second at which it was no longer true. */
  to?: number;
  /** 0 to 100. */
  conf?: number;
  /** How often it was seen. */
  n?: number;
  /** What the person is in the case, packed; on links between the two only. */
  cat?: number;
  /** What the subject does in the network, packed; on MEMBER_OF into one, where it was said. */
  role?: number;
  /** Of `STATED`: property, value, unit. */
  prop?: string;
  val?: string | number | boolean;
  unit?: string;
}

/** One statement, which becomes one relationship. */
export interface StatementWrite extends Omit<StatementFacts, 'hows'> {
  relation: RelationType;
  subject: EntityNode;
  /** The subject itself for `STATED`. */
  object: EntityNode;
}

/** A statement as the graph holds it, its ends by their ids. */
export interface StoredStatement {
  relation: RelationType;
  subject: string;
  object: string;
  /** `gone`: log position of the withdrawal; absent while it stands. */
  facts: StatementFacts & { gone?: number };
}

/** A statement that no longer stands from log position `pos` on; one that was said at `pos` or later is not meant. */
export interface WithdrawalWrite {
  relation: RelationType;
  subject: EntityNode;
  object: EntityNode;
  ref: number;
  i: number;
  pos: number;
  /** Nothing may stand there: a correction of what had no effect ends nothing. */
  ifAny?: true;
}

/** A statement that another audience may see from now on, whether it stands or not, and that may be graded anew. */
export interface RegradeWrite {
  relation: RelationType;
  subject: EntityNode;
  object: EntityNode;
  ref: number;
  i: number;
  aud: number;
  /** Kind and grading with the position from which they count, as `packLaterHow` gives it; absent where they stay. */
  how?: number;
}

/** Where the projection stands in one partition of a topic. */
export interface PositionNode {
  /** `topic/generation/partition`. */
  key: string;
  /** Log position of the last event that took effect; 0 before the first. */
  last: number;
  /** Id of that event: another id at that position in the log is another history. */
  event: string;
  /** History of the log that it belongs to. */
  incarnation: number;
}

/** An event that has no effect until somebody decides: it is at fault itself, or it stands behind one that is. */
export interface ParkedNode {
  position: number;
  stream: string;
  streamVersion: number;
  /** Key of the topic partition it came through. */
  partition: string;
  type: string;
  /** Stable code, `behind` for an event that only waits for an earlier one of its stream. */
  code: string;
  /** What is wrong, for people. Holds no personal data. */
  reason: string;
}

/** A position that goes from one event to a later one, or stays (`to` equal to `from`), which only locks its partition. */
export interface PositionMove {
  from: PositionNode;
  to: { last: number; event: string };
}

/** Ends of the statements of a stream that have to go. */
export interface RemovalWrite {
  relation: RelationType;
  subject: string;
  object: string;
  ref: number;
}

/** An event that has no effect, now and in every rebuild, because somebody decided so. */
export interface DiscardedNode {
  stream: string;
  streamVersion: number;
}

export function positionKey(topic: string, generation: number, partition: number): string {
  return `${topic}/${generation}/${partition}`;
}
