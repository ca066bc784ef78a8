import type { Marking } from '#events';
import { compartmentsOf, staysAtHome, unknownCodes } from './marking-codes.js';
import { FEED, PROSECUTION, type Viewer } from './viewer.js';

/**
 * The one policy (DESIGN 5). Pure, and the only place that decides: questions, feeds, exports, errors and figures all ask it.
 * Decided once for each marking and never once for each row. Any change of an outcome is a new version, because the audit
 * names the version that was in force.
 */
export const POLICY_VERSION = 2;

export interface Decision {
  /** May know that it exists and read it. */
  see: boolean;
  /** May act on it towards the outside (refer, push to a platform) without asking the originator. */
  act: boolean;
  /** May pass it on, to recipients whom the marking lets see it, without asking the originator. */
  disclose: boolean;
  /** Stable codes of what stands in the way of any of the three, and of the ground on which it is seen. For the audit. */
  reasons: string[];
}

export function maySee(viewer: Viewer, marking: Marking): Decision {
  const unseen = obstaclesToSeeing(viewer, marking);
  const see = unseen.length === 0;
  if (!see) return { see, act: false, disclose: false, reasons: unseen };
  const unknown = unknownCodes(marking).length > 0 ? ['R8.unknown-code'] : [];
  const inaction = [...obstaclesToActing(marking), ...unknown];
  const silence = [...obstaclesToDisclosing(viewer, marking), ...unknown];
  return {
    see,
    act: inaction.length === 0,
    disclose: silence.length === 0,
    reasons: [groundOfSeeing(viewer, marking), ...new Set([...inaction, ...silence])],
  };
}

function obstaclesToSeeing(viewer: Viewer, marking: Marking): string[] {
  return [
    ...(compartmentsOf(marking).every((name) => viewer.compartments.includes(name)) ? [] : ['compartment']),
    ...(viewer.asks === FEED ? obstaclesToFeeds(marking) : []),
    ...(viewer.organisation === marking.originator ? [] : obstaclesToOthers(viewer, marking)),
  ];
}

/** A code that nobody understands may be stricter than RED, so it keeps out of feeds like RED does. */
function obstaclesToFeeds(marking: Marking): string[] {
  if (marking.tlp === 'RED') return ['R9.red-in-feed'];
  return unknownCodes(marking).length > 0 ? ['R8.unknown-code'] : [];
}

/** What keeps an organisation other than the originator from seeing. */
function obstaclesToOthers(viewer: Viewer, marking: Marking): string[] {
  if (unknownCodes(marking).length > 0) return ['R8.unknown-code'];
  if (marking.tlp === 'AMBER+STRICT') return ['R9.amber-strict'];
  if (staysAtHome(marking)) return ['gsc.organisational-use-only'];
  if (viewer.kind === 'platform' && marking.handling.includes('AGENCIES-ONLY')) return ['agencies-only'];
  if (viewer.kind === 'platform' && marking.handling.includes('HMG-USE-ONLY')) return ['gsc.hmg-use-only'];
  if (marking.releasableTo.length > 0) return isReleasedTo(viewer, marking) ? [] : ['not-released'];
  if (marking.tlp === 'RED') return ['R9.red-not-named'];
  if (marking.handling.includes('RECIPIENTS-ONLY')) return ['gsc.recipients-only'];
  if (marking.tlp === 'AMBER') return ['tlp.amber'];
  // A platform is an organisation of its own and never part of the community, nor of government.
  if (viewer.kind === 'platform' && reachOf(marking) === 'community') return ['tlp.community'];
  return [];
}

/** RED, and RECIPIENTS ONLY, is for recipients who are named themselves: whoever joins a group later was not. */
function isReleasedTo(viewer: Viewer, marking: Marking): boolean {
  const byName = marking.releasableTo.includes(viewer.organisation);
  const inGroup =
    !marking.handling.includes('RECIPIENTS-ONLY') &&
    viewer.groups.some((group) => marking.releasableTo.includes(group));
  return byName || (marking.tlp !== 'RED' && inGroup);
}

/** How far a marking without a list of recipients goes. */
export function reachOf(marking: Marking): 'everybody' | 'community' | 'originator' {
  if (staysAtHome(marking) || marking.handling.includes('RECIPIENTS-ONLY')) return 'originator';
  if (marking.tlp === 'CLEAR') return marking.gsc === 'OFFICIAL' ? 'everybody' : 'community';
  return marking.tlp === 'GREEN' ? 'community' : 'originator';
}

function groundOfSeeing(viewer: Viewer, marking: Marking): string {
  if (viewer.organisation === marking.originator) return 'ground.own';
  if (marking.releasableTo.includes(viewer.organisation)) return 'ground.named';
  return marking.releasableTo.length > 0 ? groundOfGroup(viewer, marking) : `ground.${reachOf(marking)}`;
}

/** A group that the organisation is in by itself comes before one that an agreement gives it: that one outlasts the agreement. */
function groundOfGroup({ groups, agreements = [] }: Viewer, { releasableTo }: Marking): string {
  const released = groups.filter((group) => releasableTo.includes(group));
  const [given, ...others] = released.map((group) => agreements.find((each) => each.group === group));
  const byAgreement = [given, ...others].every((agreement) => agreement !== undefined);
  return byAgreement && given !== undefined ? `ground.agreement:${given.agreement}` : 'ground.group';
}

/** A1 forbids acting on anything derived, whoever derived it, until the originator's permission is recorded (R5). */
export function obstaclesToActing({ conditions, handling }: Marking): string[] {
  return [
    ...(conditions.includes('A1') ? ['R5.a1-permission'] : []),
    // A takedown is an overt act.
    ...(conditions.includes('A2') ? ['A2.covert-only'] : []),
    ...(handling.includes('H3') ? ['H3.restrictions'] : []),
  ];
}

/** No exception for the originator: once derived, nobody can tell any more whose consent is meant, so it is always recorded. */
export function obstaclesToDisclosing(viewer: Viewer, { conditions, handling }: Marking): string[] {
  return [
    ...(conditions.includes('S2') ? ['R6.s2-consult'] : []),
    ...(handling.includes('H2') ? ['R6.h2-consent'] : []),
    ...(handling.includes('ORCON') ? ['R6.orcon-consent'] : []),
    ...(handling.includes('H3') ? ['H3.restrictions'] : []),
    ...(handling.includes('H1') && viewer.asks === PROSECUTION ? ['R6.h1-proceedings'] : []),
  ];
}
