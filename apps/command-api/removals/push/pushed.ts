import type { Viewer } from '#access';
import { isOpen, locate, platformOnly, precedes, type Located, type PlatformActs } from '#casework';
import { type Marking, Refusal, type Fault } from '#events';
import { markingOf, markingRules, refuseFaults } from '../../assertions/marking-rules.js';
import type { PushGiven } from './push-form.js';

/** A pushed removal with the item that it is about. */
export interface LocatedPush {
  given: PushGiven;
  located: Located;
  /** Public id of the item: what open removals are found by. */
  entity: string;
}

/** Platforms that an organisation answers for; null where it may answer for any. */
export type Served = readonly string[] | null;

/**
 * What the location stands for, and whether it is the caller's to speak of. Pure.
 * @throws {@link Refusal} with the place of each fault
 */
export function locatePush({ item }: PushGiven, served: Served): Located {
  const { kind, location, platform, region } = item;
  const hints = { ...(platform === undefined ? {} : { platform }), ...(region === undefined ? {} : { region }) };
  const found = locate(kind, location, hints, '/item/location');
  if ('faults' in found) throw faulty(found.faults);
  if (served !== null && !served.includes(found.platform))
    throw faulty([
      {
        pointer: '/item/location',
        code: 'item.other-platform',
        detail: `is on ${found.platform}; your organisation answers for ${served.join(', ')}`,
      },
    ]);
  return found;
}

export interface Pushed {
  /** The removal that it decided, or the one that it reported. */
  removal: string;
  /** Whether somebody had asked for the item. */
  matched: boolean;
}

export interface PushContext {
  viewer: Viewer;
  /** Open removals by item; what is decided leaves it. */
  open: Map<string, string>;
  acts: PlatformActs;
  newId: () => string;
  /** Bulk call that it came in. */
  batch?: string;
}

/**
 * What was pushed answers the open removal of its item, or stands as a removal of its own. What the platform did before anybody
 * asked is both: its own removal, and for those who asked the item was gone already. Pure.
 * @throws {@link Refusal}, Refusal
 */
export function push({ given, located, entity }: LocatedPush, context: PushContext): Pushed {
  const { acts, open, batch } = context;
  const { outcome, reference, purpose } = given;
  const more = { ...(reference === undefined ? {} : { reference }), ...(batch === undefined ? {} : { batch }) };
  const removal = open.get(entity);
  const state = removal === undefined ? undefined : acts.stateOf(removal);
  if (removal === undefined || state === undefined || !isOpen(state))
    return { removal: reported(given, located, more, context), matched: false };
  const [first = ''] = state.requests.map(({ receivedAt }) => receivedAt).sort();
  if (outcome.result === 'actioned' && precedes(outcome.effectiveAt, first)) {
    reported(given, located, more, context);
    acts.say(removal, { type: 'decide', outcome: { result: 'already-gone', effect: 'none' }, ...more }, purpose);
  } else acts.say(removal, { type: 'decide', outcome, ...more }, purpose);
  open.delete(entity);
  return { removal, matched: true };
}

function reported(
  given: PushGiven,
  { location }: Located,
  more: { reference?: string; batch?: string },
  { viewer, acts, newId }: PushContext,
): string {
  const { item, outcome, theme, language, purpose } = given;
  if (outcome.result !== 'actioned')
    throw faulty([
      {
        pointer: '/outcome/result',
        code: 'removal.nothing-asked',
        detail: 'answers nobody: no referral asks for this item, and nothing was done to it',
      },
    ]);
  const removal = newId();
  const report = {
    type: 'report' as const,
    removal,
    platform: viewer.organisation,
    item: { kind: item.kind, location },
    marking: markingFor(given, viewer),
    outcome,
    ...(theme === undefined ? {} : { theme }),
    ...(language === undefined ? {} : { language }),
    ...more,
  };
  acts.say(removal, report, purpose);
  return removal;
}

function markingFor({ marking: given }: PushGiven, viewer: Viewer): Marking {
  if (given === undefined) return platformOnly(viewer.organisation, 'OFFICIAL');
  const marking = markingOf(given, viewer.organisation);
  refuseFaults('The removal cannot be taken', markingRules(marking, viewer));
  return marking;
}

function faulty(faults: readonly Fault[]): Refusal {
  const [first] = faults as readonly [Fault];
  return new Refusal('InvalidInput', first.code, `The removal cannot be taken: ${first.detail}`, faults);
}
