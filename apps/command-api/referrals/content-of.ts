import { basisFaults } from '../assertions/basis.js';
import { markingOf, markingRules, refuseFaults } from '../assertions/marking-rules.js';
import { gradingFaults, markingsInForce, type Viewer } from '#access';
import { instrumentOf, locate, referralFrom, referralStream, unknownInstrument } from '#casework';
import type { LogReads } from '#event-log';
import type { Marking, ReferralContent, ReferredItem, Fault } from '#events';
import { AssertionRules } from '../assertions/assertion-rules.js';
import type { ContentGiven, DraftGiven, ItemGiven } from './referral-given.js';
import { maySeeReferral } from './visible-referral.js';

type Reads = Pick<LogReads, 'query' | 'readStreams'>;

interface Platform {
  kind: string;
  platforms: string[] | null;
}

/**
 * What a caller gives, as the log will keep it: items by their canonical locations, earlier items looked up. What cannot be kept
 * at all is refused at once, with every fault; what is only missing yet is told apart (see `qualityFaults`).
 * @throws Refusal
 */
export async function contentOf(
  read: Reads,
  viewer: Viewer,
  given: ContentGiven | DraftGiven,
  { marking, rules }: { marking?: Marking; rules: AssertionRules },
): Promise<{ content: ReferralContent; marking: Marking }> {
  const [[platform], markings, earlier] = await Promise.all([
    read.query<Platform>('SELECT kind, platforms FROM organisations WHERE organisation = $1', [given.platform]),
    markingsInForce(read, given.basis ?? []),
    earlierReferrals(read, viewer, given),
  ]);
  const marked = marking ?? markingOf((given as DraftGiven).marking, viewer.organisation);
  const faults: Fault[] = [
    ...(marking === undefined ? markingRules(marked, viewer, rules.bothConditionsUnderC) : []),
    ...(platform?.kind === 'platform' ? [] : [UNKNOWN_PLATFORM]),
    ...(instrumentOf(given.instrument) === undefined ? [unknownInstrument()] : []),
    ...(given.grading === undefined ? [] : gradingFaults(given.grading, '/grading')),
    ...basisFaults(given.basis ?? [], markings, marked, viewer),
  ];
  const items = itemsOf(given.items, platform?.platforms ?? null, earlier, faults);
  if (given.successorOf !== undefined && !earlier.has(given.successorOf))
    faults.push({ pointer: '/successorOf', code: 'successor.unknown', detail: 'is no referral of yours' });
  refuseFaults('The referral cannot be taken', faults);
  const { instrument, ground, theme, urgency, language, territory = [], explanation, reference, paperwork } = given;
  return {
    marking: marked,
    content: {
      platform: given.platform,
      instrument,
      ground,
      theme,
      urgency,
      ...(language === undefined ? {} : { language }),
      territory,
      explanation,
      ...(reference === undefined ? {} : { reference }),
      ...(paperwork === undefined ? {} : { paperwork: { ...paperwork } }),
      ...(given.successorOf === undefined ? {} : { successorOf: given.successorOf }),
      items,
    },
  };
}

const UNKNOWN_PLATFORM: Fault = {
  pointer: '/platform',
  code: 'platform.unknown',
  detail: 'is no platform here',
};

function itemsOf(
  given: readonly ItemGiven[],
  served: readonly string[] | null,
  earlier: ReadonlyMap<string, ReferralContent>,
  faults: Fault[],
): ReferredItem[] {
  const seen = new Map<string, number>();
  return given.flatMap((item, place) => {
    const at = `/items/${place}`;
    const hints = item.platform === undefined ? {} : { platform: item.platform };
    const located = locate(item.kind, item.location, hints, `${at}/location`);
    if ('faults' in located) {
      faults.push(...located.faults);
      return [];
    }
    const { location, platform } = located;
    if (served !== null && !served.includes(platform))
      faults.push({
        pointer: `${at}/location`,
        code: 'item.other-platform',
        detail: `is on ${platform}, which this platform does not answer for`,
      });
    const name = `${location.kind}\n${location.key}`;
    const first = seen.get(name);
    if (first !== undefined)
      faults.push({ pointer: at, code: 'item.twice', detail: `is the same item as /items/${first}` });
    seen.set(name, place);
    const successorOf = successorOfItem(item, at, earlier, faults);
    return [
      {
        kind: item.kind,
        location,
        evidence: (item.evidence ?? []).map((each) => ({ ...each })),
        ...(successorOf === undefined ? {} : { successorOf }),
      },
    ];
  });
}

function successorOfItem(
  { successorOf }: ItemGiven,
  at: string,
  earlier: ReadonlyMap<string, ReferralContent>,
  faults: Fault[],
): ReferredItem['successorOf'] {
  if (successorOf === undefined) return undefined;
  const before = earlier.get(successorOf.referral)?.items[successorOf.item];
  if (before !== undefined) return { ...successorOf, location: before.location };
  faults.push({ pointer: `${at}/successorOf`, code: 'successor.unknown', detail: 'is no item of a referral of yours' });
  return undefined;
}

/** Referrals named as earlier ones, as far as the caller may see them. */
async function earlierReferrals(
  read: Reads,
  viewer: Viewer,
  { items, successorOf }: ContentGiven,
): Promise<Map<string, ReferralContent>> {
  const named = [
    ...(successorOf === undefined ? [] : [successorOf]),
    ...items.flatMap((item) => item.successorOf?.referral ?? []),
  ];
  if (named.length === 0) return new Map();
  const histories = await read.readStreams([...new Set(named)].map(referralStream));
  return new Map(
    [...histories.values()].flatMap((events) => {
      const state = referralFrom(events);
      return maySeeReferral(state, viewer) ? [[state.referral, state.content] as const] : [];
    }),
  );
}
