import type { EntityKind, EntityRef, RelationType } from './entity.js';

/** What is said of identity and of assessed networks, beyond links: the closed lists of their terms. */

/** What a member does in a network. Said on MEMBER_OF into a network only. The order is wire format for the graph: append only. */
export const NETWORK_ROLES = [
  'organiser',
  'coordinator',
  'recruiter',
  'advertiser',
  'facilitator',
  'transporter',
  'guide',
  'accommodation',
  'document-forger',
  'financier',
  'money-handler',
  'supplier',
  'account-administrator',
  'enforcer',
  'unknown',
] as const;
export type NetworkRole = (typeof NETWORK_ROLES)[number];

/** Whether a link may say what its subject does in a network. */
export function carriesRole(relation: RelationType, to: EntityKind): boolean {
  return relation === 'MEMBER_OF' && to === 'network';
}

/** How an assessed network stands: value of its STATED `status`. */
export const NETWORK_STATUSES = ['active', 'dormant', 'disrupted', 'dismantled', 'unknown'] as const;
export type NetworkStatus = (typeof NETWORK_STATUSES)[number];

/** STATED of an entity that clusters and paths shall not be walked through; made by a demotion only, withdrawn like anything. */
export const DEMOTED = 'demoted';

/** What an assertion decides about identity or a network: made by the commands for it, and by nothing else. */
export const DECISION_ACTS = [
  'same',
  'not-same',
  'merge',
  'split',
  'demote',
  'assess-network',
  'revise-network',
  'add-member',
  'end-membership',
  'merge-networks',
  'split-network',
  're-key',
] as const;
export type DecisionAct = (typeof DECISION_ACTS)[number];

export interface Decision {
  act: DecisionAct;
  /** Why, in the author's words. */
  reason: string;
}

/** A network is named by the id of the assertion that assessed it: whoever may see that one may see that the network is. */
export function networkEntity(assessment: string): EntityRef {
  return { kind: 'network', key: `breakwater:network/${assessment}` };
}
