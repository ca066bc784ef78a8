import type { Viewer } from '#access';
import type { Role } from '#events';
import type { Assertor } from './assertion.js';

/** Roles whose members may say what their organisation knows. */
export const ASSERTING_ROLES = ['analyst', 'referrer'] as const satisfies readonly Role[];

/** The caller in the role in which they act; the guard has made sure that they have one. */
export function assertorOf(viewer: Viewer): Assertor {
  const role = ASSERTING_ROLES.find((each) => viewer.roles.includes(each)) ?? ASSERTING_ROLES[0];
  return { viewer, role };
}
