/**
 * Sharing agreements. What is released to an agreement's group is released to each of its parties that has agreed itself, from
 * the agreement's first moment to its last; both pass without any event.
 */
export interface AgreementMade {
  agreement: string;
  /** Name of the group, as used in `releasableTo`. */
  group: string;
  title: string;
  /** Organisations that are asked to join; the one that makes it is a party by making it, where it is among them. */
  parties: string[];
  /** First day or moment (UTC) at which it is in force. */
  from: string;
  /** Last day, or the moment at which it is no longer in force; absent for one without an end. */
  until?: string;
}

export interface PartyJoined {
  agreement: string;
  organisation: string;
}

export interface PartyLeft {
  agreement: string;
  organisation: string;
  reason: string;
}

export interface AgreementEnded {
  agreement: string;
  reason: string;
}

/**
 * Its first moment has come, its last one is near, or it has passed: written by the timekeeper, so that whoever reads the log in
 * order learns of a right that a date gives or ends. Nobody decides by it: dates do.
 */
export interface AgreementDated {
  agreement: string;
}

export type AgreementEvent =
  | { type: 'agreement.began'; version: 1; data: AgreementDated }
  | { type: 'agreement.ending'; version: 1; data: AgreementDated }
  | { type: 'agreement.lapsed'; version: 1; data: AgreementDated }
  | { type: 'agreement.made'; version: 1; data: AgreementMade }
  | { type: 'agreement.party-joined'; version: 1; data: PartyJoined }
  | { type: 'agreement.party-left'; version: 1; data: PartyLeft }
  | { type: 'agreement.ended'; version: 1; data: AgreementEnded };

/**
 * Something marked above OFFICIAL was sent here (R7). Who and where, and nothing of what was sent, not even a hash of it: a
 * guess could be held against a hash.
 */
export interface SpillageReported {
  spillage: string;
  organisation: string;
  /** Subject whose call it was. */
  subject: string;
  /** Route that refused it. */
  where: string;
  /** Code of the refusal. */
  code: string;
  /** How many lines of a bulk call; 1 for a single call. */
  count: number;
}

export type SpillageEvent = { type: 'spillage.reported'; version: 1; data: SpillageReported };
