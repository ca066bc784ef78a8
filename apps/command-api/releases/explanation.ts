import type { DecisionBasis, KnownEvent } from '#events';

/** One step of a decision in words, with what it was based on then. */
export interface ExplainedStep {
  at: string;
  step: string;
  /** Subject id of the member; never a name. */
  by: string;
  role: string;
  words: string;
  basis?: {
    policy: number;
    knownAt: string;
    permissions: readonly string[];
    because: { code: string; words: string }[];
  };
}

/** What the codes of the policy mean, in words that outlive the build that decided. */
const MEANINGS: Readonly<Record<string, string>> = {
  'R5.a1-permission': 'condition A1: no action without the originator (R5)',
  'R6.s2-consult': 'condition S2: the originator is consulted before it is passed on (R6)',
  'R6.h2-consent': 'handling H2: not passed on without the provider (R6)',
  'R6.orcon-consent': 'ORCON: the originator controls who gets it (R6)',
  'R6.h1-proceedings': 'handling H1: not in judicial proceedings (R6)',
  'H3.restrictions': 'handling H3: restrictions in words, which only the provider can weigh',
  'A2.covert-only': 'condition A2: for covert action only',
  'R3.unreliable-source': 'the source is not reliable, so nothing is triggered by itself (R3)',
  'R3.suspected-false': 'it is suspected to be false, so nothing is triggered by itself (R3)',
  'R3.ungraded': 'it has no grading that is known (R3)',
  'R8.unknown-code': 'a code of its marking is unknown, so it is not releasable (R8)',
  'R9.amber-strict': 'TLP:AMBER+STRICT stays with its organisation (R9)',
  'R9.red-in-feed': 'TLP:RED goes into no machine feed (R9)',
  'R9.red-not-named': 'TLP:RED is for those who are named',
  'not-released': 'the original is not released to this recipient',
  'tlp.amber': 'TLP:AMBER to nobody in particular stays with its originator',
  'tlp.community': 'the original is for agencies and units only',
  'gsc.organisational-use-only': 'ORGANISATIONAL USE ONLY: it stays with its organisation',
  'gsc.hmg-use-only': 'HMG USE ONLY: it is never for a platform',
  'gsc.recipients-only': 'RECIPIENTS ONLY: it is for those who are named',
  'agencies-only': 'it is never for a platform',
  compartment: 'it belongs to a circle of need-to-know',
  'basis.not-visible': 'it rests on something that may not be seen any more',
  withdrawn: 'it has been withdrawn',
  permission: 'the originator has consented',
  'consent.own': 'it is the organisation’s own, and its authoriser decides',
  'recipient.named': 'the recipient was named',
  'recipient.group': 'the recipient belongs to the named group',
  'recipient.agreement': 'the recipient is a party to the agreement',
};

const STEPS: Readonly<Record<string, (data: Record<string, unknown>) => string>> = {
  'release.proposed': ({ form, rule, recipients }) =>
    `Proposed a ${String(form)} copy for ${(recipients as unknown[]).length} organisation(s); rule of approval: ${String(rule)}.`,
  'release.approved': ({ insteadOf }) => `Approved${stead(insteadOf)}.`,
  'release.refused': ({ reason, insteadOf }) => `Refused${stead(insteadOf)}: ${String(reason)}`,
  'release.held': ({ until, reason }) => `Stopped until ${String(until)}: ${String(reason)}`,
  'release.resumed': ({ override, reason, insteadOf }) =>
    `${override === true ? `Overrode the hold of a colleague${stead(insteadOf)}` : 'Lifted the own hold'}: ${String(reason)}`,
  'release.override-noted': ({ insteadOf }) => `Took note of the override${stead(insteadOf)}.`,
  'release.carried-out': ({ copy }) => `Handed over as assertion ${String(copy)}.`,
  'disclosure.emergency-made': ({ reason, copy }) =>
    `Disclosed at once because of a threat to life, as assertion ${String(copy)}: ${String(reason)}`,
  'disclosure.emergency-reviewed': ({ outcome, reason, insteadOf }) =>
    `Reviewed${stead(insteadOf)}: ${String(outcome)}. ${String(reason)}`,
};

const stead = (insteadOf: unknown): string => (typeof insteadOf === 'string' ? ` in the stead of ${insteadOf}` : '');

/** The story of a decision from its own events, told without asking anything that may have changed since. */
export function explain(events: readonly KnownEvent[]): ExplainedStep[] {
  return events.map(({ body, actor, recordedTime }) => {
    const data = body.data as unknown as Record<string, unknown> & { decision?: DecisionBasis };
    const { decision } = data;
    return {
      at: recordedTime,
      step: body.type,
      by: actor.user,
      role: actor.role,
      words: STEPS[body.type]?.(data) ?? body.type,
      ...(decision === undefined
        ? {}
        : {
            basis: {
              policy: decision.policy,
              knownAt: decision.at,
              permissions: decision.permissions,
              because: decision.reasons.map((code) => ({ code, words: meaning(code) })),
            },
          }),
    };
  });
}

/** `CODE:EVENT -> RECIPIENT` in words. */
function meaning(reason: string): string {
  const [what = '', recipient] = reason.split(' -> ');
  const split = what.indexOf(':');
  const code = (split < 0 ? what : what.slice(0, split)).replace(/^copy\./, '');
  const about = split < 0 ? '' : ` (${what.slice(split + 1)})`;
  const copy = what.startsWith('copy.') ? 'of the copy itself: ' : '';
  const to = recipient === undefined ? '' : `, for ${recipient}`;
  return `${copy}${MEANINGS[code] ?? code}${about}${to}`;
}
