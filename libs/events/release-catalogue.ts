import { organisationRow } from './closed-schema.js';
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

const WORDS = [
  { pointer: '/statements', subject: 'the entity that the released assertion is about' },
  { pointer: '/words', subject: 'the entity that the released assertion is about' },
] as const;

/**
 * Rows of the catalogue for permissions, releases, emergency disclosures and delegations. They stay with those who decide: partners
 * get the copy, which is an assertion, and not its story.
 */
export const RELEASE_CATALOGUE = {
  'permission.requested': organisationRow(permissionRequestedSchema),
  'permission.granted': organisationRow(permissionGrantedSchema),
  'permission.held': organisationRow(permissionHeldSchema),
  'permission.resumed': organisationRow(permissionEndedSchema),
  'permission.refused': organisationRow(permissionEndedSchema),
  'permission.revoked': organisationRow(permissionEndedSchema),
  'release.proposed': organisationRow(releaseProposedSchema, WORDS),
  'release.approved': organisationRow(releaseApprovedSchema),
  'release.refused': organisationRow(releaseRefusedSchema),
  'release.held': organisationRow(releaseHeldSchema),
  'release.resumed': organisationRow(releaseResumedSchema),
  'release.override-noted': organisationRow(overrideNotedSchema),
  'release.carried-out': organisationRow(releaseCarriedOutSchema),
  'release.rule-set': organisationRow(releaseRuleSetSchema),
  'disclosure.emergency-made': organisationRow(emergencyMadeSchema, WORDS),
  'disclosure.emergency-reviewed': organisationRow(emergencyReviewedSchema),
  'duty.delegated': organisationRow(dutyDelegatedSchema),
  'duty.recalled': organisationRow(dutyRecalledSchema),
} as const;
