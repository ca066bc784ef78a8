import type { Marking } from '#events';

/** Codes that the policy understands, each list from the widest to the strictest where it has an order. */
export const GSC = ['OFFICIAL', 'OFFICIAL-SENSITIVE'] as const;
/** Whether it is a tier that ended on 2 April 2014 and stood below SECRET; CONFIDENTIAL was above OFFICIAL. */
export function isLegacyTier(gsc: string): boolean {
  return /^\s*(?:UK\s+)?(?:RESTRICTED|PROTECT|UNCLASSIFIED|NOT PROTECTIVELY MARKED)(?:\W|$)/i.test(gsc);
}

export const LEGACY_DETAIL =
  'is a tier of before April 2014, which has no counterpart today: decide anew between OFFICIAL and OFFICIAL-SENSITIVE, and ' +
  'keep the old marking as a statement of the record (STATED, property "legacy-marking").';

export const TLP = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const;
/**
 * Handling instructions that follow a GSC tier (`OFFICIAL-SENSITIVE - RECIPIENTS ONLY`), as codes: for organisations that are
 * named themselves, for the originator alone, and never for a platform.
 */
export const GSC_INSTRUCTIONS = ['RECIPIENTS-ONLY', 'ORGANISATIONAL-USE-ONLY', 'HMG-USE-ONLY'] as const;
/**
 * 3x5x2 `P` and `C`, Europol `H0` to `H3`, `ORCON`, and `AGENCIES-ONLY`: never a platform, even when it is named. That one
 * is ours: what rests on something for the community and on something for a named platform may go to neither's whole reach.
 */
export const HANDLING = ['P', 'C', 'H0', 'H1', 'H2', 'H3', 'ORCON', 'AGENCIES-ONLY', ...GSC_INSTRUCTIONS] as const;
export const ACTION_CONDITIONS = ['A1', 'A2', 'A3'] as const;
export const SANITISATION_CONDITIONS = ['S1', 'S2'] as const;

const KNOWN_CONDITIONS: readonly string[] = [...ACTION_CONDITIONS, ...SANITISATION_CONDITIONS];

/** Codes that this build does not understand; what carries one is not releasable (R8). */
export function unknownCodes(marking: Marking): string[] {
  return [
    ...[marking.gsc].filter((code) => !includes(GSC, code)),
    ...[marking.tlp].filter((code) => !includes(TLP, code)),
    ...marking.handling.filter((code) => !includes(HANDLING, code)),
    ...marking.conditions.filter((code) => !includes(KNOWN_CONDITIONS, code)),
  ];
}

/** The strictest of some codes; one that is not in the order is stricter than all (R8). */
export function strictest(order: readonly string[], codes: readonly string[]): string {
  const unknown = codes.find((code) => !includes(order, code));
  if (unknown !== undefined) return unknown;
  return order[Math.max(...codes.map((code) => order.indexOf(code)))] ?? codes[0] ?? '';
}

/** Whether nobody but its originator may see it, whoever is named: AMBER+STRICT (R9), and what is for the organisation's use only. */
export function staysAtHome({ tlp, handling }: Pick<Marking, 'tlp' | 'handling'>): boolean {
  return tlp === 'AMBER+STRICT' || handling.includes('ORGANISATIONAL-USE-ONLY');
}

/** Between the names of a compartment that stands for several: whoever wants to see needs all of them. */
export const COMPARTMENT_JOIN = '+';

export function compartmentsOf(marking: Marking): string[] {
  return marking.compartment === null ? [] : marking.compartment.split(COMPARTMENT_JOIN);
}

function includes(codes: readonly string[], code: string): boolean {
  return codes.includes(code);
}
