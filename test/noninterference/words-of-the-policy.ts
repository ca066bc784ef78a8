/**
 * What the words of libs/access/README.md allow, written down a second time and without looking at how `maySee` does it. The
 * two are held against each other: a slip in one of them is then a difference and not a rule.
 */
import type { Marking } from '#events';
import type { Viewer } from '#access';

const KNOWN = {
  gsc: ['OFFICIAL', 'OFFICIAL-SENSITIVE'],
  tlp: ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'],
  handling: [
    'P',
    'C',
    'H0',
    'H1',
    'H2',
    'H3',
    'ORCON',
    'AGENCIES-ONLY',
    'RECIPIENTS-ONLY',
    'ORGANISATIONAL-USE-ONLY',
    'HMG-USE-ONLY',
  ],
  conditions: ['A1', 'A2', 'A3', 'S1', 'S2'],
};

export function wordsAllow(viewer: Viewer, marking: Marking): boolean {
  // "A compartment comes on top, also at the originator; a+b needs both."
  const circles = marking.compartment?.split('+') ?? [];
  if (!circles.every((circle) => viewer.compartments.includes(circle))) return false;
  // "RED and unknown codes never go to a feed."
  if (viewer.asks === 'feed' && (marking.tlp === 'RED' || hasUnknownCode(marking))) return false;
  // The table is about organisations other than the originator.
  return marking.originator === viewer.organisation || tableAllows(viewer, marking);
}

function hasUnknownCode({ gsc, tlp, handling, conditions }: Marking): boolean {
  return (
    !KNOWN.gsc.includes(gsc) ||
    !KNOWN.tlp.includes(tlp) ||
    handling.some((code) => !KNOWN.handling.includes(code)) ||
    conditions.some((code) => !KNOWN.conditions.includes(code))
  );
}

/** The table, row by row. */
function tableAllows(viewer: Viewer, marking: Marking): boolean {
  const isPlatform = viewer.kind === 'platform';
  const isCommunity = !isPlatform;
  if (hasUnknownCode(marking)) return false;
  if (marking.tlp === 'AMBER+STRICT' || marking.handling.includes('ORGANISATIONAL-USE-ONLY')) return false;
  const agenciesOnly = ['AGENCIES-ONLY', 'HMG-USE-ONLY'].some((code) => marking.handling.includes(code));
  if (agenciesOnly && isPlatform) return false;
  const namedThemselves = marking.tlp === 'RED' || marking.handling.includes('RECIPIENTS-ONLY');
  if (marking.releasableTo.length > 0) {
    const named = marking.releasableTo.includes(viewer.organisation);
    const inGroup = marking.releasableTo.some((name) => viewer.groups.includes(name));
    return namedThemselves ? named : named || inGroup;
  }
  if (namedThemselves) return false;
  switch (`${marking.tlp} ${marking.gsc}`) {
    case 'CLEAR OFFICIAL':
      return true;
    case 'CLEAR OFFICIAL-SENSITIVE':
    case 'GREEN OFFICIAL':
    case 'GREEN OFFICIAL-SENSITIVE':
      return isCommunity;
    default:
      return false;
  }
}
