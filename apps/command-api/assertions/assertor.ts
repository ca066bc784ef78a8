import type { Viewer } from '#access';
import type { Role } from '#events';

/** Who acts, and in which of their roles. */
export interface Assertor {
  viewer: Viewer;
  role: string;
}

/** Roles whose members may say what their organisation knows. */
export const ASSERTING_ROLES = ['analyst', 'referrer'] as const satisfies readonly Role[];

/** Where somebody may see what they could not before, one of those who answer for releases has to say so. */
export const WIDENING_ROLE = 'authoriser' satisfies Role;

/** Who may regrade: whoever may say something may say it to fewer; to more, only an authoriser (`regrade.ts`). */
export const REGRADING_ROLES = [...ASSERTING_ROLES, WIDENING_ROLE] as const satisfies readonly Role[];

/** The caller in the role in which they act; the guard has made sure that they have one. */
export function assertorOf(viewer: Viewer, roles: readonly [Role, ...Role[]] = ASSERTING_ROLES): Assertor {
  return { viewer, role: roles.find((each) => viewer.roles.includes(each)) ?? roles[0] };
}
