import type { Marking } from '#events';
import { DEFINED_AT, EXCHANGE, EXTENSION } from './extensions.js';
import { stixId } from './stix-ids.js';
import type { StixObject } from './stix-object.js';

/** TLP 2.0 as FIRST and OASIS fixed it: receivers know these ids, and only these. */
const TLP_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';
const TLP_DEFINED_AT = '2022-10-01T00:00:00.000Z';
const TLP_IDS = {
  CLEAR: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  GREEN: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  AMBER: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'AMBER+STRICT': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  RED: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
} as const;

type Scheme = 'gsc' | 'handling' | 'condition' | 'reach';

/** What a recipient has to know of each code (domain-standards 1.1 to 1.3). */
const MEANINGS: Readonly<Record<Scheme, Readonly<Record<string, string>>>> = {
  gsc: {
    OFFICIAL: 'OFFICIAL.',
    'OFFICIAL-SENSITIVE': 'OFFICIAL with the marking -SENSITIVE: need to know.',
  },
  handling: {
    P: 'Lawful sharing permitted.',
    C: 'Lawful sharing permitted with conditions: see the conditions beside it.',
    H0: 'Only for preventing and combating crime.',
    H1: 'Not in judicial proceedings without the permission of the provider.',
    H2: 'Not passed on without the permission of the provider.',
    H3: 'Other restrictions: ask the provider.',
    ORCON: 'Not passed on without the consent of the originator.',
    'AGENCIES-ONLY': 'For agencies, never for a platform.',
    'RECIPIENTS-ONLY': 'For the recipients that are named, and nobody else.',
    'ORGANISATIONAL-USE-ONLY': 'For the use of the originator alone.',
    'HMG-USE-ONLY': 'For His Majesty\u2019s Government alone.',
  },
  condition: {
    A1: 'No action on it or on anything derived from it without the permission of the originator.',
    A2: 'Covert action only; protect source and technique.',
    A3: 'Overt action as the owner specifies.',
    S1: 'May be sanitised and passed on without asking.',
    S2: 'No sanitised passing on without consulting the originator.',
  },
  reach: {
    'NAMED-ONLY': 'Releasable to those that the object names in releasable_to of its terms, and to nobody else.',
    'AS-SAID': 'An identifier alone: it may be used and passed on only as what is said of it allows.',
    UNKNOWN: 'It carries a code that is not known: not to be passed on.',
  },
};

function own(scheme: Scheme, code: string, meaning: string): StixObject {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: ownId(scheme, code),
    created_by_ref: EXCHANGE.id,
    created: DEFINED_AT,
    name: `${scheme}:${code}`,
    extensions: { [EXTENSION.marking]: { extension_type: 'property-extension', scheme, code, meaning } },
  };
}

function ownId(scheme: Scheme, code: string): string {
  return stixId('marking-definition', `${scheme}:${code}`);
}

/** Every marking that an object can refer to. They travel with the objects: receivers know TLP 1 at best. */
export const MARKING_DEFINITIONS: readonly StixObject[] = [
  ...Object.entries(TLP_IDS).map(([label, id]) => ({
    type: 'marking-definition',
    spec_version: '2.1' as const,
    id,
    created: TLP_DEFINED_AT,
    name: `TLP:${label}`,
    extensions: { [TLP_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: label.toLowerCase() } },
  })),
  ...(Object.keys(MEANINGS) as Scheme[]).flatMap((scheme) =>
    Object.entries(MEANINGS[scheme]).map(([code, meaning]) => own(scheme, code, meaning)),
  ),
];

const unknown = ownId('reach', 'UNKNOWN');

function refOf(scheme: Scheme, code: string): string {
  return Object.hasOwn(MEANINGS[scheme], code) ? ownId(scheme, code) : unknown;
}

/** The definitions that a marking stands for, one of TLP among them. A code that is not known makes it not shareable (R8). */
export function markingRefs({ gsc, tlp, handling, conditions, releasableTo }: Marking): string[] {
  const refs = [
    Object.hasOwn(TLP_IDS, tlp) ? TLP_IDS[tlp as keyof typeof TLP_IDS] : unknown,
    refOf('gsc', gsc),
    ...[...handling].sort().map((code) => refOf('handling', code)),
    ...[...conditions].sort().map((code) => refOf('condition', code)),
    ...(releasableTo.length > 0 ? [ownId('reach', 'NAMED-ONLY')] : []),
  ];
  return [...new Set(refs)];
}

/**
 * Of identities and observables, and of what was taken back: one marking that fits whatever is said of them, so that it need not
 * change when that does. Nothing stricter than AMBER+STRICT travels in a feed (R9).
 */
export const NODE_MARKING_REFS: readonly string[] = [TLP_IDS['AMBER+STRICT'], ownId('reach', 'AS-SAID')];
