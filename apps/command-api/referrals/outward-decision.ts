import {
  POLICY_VERSION,
  basisLock,
  mayActOn,
  permissionLock,
  type ActDecision,
  type Ancestor,
  type Viewer,
} from '#access';
import { audienceOf, type OutwardBasis, Refusal, type Fault } from '#events';
import type { KnownReferral } from '#casework';
import type { LogReads } from '#event-log';
import { ancestryOf } from '../permissions/ancestry.js';
import { permissionsFor } from '../permissions/permission-table.js';
import { organisationsOf } from '../releases/recipients.js';

/**
 * Whether an agency may act on what a referral rests on by putting it before a platform (R3, R5, R6), as of now and kept as
 * decided. Taken twice over, with locks in between: what it rests on is neither regraded nor its consents revoked before the
 * transaction ends.
 * @throws {@link Refusal} `referral.not-allowed` with whose consent is missing, and what nobody's consent lifts
 */
export async function outwardDecision(
  read: LogReads,
  viewer: Viewer,
  { basis, content: { platform } }: Pick<KnownReferral, 'basis' | 'content'>,
  now: Date,
): Promise<OutwardBasis> {
  const first = await weighed(read, viewer, basis, platform, now);
  await read.lockShared([
    ...first.ancestors.map(({ event }) => basisLock(`assertion-${event}`)),
    ...permissionsIn(first.decision).map(permissionLock),
  ]);
  const { decision, ancestors, unknown } = await weighed(read, viewer, basis, platform, now);
  if (!decision.allowed || unknown.length > 0) throw notAllowed(decision, basis, unknown);
  return {
    policy: POLICY_VERSION,
    at: now.toISOString(),
    reasons: decision.reasons,
    permissions: permissionsIn(decision),
    of: ancestors.map(({ event, marking }) => ({ event, under: audienceOf(marking) })),
  };
}

interface Weighed {
  decision: ActDecision;
  ancestors: readonly Ancestor[];
  unknown: readonly string[];
}

const NOTHING_TO_ASK: ActDecision = { allowed: true, reasons: [], needs: [], barred: [] };

async function weighed(
  read: LogReads,
  viewer: Viewer,
  basis: readonly string[],
  platform: string,
  now: Date,
): Promise<Weighed> {
  if (basis.length === 0) return { decision: NOTHING_TO_ASK, ancestors: [], unknown: [] };
  const [{ ancestors, unknown }, permissions, known] = await Promise.all([
    ancestryOf(read, basis, viewer),
    permissionsFor(read, viewer.organisation, [platform]),
    organisationsOf(read, [platform]),
  ]);
  const recipient = known.get(platform);
  if (recipient === undefined)
    throw new Refusal('RuleRefused', 'platform.unknown', 'The platform is not here any more.');
  // Whoever may consent for the organisation consents by acting.
  const ownConsent = viewer.roles.includes('authoriser');
  const decision = mayActOn({
    action: 'act',
    by: viewer,
    recipient,
    ancestry: ancestors,
    permissions,
    now,
    ownConsent,
  });
  return { decision, ancestors, unknown };
}

function permissionsIn({ reasons }: ActDecision): string[] {
  return [...new Set(reasons.flatMap((code) => /^permission:(\S+)/.exec(code)?.[1] ?? []))];
}

function notAllowed({ needs, barred }: ActDecision, basis: readonly string[], unknown: readonly string[]): Refusal {
  const at = (event: string): string => (basis.includes(event) ? `/basis/${basis.indexOf(event)}` : '/basis');
  const faults: Fault[] = [
    ...unknown.map((event) => ({ pointer: at(event), code: 'basis.unknown', detail: 'is no event that you may see' })),
    ...needs.map(({ originator, event, recipient }) => ({
      pointer: at(event),
      code: 'permission.missing',
      detail: `needs the consent of ${originator} to acting on ${event} towards ${recipient}: POST /v1/permissions`,
    })),
    ...barred.map((reason) => {
      const [code = reason, event = ''] = reason.split(/:(?=[^:]*$)/);
      return { pointer: at(event), code, detail: 'stands in the way, and no consent lifts it' };
    }),
  ];
  return new Refusal(
    'RuleRefused',
    'referral.not-allowed',
    'What the referral rests on may not be acted on towards this platform.',
    faults,
  );
}
