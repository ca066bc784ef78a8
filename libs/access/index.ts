/** Who calls, what they may see, and the record of what they did. The only place that decides. */
export { AccessModule, EVENT_LOG } from './access.module.js';
export { Audiences, type MarkingSource } from './audiences.js';
export { lookUpShown, recordAnswer, type KnownStatement, type ShownStatement } from './audit-answer.js';
export {
  AUDITED_ACTS,
  markRecorded,
  recordAct,
  recordActs,
  type AuditEntry,
  type AuditTarget,
  type AuditedAct,
} from './audit.js';
export {
  auditKey,
  openCheckpoint,
  signCheckpoint,
  type AuditKey,
  type Checkpoint,
  type OpenedCheckpoint,
} from './audit-chain/checkpoint.js';
export { leafOf, type SealedEntry } from './audit-chain/entry.js';
export { checkProof, type AuditProof } from './audit-chain/proof.js';
export {
  actsBy,
  readChain,
  readCheckpoints,
  readDisclosed,
  readEntry,
  readMentions,
  readProof,
  type DisclosedTo,
  type PlacedEntry,
} from './audit-chain/reading.js';
export { newestCheckpoint, oldestUnsealedSeconds, recordCheckpoint, sealAudit } from './audit-chain/sealing.js';
export { ChainVerifier, type ChainFault, type ChainLink, type ChainPage } from './audit-chain/verify-chain.js';
export { combineMarkings } from './combine-markings.js';
export { covers, isAtMostAsWide, narrowedBy } from './narrow-markings.js';
export { Directory, type Identity } from './directory.js';
export {
  FormRefused,
  printGrade,
  printMarking,
  readGrade,
  readMarking,
  type DisplayedGrade,
  type DisplayedMarking,
} from './displayed-forms/index.js';
export { feedViewersNow } from './organisation-now.js';
export { basisLock, permissionLock } from './lock-names.js';
export { GSC, HANDLING, TLP } from './marking-codes.js';
export { gradingFaults, markingFaults, type MarkingRules } from './marking-faults.js';
export {
  mayActOn,
  type ActDecision,
  type Ancestor,
  type OutwardAct,
  type Permission,
  type PermissionNeed,
  type Recipient,
} from './may-act-on.js';
export { markingsInForce } from './markings-in-force.js';
export { ACCESS_MIGRATIONS } from './migrations/index.js';
export { POLICY_VERSION, maySee, type Decision } from './may-see.js';
export { Standing } from './standing.js';
export { ABOVE_OFFICIAL, SPILLAGE_DETAIL, isSpillage } from './spillage.js';
export { AccessRefusal } from './refusal.js';
export {
  Caller,
  EvenDeparted,
  PURPOSE,
  PURPOSE_HEADER,
  Purpose,
  Roles,
  callerOf,
  documentedHeader,
} from './route-decorators.js';
export { actorOf, FEED, PROSECUTION, rightsOf, type AgreementInForce, type Viewer } from './viewer.js';
