import { becameOf } from './figures.js';
import { deadlineBy, type CaseFact } from './case-fact.js';

/** Where the two sides' records of one request say different things, so that figures that differ can be followed to the case. */
export interface Difference {
  what:
    | 'only-in-one-record'
    | 'outcome'
    | 'effect'
    | 'reason'
    | 'time-of-acknowledgement'
    | 'time-of-effect'
    /** The deadline was breached in one record and not in the other. */
    | 'breach'
    /** The agency was told another outcome than the platform has recorded. */
    | 'told-otherwise'
    /** Removed in the platform's record, and the agency could still see it. */
    | 'still-available'
    /** Gone when the agency looked, and the platform's record says nothing of a removal. */
    | 'gone-without-removal';
  agency?: string;
  platform?: string;
}

const GONE = ['removed', 'disabled', 'account-suspended', 'account-terminated'];

/** Of one item of one referral; a side without a record is absent. */
export function differencesOf(
  agency: CaseFact | undefined,
  platform: CaseFact | undefined,
  measuredAt: string,
): Difference[] {
  if (agency === undefined || platform === undefined)
    return [
      {
        what: 'only-in-one-record',
        ...(agency === undefined ? {} : { agency: becameOf(agency) }),
        ...(platform === undefined ? {} : { platform: becameOf(platform) }),
      },
    ];
  return [
    ...unlike('outcome', becameOf(agency), becameOf(platform)),
    ...unlike('effect', agency.effect, platform.effect),
    ...unlike('reason', agency.reason, platform.reason),
    ...acknowledgedOtherwise(agency, platform),
    ...unlike('time-of-effect', toTheSecond(agency.effectiveAt), toTheSecond(platform.effectiveAt)),
    ...breachedOnce(deadlineBy(agency, measuredAt), deadlineBy(platform, measuredAt)),
    ...foundOtherwise(agency, platform),
  ];
}

function unlike(what: Difference['what'], agency: string | undefined, platform: string | undefined): Difference[] {
  if (agency === platform) return [];
  return [{ what, ...(agency === undefined ? {} : { agency }), ...(platform === undefined ? {} : { platform }) }];
}

function breachedOnce(agency: string | undefined, platform: string | undefined): Difference[] {
  return (agency === 'breached') === (platform === 'breached') ? [] : unlike('breach', agency, platform);
}

/** A request that goes on in a later removal was acknowledged in the earlier one: there is no time to compare. */
function acknowledgedOtherwise(agency: CaseFact, platform: CaseFact): Difference[] {
  if (platform.acknowledgedAt === undefined) return [];
  return unlike('time-of-acknowledgement', toTheSecond(agency.acknowledgedAt), toTheSecond(platform.acknowledgedAt));
}

function foundOtherwise({ finding, told }: CaseFact, platform: CaseFact): Difference[] {
  const became = becameOf(platform);
  const gone = became === 'already-gone' || (became === 'actioned' && GONE.includes(platform.effect ?? ''));
  return [
    ...(told !== undefined && told !== became
      ? [{ what: 'told-otherwise' as const, agency: told, platform: became }]
      : []),
    ...(finding === 'still-available' && gone
      ? [{ what: 'still-available' as const, agency: finding, platform: became }]
      : []),
    ...(finding === 'verified-unavailable' && !gone
      ? [{ what: 'gone-without-removal' as const, agency: finding, platform: became }]
      : []),
  ];
}

function toTheSecond(at: string | undefined): string | undefined {
  return at === undefined ? undefined : `${new Date(at).toISOString().slice(0, 19)}Z`;
}
