import { CATALOGUE, MAX_FILTERED, type EventType, type Fault, type FeedFilter } from '#events';

/** Types of events that partners get. */
export const PARTNER_TYPES: readonly EventType[] = (Object.keys(CATALOGUE) as EventType[]).filter(
  (type) => CATALOGUE[type].partners === 'statement',
);

/** A platform as canonical identifiers bear it: by name, or by the host of its site. */
const PLATFORM = /^[a-z0-9][a-z0-9.-]{0,99}$/;
const NETWORK = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What in a filter can never let anything pass. Whether there is such a network is never said: that somebody assesses one may
 * be what this subscriber must not know.
 * @param at pointer to the filter
 */
export function filterFaults(filter: FeedFilter, at: string): Fault[] {
  return [
    ...listFaults(filter.types, `${at}/types`, typeFault),
    ...listFaults(filter.themes, `${at}/themes`, () => undefined),
    ...listFaults(filter.platforms, `${at}/platforms`, platformFault),
    ...listFaults(filter.territories, `${at}/territories`, territoryFault),
    ...listFaults(filter.networks, `${at}/networks`, networkFault),
  ];
}

type FaultOfOne = (value: string) => Omit<Fault, 'pointer'> | undefined;

function listFaults(list: readonly string[] | undefined, at: string, faultOf: FaultOfOne): Fault[] {
  if (list === undefined) return [];
  if (list.length === 0)
    return [
      { pointer: at, code: 'filter.empty', detail: 'lets nothing pass; leave the list out to let everything pass' },
    ];
  if (list.length > MAX_FILTERED)
    return [{ pointer: at, code: 'filter.too-many', detail: `has more than ${MAX_FILTERED} entries` }];
  return list.flatMap((value, place) => {
    const fault = faultOf(value);
    return fault === undefined ? [] : [{ pointer: `${at}/${place}`, ...fault }];
  });
}

const typeFault: FaultOfOne = (type) =>
  (PARTNER_TYPES as readonly string[]).includes(type)
    ? undefined
    : { code: 'filter.type-unknown', detail: `must be one of ${PARTNER_TYPES.join(', ')}` };

const platformFault: FaultOfOne = (name) =>
  PLATFORM.test(name)
    ? undefined
    : { code: 'filter.platform-form', detail: 'must be the name of a platform, like youtube or forum.example' };

const networkFault: FaultOfOne = (network) =>
  NETWORK.test(network)
    ? undefined
    : { code: 'filter.network-form', detail: 'must be the id of a network, a UUID in lower case' };

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** Letters that are no country, or another way to write one, would filter everything out and never say so. */
const territoryFault: FaultOfOne = (code) => {
  const named = /^[A-Z]{2}$/.test(code) ? COUNTRIES.of(code) : undefined;
  const { region } = named === undefined ? {} : new Intl.Locale(`und-${code}`);
  if (region === code) return undefined;
  return {
    code: 'filter.territory-unknown',
    detail: region === undefined ? 'must be a country (ISO 3166, two letters)' : `is written ${region} in ISO 3166`,
  };
};
