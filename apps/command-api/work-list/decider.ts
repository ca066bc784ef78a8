import { Refusal } from '#events';
import type { Viewer } from '#access';
import type { LogReads } from '#event-log';

/** Who decides as an authoriser: themselves, or a colleague in whose hands one has put it for a while. */
export interface Decider {
  viewer: Viewer;
  /** Subject of the authoriser in whose stead they decide. */
  insteadOf?: string;
}

/** Roles whose members may be given an authoriser's decisions; the routes that decide let them in, this says who may. */
export const DECIDING_ROLES = ['authoriser', 'analyst', 'referrer'] as const;

/** Delegations to this member that hold: not ended, not recalled, and given by somebody who is still an authoriser. */
export async function delegatorsOf(read: Pick<LogReads, 'query'>, viewer: Viewer, now: Date): Promise<string[]> {
  const rows = await read.query<{ subject: string }>(
    `SELECT d.from_subject AS subject FROM duty_delegations d
      WHERE d.organisation = $1 AND d.to_subject = $2 AND NOT d.recalled AND d.until > $3
        AND EXISTS (SELECT 1 FROM members m
                     WHERE m.organisation = d.organisation AND m.subject = d.from_subject AND 'authoriser' = ANY (m.roles))
      ORDER BY d.until DESC`,
    [viewer.organisation, viewer.subject, now.toISOString()],
  );
  return rows.map(({ subject }) => subject);
}

/** @throws {@link Refusal} where the caller neither is an authoriser nor stands in for one */
export function deciding(viewer: Viewer, delegators: readonly string[]): Decider {
  if (viewer.roles.includes('authoriser')) return { viewer };
  const [insteadOf] = delegators;
  if (insteadOf !== undefined) return { viewer, insteadOf };
  throw new Refusal(
    'Forbidden',
    'role.missing',
    'Only an authoriser decides this, or a colleague who stands in for one.',
  );
}

/** For the data of a decision. */
export function inStead({ insteadOf }: Decider): { insteadOf?: string } {
  return insteadOf === undefined ? {} : { insteadOf };
}
