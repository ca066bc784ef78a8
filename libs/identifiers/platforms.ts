import { phoneNumber } from './phone-number.js';
import { fold, tidy } from './text.js';

/** What a platform's own names look like. A handle is whatever people are found by; an id never changes hands. */
export interface PlatformRules {
  /** Other names of the platform in front of a handle or an id. */
  aliases: readonly string[];
  /** Form of an id that the platform gives once. */
  id: RegExp;
  /** Form of a handle after folding; another form is kept and flagged. */
  handle: RegExp;
  /** Characters that the platform itself ignores in a handle. */
  ignores?: RegExp;
  /** People are found by number there. */
  byNumber?: true;
  /** Handles of this form are codes: their case is kept. */
  exact?: RegExp;
  /** Ids of accounts and groups of this form are codes: two that differ in case are two. */
  codes?: RegExp;
  /** Form of an invitation's code where it can be told from a word. */
  invite?: RegExp;
}

const NUMERIC = /^\d{1,20}$/u;
/** A channel is named by a code there. */
const CHANNEL = /^channel\//u;
const ANY_ID = /^\S{1,128}$/u;
const UUID = /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\+?\d{5,20}(?:@[a-z.]+)?)$/iu;

/** All of them fold case in handles; Facebook ignores dots as well (domain-standards 4.3). */
export const PLATFORMS = {
  instagram: { aliases: ['ig', 'insta'], id: NUMERIC, handle: /^[a-z0-9._]{1,30}$/u, codes: CHANNEL },
  tiktok: { aliases: ['tt'], id: NUMERIC, handle: /^[a-z0-9._]{1,23}[a-z0-9_]$/u },
  x: { aliases: ['twitter'], id: NUMERIC, handle: /^[a-z0-9_]{1,15}$/u },
  facebook: { aliases: ['fb', 'meta'], id: NUMERIC, handle: /^[a-z0-9-]{3,50}$/u, ignores: /\./gu },
  youtube: {
    aliases: ['yt'],
    id: /^UC[\w-]{22}$/u,
    codes: /^UC[\w-]{22}$/u,
    handle: /^(?:(?:c|user)\/)?[\p{L}\p{M}\p{N}._·-]{3,100}$/u,
  },
  snapchat: { aliases: ['snap'], id: UUID, handle: /^[a-z][a-z0-9._-]{2,14}$/u },
  telegram: {
    aliases: ['tg'],
    id: /^-?\d{1,20}$/u,
    handle: /^[a-z][a-z0-9_]{3,31}$/u,
    byNumber: true,
    invite: /^[\w-]{16,24}$/u,
  },
  whatsapp: {
    aliases: ['wa'],
    id: UUID,
    handle: /^[a-z0-9._]{3,35}$/u,
    byNumber: true,
    codes: CHANNEL,
    invite: /^[A-Za-z0-9]{20,24}$/u,
  },
  signal: {
    aliases: [],
    id: UUID,
    handle: /^[a-z_][a-z0-9_]{2,31}\.\d{2,9}$/u,
    byNumber: true,
    exact: /^eu\//u,
    codes: /^[\w+/-]{43}=$/u,
  },
  viber: { aliases: [], id: ANY_ID, handle: /^[^\s]{1,64}$/u, byNumber: true, codes: /^[\w+/-]{22}==$/u },
  zalo: { aliases: [], id: ANY_ID, handle: /^[^\s]{1,64}$/u, byNumber: true },
} as const satisfies Record<string, PlatformRules>;

export type Platform = keyof typeof PLATFORMS;

const NAMES: ReadonlyMap<string, Platform> = new Map(
  (Object.keys(PLATFORMS) as Platform[]).flatMap((name) =>
    [name, ...PLATFORMS[name].aliases].map((alias) => [alias, name] as const),
  ),
);

/** The platform that a name or one of its short forms means. */
export function platformNamed(name: string): Platform | undefined {
  return NAMES.get(fold(name));
}

/** Rules of a platform, as their common type. */
export function rulesOf(platform: Platform): PlatformRules {
  return PLATFORMS[platform];
}

/** A handle as its platform compares it. */
export function handleOn(platform: Platform | undefined, text: string, region: string | undefined): string {
  const rules = platform === undefined ? undefined : rulesOf(platform);
  const bare = bareName(rules?.ignores === undefined ? text : text.replace(rules.ignores, ''));
  if (rules?.exact?.test(bare) === true) return bare;
  return (platform === undefined ? undefined : numberOn(platform, bare, region)) ?? fold(bare);
}

/** Hosts that WhatsApp's own exports write behind a number. */
const WHATSAPP_HOST = /@(?:s\.whatsapp\.net|c\.us)$/iu;

/** The number by which people are found there; undefined where it is none. WhatsApp's programs write it without a plus, and always with its country. */
export function numberOn(platform: Platform, text: string, region: string | undefined): string | undefined {
  if (rulesOf(platform).byNumber !== true) return undefined;
  const { key } = phoneNumber(text, region);
  if (key.startsWith('+')) return key;
  const digits =
    platform === 'whatsapp' ? /^\+?([1-9]\d{6,14})$/u.exec(text.replace(WHATSAPP_HOST, ''))?.[1] : undefined;
  return digits === undefined ? undefined : `+${digits}`;
}

/** A name without the signs that people put in front of it. */
export function bareName(text: string): string {
  return tidy(text).replace(/^[@\s/]+/u, '');
}
