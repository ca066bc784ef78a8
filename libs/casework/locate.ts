import type { EntityKind, EntityRef, ItemKind, Fault } from '#events';
import { canonical, platformLink, platformNamed, REFUSED_FLAGS, siteOf, type Flag } from '#identifiers';
import { A_KIND_OF_LINK, AN_ITEM_OF, CHANNELS_ARE_ACCOUNTS, standsFor } from './located-kinds.js';

/** Longest location, in UTF-16 units: no platform writes a longer link. */
export const MAX_LOCATION = 2_048;

export interface LocationHints {
  /** Platform of a handle or an id that is not written as a link: `instagram`, or the name of one without rules of its own. */
  platform?: string;
  /** Region (ISO 3166, two letters) that a national number is read in. */
  region?: string;
}

/** What was noticed; none of it is a reason to refuse. */
export type LocationFlag =
  | Flag
  /** A platform's own short link: what it leads to is not looked up, so it is no other spelling of anything. */
  | 'short-link'
  /** A form of link without a rule of its own: it is known by its exact text. */
  | 'known-by-its-link';

export interface Located {
  /** What the location stands for; `raw` is the text as given. */
  location: EntityRef;
  /** Name of the platform that it is on, or the host of the link where no platform is known. */
  platform: string;
  flags: LocationFlag[];
}

/**
 * The canonical entity that the location of an item stands for, so that the same post is one item however its link is
 * written (domain-standards 4.3). Total: a text that names nothing of that kind gives a fault that says what to give instead.
 */
export function locate(
  kind: ItemKind,
  raw: string,
  hints: LocationHints = {},
  pointer = '/location',
): Located | { faults: Fault[] } {
  const reading = raw.length > MAX_LOCATION ? tooLong(raw) : (linked(kind, raw, hints) ?? bare(kind, raw, hints));
  const answer = 'no' in reading ? reading : onExpected(raw, reading, hints);
  if (!('no' in answer)) return answer;
  return { faults: [{ pointer, code: `location.${answer.no}`, detail: answer.detail }] };
}

interface Refused {
  /** Code without its prefix. */
  no: string;
  detail: string;
}

interface Reading {
  kind: EntityKind;
  key: string;
  flags: LocationFlag[];
}

function tooLong({ length }: string): Refused {
  return {
    no: 'too-long',
    detail: `The location has ${length} characters; at most ${MAX_LOCATION} are allowed. Give the link or the handle alone.`,
  };
}

/** A location written as a link; undefined where it is none. */
function linked(kind: ItemKind, raw: string, { platform, region }: LocationHints): Reading | Refused | undefined {
  const link = platformLink(raw);
  if (link === undefined) return onUnplaced(kind, raw, platform);
  const entity = standsFor(kind, link.platform)[link.kind];
  if (entity === undefined)
    return {
      no: 'other-kind',
      detail: `This is the link of ${A_KIND_OF_LINK[link.kind]}, not of ${AN_ITEM_OF[kind]}.`,
    };
  const { key, flags } = canonical(entity, raw, region === undefined ? {} : { region });
  return flags.some((flag) => REFUSED_FLAGS.includes(flag)) ? notExact(kind) : { kind: entity, key, flags };
}

/** A link that no rule places: short ones stay as they are, those of sites without rules are known by their text. */
function onUnplaced(kind: ItemKind, raw: string, platform?: string): Reading | Refused | undefined {
  const site = siteOf(raw);
  // `nr.holidays` may be a host; beside a platform it is a name.
  if (site === undefined || (!site.hasPath && platform !== undefined && !raw.includes('/'))) return undefined;
  if (site.short && site.platform === undefined)
    return { no: 'shortened', detail: `A link of ${site.host} may lead anywhere. Give the link that it leads to.` };
  // A known platform names its accounts and groups in ways that have rules: what has none there is some other page.
  const otherPage = site.platform !== undefined && !site.short && standsFor(kind, '').item === undefined;
  if (!site.hasPath || otherPage) return notExact(kind);
  const { key, flags } = canonical('item', raw);
  return { kind: 'item', key, flags: [...flags, site.short ? 'short-link' : 'known-by-its-link'] };
}

/** A name, a number or an id without a link, which needs its platform beside it. */
function bare(kind: ItemKind, raw: string, hints: LocationHints): Reading | Refused {
  const name = canonical('handle', raw, hints);
  if (name.flags.includes('empty'))
    return { no: 'empty', detail: 'A location is missing. Give the link of the item, or its handle and platform.' };
  const platform = platformOf(name);
  if (platform === undefined) return NO_PLATFORM;
  const known = platformNamed(platform) !== undefined;
  const form = readAs(kind, platform, known || /:\d+$/u.test(name.key))
    .map((entity) => canonical(entity, raw, hints))
    .find(({ flags }) => !flags.some((flag) => REFUSED_FLAGS.includes(flag) || flag === 'unscoped'));
  if (form === undefined) return NO_PLATFORM;
  // A number alone does not say whether it is that of a video or of a story; a key does.
  const exact = siteOf(form.key) === undefined && (!known || form.key.includes('/'));
  return form.kind === 'item' && !exact ? notExact(kind) : form;
}

/**
 * Kinds that a bare name or number may be read as, the surer first: an id never changes hands, a handle does. Where no rule
 * tells the two apart (`mayBeId`), a name is a handle.
 */
function readAs(kind: ItemKind, platform: string, mayBeId: boolean): readonly EntityKind[] {
  if (kind === 'group' || (kind === 'channel' && !CHANNELS_ARE_ACCOUNTS.has(platform))) return ['group'];
  if (kind !== 'account' && kind !== 'page' && kind !== 'channel') return ['item'];
  return mayBeId ? ['account', 'handle'] : ['handle'];
}

function onExpected(raw: string, { kind, key, flags }: Reading, hints: LocationHints): Located | Refused {
  const platform = platformOf({ key }, hints);
  const expected = platformHint(hints);
  if (platform === undefined) return NO_PLATFORM;
  if (expected !== undefined && expected !== platform)
    return {
      no: 'other-platform',
      detail: `This is on ${platform} and not on ${expected}. Correct the link or the platform.`,
    };
  return { location: { kind, key, raw }, platform, flags };
}

function notExact(kind: ItemKind): Refused {
  return { no: 'not-exact', detail: `This does not lead to ${AN_ITEM_OF[kind]} in particular. Give its exact link.` };
}

const NO_PLATFORM: Refused = {
  no: 'no-platform',
  detail: 'Nothing says on which platform this is. Give its link, or name the platform.',
};

/** Prefixes of keys that no platform gave. */
const NOBODYS = new Set(['any', 'unscoped', 'raw', 'possible', 'long']);

/**
 * The platform that a canonical location is on: a name of `PLATFORMS`, the prefix of a platform without rules of its own, or
 * the host of a link. Undefined where nothing tells.
 */
export function platformOf({ key }: Pick<EntityRef, 'key'>, hints: LocationHints = {}): string | undefined {
  const site = siteOf(key);
  if (site !== undefined) return site.platform ?? platformHint(hints) ?? site.host;
  const prefix = /^([a-z][a-z0-9.-]{0,31}):/u.exec(key)?.[1];
  return prefix === undefined || NOBODYS.has(prefix) ? platformHint(hints) : prefix;
}

function platformHint({ platform = '' }: LocationHints): string | undefined {
  const named = platform.trim().toLowerCase();
  return named === '' ? undefined : (platformNamed(named) ?? named);
}
