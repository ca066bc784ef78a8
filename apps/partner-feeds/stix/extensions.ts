import { stixId } from './stix-ids.js';
import type { StixObject } from './stix-object.js';

/** When the definitions, and what has no time of its own, were made. Part of what has left: never changed. */
export const DEFINED_AT = '2026-01-01T00:00:00.000Z';

const VERSION = '1.0.0';
const DOCUMENTED = 'apps/partner-feeds/README.md of the Breakwater project';

/** Who keeps the definitions, and names what nobody in particular says: this exchange. */
export const EXCHANGE: StixObject & { id: string } = {
  type: 'identity',
  spec_version: '2.1',
  id: stixId('identity', 'breakwater'),
  created: DEFINED_AT,
  modified: DEFINED_AT,
  name: 'Breakwater',
  description: 'The exchange that carries what agencies and platforms say. It says nothing itself.',
  identity_class: 'system',
};

const extensionId = (name: string): string => stixId('extension-definition', name);

/** Ids of the extensions by what they extend. */
export const EXTENSION = {
  observables: extensionId('observables'),
  cases: extensionId('cases'),
  terms: extensionId('terms'),
  marking: extensionId('marking'),
} as const;

function definition(id: string, type: string, name: string, description: string, schema: string): StixObject {
  return {
    type: 'extension-definition',
    spec_version: '2.1',
    id,
    created_by_ref: EXCHANGE.id,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name,
    description,
    schema: `${schema} Described in ${DOCUMENTED}.`,
    version: VERSION,
    extension_types: [type],
  };
}

export const EXTENSION_DEFINITIONS: readonly StixObject[] = [
  definition(
    EXTENSION.observables,
    'new-sco',
    'Breakwater observables',
    'Identifiers that STIX 2.1 has no observable for. All properties contribute to the id.',
    'breakwater-phone-number {value, validity: valid | possible}; breakwater-group and breakwater-invite {platform, value}; ' +
      'breakwater-name, breakwater-place, breakwater-vehicle, breakwater-object {value}; ' +
      'breakwater-case {case_kind: referral | removal, value}; breakwater-identifier {identifier_kind, value}: a text that is no ' +
      'well-formed identifier of its kind.',
  ),
  definition(
    EXTENSION.cases,
    'new-sdo',
    'Breakwater referrals and removals',
    'What agencies refer to platforms, what platforms answer and remove, and what agencies find afterwards.',
    'breakwater-referral, breakwater-answer, breakwater-finding, breakwater-removal; each names its case by case_ref.',
  ),
  definition(
    EXTENSION.terms,
    'property-extension',
    'Breakwater terms',
    'How sure whoever says it is, in the words of the scheme that was used, on whose authority it may be passed on, and what ' +
      'STIX has no property for.',
    'originator, releasable_to, record, statement_kind, assessor, grading_scheme, grading_source, grading_information, ' +
      'claimed_time, claimed_precision, report, and what the statement says beside (relation, valid_from, valid_to, count, ...).',
  ),
  definition(
    EXTENSION.marking,
    'property-extension',
    'Breakwater markings',
    'Codes of British and European intelligence handling. Whoever does not know a code passes nothing on that carries it.',
    'scheme: gsc | handling | condition | reach; code; meaning.',
  ),
];

/** The mark that an object of an own type carries. */
export function ofExtension(id: string, type: 'new-sdo' | 'new-sco'): { extensions: Record<string, object> } {
  return { extensions: { [id]: { extension_type: type } } };
}
