import type { Grading, Marking } from '#events';
import { GRADING_SCHEMES, gradingIsKnown } from '#events';
import { ABOVE_OFFICIAL, SPILLAGE_DETAIL, isAboveOfficial } from './spillage.js';
import {
  ACTION_CONDITIONS,
  GSC,
  HANDLING,
  LEGACY_DETAIL,
  SANITISATION_CONDITIONS,
  TLP,
  isLegacyTier,
} from './marking-codes.js';

interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

export interface MarkingRules {
  /** Where the marking stands in the request: `/marking`. */
  at: string;
  /** Organisation of the caller: nobody marks in another's name. */
  organisation: string;
  /** R2, switchable: handling C needs both an A and an S condition. Default true. */
  bothConditionsUnderC?: boolean;
}

/** Every fault of a marking on its way in; empty where it may enter. */
export function markingFaults(marking: Marking, rules: MarkingRules): Fault[] {
  const { at, organisation } = rules;
  return [
    ...gscFaults(marking.gsc, `${at}/gsc`),
    ...codeFaults([marking.tlp], TLP, () => `${at}/tlp`),
    ...codeFaults(marking.handling, HANDLING, (place) => `${at}/handling/${place}`),
    ...codeFaults(
      marking.conditions,
      [...ACTION_CONDITIONS, ...SANITISATION_CONDITIONS],
      (place) => `${at}/conditions/${place}`,
    ),
    ...conditionFaults(marking, rules),
    ...marking.releasableTo.flatMap((name, place) => nameFaults(name, `${at}/releasableTo/${place}`)),
    ...(marking.compartment === null ? [] : nameFaults(marking.compartment, `${at}/compartment`)),
    ...(marking.originator === organisation
      ? []
      : [
          {
            pointer: `${at}/originator`,
            code: 'marking.not-originator',
            detail: 'The originator must be your own organisation.',
          },
        ]),
  ];
}

function gscFaults(gsc: string, pointer: string): Fault[] {
  if (isAboveOfficial(gsc)) return [{ pointer, code: ABOVE_OFFICIAL, detail: SPILLAGE_DETAIL }];
  if (isLegacyTier(gsc)) return [{ pointer, code: 'marking.legacy', detail: LEGACY_DETAIL }];
  return codeFaults([gsc], GSC, () => pointer);
}

function codeFaults(codes: readonly string[], known: readonly string[], pointer: (place: number) => string): Fault[] {
  return codes.flatMap((code, place) =>
    known.includes(code)
      ? []
      : [{ pointer: pointer(place), code: 'marking.unknown-code', detail: `must be one of ${known.join(', ')}` }],
  );
}

function conditionFaults(
  { handling, conditions }: Marking,
  { at, bothConditionsUnderC = true }: MarkingRules,
): Fault[] {
  const pointer = `${at}/conditions`;
  if (handling.includes('P') && handling.includes('C'))
    return [
      {
        pointer: `${at}/handling`,
        code: 'marking.p-and-c',
        detail: 'A report is handled under P or under C, not both.',
      },
    ];
  if (!handling.includes('C'))
    return conditions.length === 0
      ? []
      : [
          {
            pointer,
            code: 'marking.conditions-without-c',
            detail: 'Conditions (A1 to A3, S1, S2) need handling code C.',
          },
        ];
  const some = (codes: readonly string[]): boolean => conditions.some((code) => codes.includes(code));
  if (!bothConditionsUnderC || (some(ACTION_CONDITIONS) && some(SANITISATION_CONDITIONS))) return [];
  return [
    { pointer, code: 'marking.c-needs-conditions', detail: 'Handling code C needs one of A1 to A3 and one of S1, S2.' },
  ];
}

/** An organisation id or the name of a group or compartment; `+` joins compartments of derived markings and is nobody's to write. */
function nameFaults(name: string, pointer: string): Fault[] {
  return /^[a-z0-9][a-z0-9-]{0,99}$/.test(name)
    ? []
    : [
        {
          pointer,
          code: 'marking.name',
          detail: 'must be an organisation id or a name of lower-case letters, digits and dashes',
        },
      ];
}

/** Every fault of a grading on its way in (R1): a grade means nothing without its scheme. */
export function gradingFaults(grading: Partial<Grading>, at: string): Fault[] {
  const { scheme, source, information } = grading;
  if (scheme === undefined || !Object.hasOwn(GRADING_SCHEMES, scheme))
    return [
      {
        pointer: `${at}/scheme`,
        code: 'grading.scheme',
        detail: `A grade needs its scheme: one of ${Object.keys(GRADING_SCHEMES).join(', ')}.`,
      },
    ];
  if (source !== undefined && information !== undefined && gradingIsKnown({ scheme, source, information })) return [];
  const codes = GRADING_SCHEMES[scheme];
  return [
    {
      pointer: at,
      code: 'grading.codes',
      detail: `Under ${scheme} the source is one of ${codes.source.join(', ')}, the information one of ${codes.information.join(', ')}.`,
    },
  ];
}
