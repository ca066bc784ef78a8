import type { Grading, GradingScheme } from '#events';

/**
 * Grades that never trigger anything by themselves (R3): 3x5x2 source 3 (not reliable) and information E (suspected false),
 * and what says the same in the other schemes (domain-standards 1.2). Compared within each scheme; nothing is converted.
 */
const UNRELIABLE: Readonly<Record<GradingScheme, { source: readonly string[]; information: readonly string[] }>> = {
  '3x5x2': { source: ['3'], information: ['E'] },
  '5x5x5': { source: ['D'], information: ['5'] },
  // Mostly unreliable; the scheme has no grade for what is suspected to be false.
  '4x4': { source: ['C'], information: [] },
  // Not usually reliable, unreliable, deliberately deceptive; improbable.
  admiralty: { source: ['D', 'E', 'G'], information: ['5'] },
};

/** Why a grade keeps a machine from acting by itself; empty where it does not. A grade that is missing or unknown is no ground to act on. */
export function obstaclesToAutomation(grading: Grading | undefined): string[] {
  if (grading === undefined || !Object.hasOwn(UNRELIABLE, grading.scheme)) return ['R3.ungraded'];
  const { source, information } = UNRELIABLE[grading.scheme];
  return [
    ...(source.includes(grading.source) ? ['R3.unreliable-source'] : []),
    ...(information.includes(grading.information) ? ['R3.suspected-false'] : []),
  ];
}
