import type { EntityKind, EntityRef } from '#events';
import { DEFINED_AT, EXCHANGE, EXTENSION, ofExtension } from './extensions.js';
import { NODE_MARKING_REFS } from './markings.js';
import { observableId, stixId } from './stix-ids.js';
import type { StixObject } from './stix-object.js';

/**
 * Identities of what is spoken of. The same key gives the same object, whoever says something of it. Totals over any key: one that is
 * no well-formed identifier of its kind becomes an observable that claims nothing.
 */
export function nodeOf({ kind, key }: EntityRef): StixObject {
  return NODES[kind](key);
}

/** An organisation as the author of what it says. */
export function organisationNode(organisation: string, name?: string): StixObject {
  return domain('identity', `organisation ${organisation}`, {
    name: name ?? `Organisation ${organisation}`,
    identity_class: 'organization',
  });
}

/** Id under which an organisation is the creator of objects. */
export function organisationId(organisation: string): string {
  return stixId('identity', `organisation ${organisation}`);
}

/** A case by its number: what is said of it refers to this, and none of it needs the rest to be known. */
export function caseNode(kind: 'referral' | 'removal', id: string): StixObject {
  return own('breakwater-case', { case_kind: kind, value: id });
}

const REFERRAL = /^breakwater:referral\/(.+)$/s;

const NODES: Readonly<Record<EntityKind, (key: string) => StixObject>> = {
  account: (key) => account(key, 'user_id'),
  handle: (key) => account(key, 'account_login'),
  'phone-number': phoneNumber,
  group: (key) => own('breakwater-group', onPlatform(key)),
  invite: (key) => own('breakwater-invite', onPlatform(key)),
  name: (key) => own('breakwater-name', { value: key }),
  item,
  url: (key) => (isUrl(key) ? url(asUri(key)) : plain('url', key)),
  email: (key) =>
    /^[^\s@<>",;]+@[^\s@<>",;]+$/.test(key) ? observable('email-addr', { value: key }) : plain('email', key),
  'media-hash': mediaHash,
  person: (key) => domain('identity', `person ${key}`, { name: key, identity_class: 'individual' }),
  location: (key) => own('breakwater-place', { value: key }),
  vehicle: (key) => own('breakwater-vehicle', { value: key }),
  incident: (key) => domain('incident', key, { name: key }),
  object: (key) => own('breakwater-object', { value: key }),
  referral: (key) => caseNode('referral', REFERRAL.exec(key)?.[1] ?? key),
  // Its name is said of it like anything else: who may see a member need not be allowed to see that.
  network: (key) =>
    domain('threat-actor', key, {
      name: `Network ${key.replace(/^breakwater:network\//, '')}`,
      threat_actor_types: ['crime-syndicate'],
    }),
};

/** `platform:value` as canonical keys bear it. A key that was too long is a hash, and names no platform. */
function onPlatform(key: string): { platform: string; value: string } {
  const [, platform, value] = /^([a-z][a-z0-9.-]{0,31}):(.*)$/s.exec(key) ?? [];
  if (platform === undefined || value === undefined || platform === 'long') return { platform: 'unknown', value: key };
  return { platform, value };
}

/** Part of every account's id, so it is fixed: the open vocabulary of STIX where it has a word, else the name of the platform. */
const ACCOUNT_TYPES: Readonly<Record<string, string>> = { x: 'twitter' };

function account(key: string, property: 'user_id' | 'account_login'): StixObject {
  const { platform, value } = onPlatform(key);
  const type = Object.hasOwn(ACCOUNT_TYPES, platform) ? ACCOUNT_TYPES[platform] : platform;
  return observable('user-account', { account_type: type, [property]: value });
}

function phoneNumber(key: string): StixObject {
  const [, possible, value] = /^(possible:)?(\+\d{1,20}(?:;ext=\d{1,7})?)$/.exec(key) ?? [];
  if (value === undefined) return plain('phone-number', key);
  return own('breakwater-phone-number', { value, validity: possible === undefined ? 'valid' : 'possible' });
}

/** A post is its link; one that is known by its platform's number alone has a name in the form of a link. */
function item(key: string): StixObject {
  if (/^https?:/.test(key) && isUrl(key)) return url(asUri(key));
  const { platform, value } = onPlatform(key);
  return url(`urn:breakwater:item:${encode(platform)}:${encode(value)}`);
}

const HASHES: Readonly<Record<string, { name: string; digits: number }>> = {
  sha256: { name: 'SHA-256', digits: 64 },
  sha1: { name: 'SHA-1', digits: 40 },
  md5: { name: 'MD5', digits: 32 },
  pdq: { name: 'PDQ', digits: 64 },
};

function mediaHash(key: string): StixObject {
  const [, algorithm = '', hex = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(key) ?? [];
  const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  return hash?.digits === hex.length ? observable('file', { hashes: { [hash.name]: hex } }) : plain('media-hash', key);
}

function isUrl(key: string): boolean {
  return !/^(?:raw|long):/.test(key) && /^[a-z][a-z0-9+.-]*:/i.test(key) && URL.canParse(key);
}

/** The link with what no URI may hold percent-encoded: canonical links keep some of it as it was written. */
function asUri(link: string): string {
  const [, authority = '', rest = ''] = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?)(.*)$/is.exec(link) ?? [];
  const [path = '', ...fragment] = rest.split('#');
  const host = authority.replace(/[^A-Za-z0-9\-._~:/@!$&'()*+,;=%[\]]+/gu, encode);
  return host + encoded(path) + (fragment.length === 0 ? '' : `#${encoded(fragment.join('%23'))}`);
}

function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]+/gu, encode).replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
}

function encode(text: string): string {
  // Lone surrogates are no characters, and encodeURIComponent throws on them.
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

function url(value: string): StixObject {
  return observable('url', { value });
}

function plain(kind: EntityKind, key: string): StixObject {
  return own('breakwater-identifier', { identifier_kind: kind, value: key });
}

function own(type: string, properties: Readonly<Record<string, unknown>>): StixObject {
  return { ...observable(type, properties), ...ofExtension(EXTENSION.observables, 'new-sco') };
}

function observable(type: string, properties: Readonly<Record<string, unknown>>): StixObject {
  return {
    type,
    spec_version: '2.1',
    id: observableId(type, properties),
    object_marking_refs: NODE_MARKING_REFS,
    ...properties,
  };
}

/** Made by the exchange: nobody says anything by it, and nobody can take it back. */
function domain(type: string, key: string, properties: Readonly<Record<string, unknown>>): StixObject {
  return {
    type,
    spec_version: '2.1',
    id: stixId(type, key),
    created_by_ref: EXCHANGE.id,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    object_marking_refs: NODE_MARKING_REFS,
    ...properties,
  };
}
