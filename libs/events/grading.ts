/**
 * How sure the source and the assessor were, in the words of their own scheme (R1). Never converted: 3x5x2 and 5x5x5 swap
 * letters and digits, so a grade without its scheme is meaningless and is rejected.
 */
export interface Grading {
  scheme: GradingScheme;
  source: string;
  information: string;
}

/** Codes of each scheme in order of trust (domain-standards 1.1, 1.2). The order is wire format for the graph: append only. */
export const GRADING_SCHEMES = {
  '3x5x2': { source: ['1', '2', '3'], information: ['A', 'B', 'C', 'D', 'E'] },
  '5x5x5': { source: ['A', 'B', 'C', 'D', 'E'], information: ['1', '2', '3', '4', '5'] },
  '4x4': { source: ['A', 'B', 'C', 'X'], information: ['1', '2', '3', '4'] },
  admiralty: { source: ['A', 'B', 'C', 'D', 'E', 'F', 'G'], information: ['1', '2', '3', '4', '5', '6'] },
} as const;

export type GradingScheme = keyof typeof GRADING_SCHEMES;

/** Whether both codes belong to the named scheme (R1). */
export function gradingIsKnown(grading: Grading): boolean {
  const scheme = Object.hasOwn(GRADING_SCHEMES, grading.scheme) ? GRADING_SCHEMES[grading.scheme] : undefined;
  return (
    scheme !== undefined &&
    (scheme.source as readonly string[]).includes(grading.source) &&
    (scheme.information as readonly string[]).includes(grading.information)
  );
}
