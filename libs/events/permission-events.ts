/**
 * Asking an originator before what it said is acted on or passed on (R5, R6): who asks, for whom, on what terms, and the
 * answer. A permission holds for one recipient and one kind of act, and for the marking under which it was given.
 */
export const OUTWARD_ACTIONS = ['act', 'disclose'] as const;
/** `act`: use it towards the outside (refer, push to a platform). `disclose`: pass it on. */
export type OutwardAction = (typeof OUTWARD_ACTIONS)[number];

export interface PermissionRequested {
  permission: string;
  /** Events that it is asked for; all of one originator. */
  of: string[];
  originator: string;
  action: OutwardAction;
  /** Organisation towards which the act is directed. */
  recipient: string;
  terms: string;
  dueAt: string;
}

export interface PermissionGranted {
  permission: string;
  terms: string;
  until?: string;
  /** Audiences of the markings in force, in the order of `of`: whoever marks anew must be asked anew. */
  under: number[];
  /** Subject of the authoriser in whose stead it was decided. */
  insteadOf?: string;
}

export interface PermissionEnded {
  permission: string;
  reason: string;
  insteadOf?: string;
}

/** The originator stops what it granted for a while, without taking it back. */
export interface PermissionHeld {
  permission: string;
  reason: string;
  until: string;
  insteadOf?: string;
}

export type PermissionEvent =
  | { type: 'permission.requested'; version: 1; data: PermissionRequested }
  | { type: 'permission.granted'; version: 1; data: PermissionGranted }
  | { type: 'permission.held'; version: 1; data: PermissionHeld }
  | { type: 'permission.resumed'; version: 1; data: PermissionEnded }
  | { type: 'permission.refused'; version: 1; data: PermissionEnded }
  | { type: 'permission.revoked'; version: 1; data: PermissionEnded };
