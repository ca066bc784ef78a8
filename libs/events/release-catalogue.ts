import {
  permissionEndedSchema,
  permissionGrantedSchema,
  permissionHeldSchema,
  permissionRequestedSchema,
} from './permission-schemas.js';
import {
  dutyDelegatedSchema,
  dutyRecalledSchema,
  emergencyMadeSchema,
  emergencyReviewedSchema,
  overrideNotedSchema,
  releaseApprovedSchema,
  releaseCarriedOutSchema,
  releaseHeldSchema,
  releaseProposedSchema,
  releaseRefusedSchema,
  releaseResumedSchema,
  releaseRuleSetSchema,
} from './release-schemas.js';

/** Decisions about passing on stay with those who decide: partners get the copy, which is an assertion, and not its story. */
function decisionRow<Schema extends object>(
  schema: Schema,
  personal: readonly { pointer: string; subject: string }[] = [],
) {
  return { topic: 'organisation.events', version: 1, schema, personal, partners: 'nothing', upcasters: [] } as const;
}

const WORDS = [
  { pointer: '/statements', subject: 'the entity that the released assertion is about' },
  { pointer: '/words', subject: 'the entity that the released assertion is about' },
] as const;

/** Rows of the catalogue for permissions, releases, emergency disclosures and delegations. */
export const RELEASE_CATALOGUE = {
  'permission.requested': decisionRow(permissionRequestedSchema),
  'permission.granted': decisionRow(permissionGrantedSchema),
  'permission.held': decisionRow(permissionHeldSchema),
  'permission.resumed': decisionRow(permissionEndedSchema),
  'permission.refused': decisionRow(permissionEndedSchema),
  'permission.revoked': decisionRow(permissionEndedSchema),
  'release.proposed': decisionRow(releaseProposedSchema, WORDS),
  'release.approved': decisionRow(releaseApprovedSchema),
  'release.refused': decisionRow(releaseRefusedSchema),
  'release.held': decisionRow(releaseHeldSchema),
  'release.resumed': decisionRow(releaseResumedSchema),
  'release.override-noted': decisionRow(overrideNotedSchema),
  'release.carried-out': decisionRow(releaseCarriedOutSchema),
  'release.rule-set': decisionRow(releaseRuleSetSchema),
  'disclosure.emergency-made': decisionRow(emergencyMadeSchema, WORDS),
  'disclosure.emergency-reviewed': decisionRow(emergencyReviewedSchema),
  'duty.delegated': decisionRow(dutyDelegatedSchema),
  'duty.recalled': decisionRow(dutyRecalledSchema),
} as const;
