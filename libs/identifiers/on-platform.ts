import type { Flag, Form, Hints } from './canonical-form.js';
import type { PlatformLink } from './link-parts.js';
import { platformLink } from './platform-links.js';
import { phoneNumber } from './phone-number.js';
import { bareName, handleOn, numberOn, platformNamed, rulesOf, type Platform } from './platforms.js';
import { fold, mixesScripts, tidy } from './text.js';

export type PlatformKind = 'account' | 'handle' | 'group' | 'invite' | 'item';

/** What is left of a value once its platform is known. */
interface Named {
  platform: string;
  known?: Platform;
  text: string;
  link?: PlatformLink;
  flags: Flag[];
}

const PREFIX = /^([a-z][a-z0-9.-]{0,31}):(?!\/\/)(.*)$/isu;

/** The key of an account, handle, group, invite or item: `platform:value`, from a link, a prefixed value or a hint. */
export function onPlatform(kind: PlatformKind, value: string, hints: Hints): Form {
  const named = nameOf(value, hints);
  const text = named.link === undefined ? named.text : named.link.value;
  const id = VALUE[kind](text, named, hints);
  const flags = [...named.flags, ...(named.link === undefined ? [] : linkFlags(kind, named.link))];
  if (id === '') flags.push('empty');
  if (named.known !== undefined && id !== '')
    flags.push(...formFlags(kind, named.known, id), ...numberFlags(named.known, id, text, regionOf(named, hints)));
  if (mixesScripts(id)) flags.push('mixed-scripts');
  return { key: `${named.platform}:${id}`, flags: [...new Set(flags)] };
}

function nameOf(value: string, hints: Hints): Named {
  const link = platformLink(value);
  if (link !== undefined) return { platform: link.platform, known: link.platform, text: link.value, link, flags: [] };
  const text = tidy(value);
  const [, prefix = '', rest = ''] = PREFIX.exec(text) ?? [];
  const written = prefix === '' ? undefined : platformNamed(prefix);
  if (written !== undefined) return onNamed(written, rest);
  if (hints.platform !== undefined && hints.platform.trim() !== '') {
    const hinted = platformNamed(hints.platform);
    const slug = fold(hints.platform)
      .replace(/[^a-z0-9.-]+/gu, '-')
      .replace(/^[^a-z]+/u, '')
      .slice(0, 32);
    if (hinted !== undefined) return onNamed(hinted, text);
    if (slug !== '') return unknownPlatform(slug, prefix.toLowerCase() === slug ? rest : text);
  }
  if (prefix !== '') return unknownPlatform(prefix.toLowerCase(), rest);
  return { platform: 'any', text, flags: ['platform-missing'] };
}

function unknownPlatform(slug: string, text: string): Named {
  return { platform: slug, text, flags: [slug === 'any' ? 'platform-missing' : 'platform-unknown'] };
}

/** `instagram:https://instagram.com/name` is the link again; a link to another platform is not taken for this one's. */
function onNamed(platform: Platform, text: string): Named {
  const link = platformLink(text);
  return link?.platform === platform
    ? { platform, known: platform, text: link.value, link, flags: [] }
    : { platform, known: platform, text, flags: [] };
}

function regionOf({ link }: Named, hints: Hints): string | undefined {
  return link?.region ?? hints.region;
}

type ValueRule = (text: string, named: Named, hints: Hints) => string;

const VALUE: Record<PlatformKind, ValueRule> = {
  handle: (text, named, hints) => handleOn(named.known, text, regionOf(named, hints)),
  account: (text, named, hints) => accountId(text, named, hints),
  group: (text, named) => groupId(text, named),
  // Codes of invitations and posts are case-sensitive everywhere.
  invite: bareName,
  item: bareName,
};

function accountId(text: string, named: Named, hints: Hints): string {
  const id = bareName(text);
  if (named.known === undefined) return id;
  const rules = rulesOf(named.known);
  const number = numberOn(named.known, id, regionOf(named, hints));
  if (number !== undefined) return number;
  return rules.codes?.test(id) === true ? id : fold(id);
}

/** Telegram's programs write a channel's id with `-100` in front, its links write it without; ids of small groups are shorter. */
function groupId(text: string, named: Named): string {
  const id = bareName(text);
  if (named.known === undefined || rulesOf(named.known).codes?.test(id) === true) return id;
  return named.known === 'telegram' ? fold(id).replace(/^-100(?=\d{10,}$)/u, '') : fold(id);
}

function linkFlags(kind: PlatformKind, link: PlatformLink): Flag[] {
  if (link.kind === kind) return [];
  // A link to a name does not say whether a person or a group bears it; a number is how messengers find an account.
  if (kind === 'group' && link.kind === 'handle') return [];
  if (link.kind === 'phone-number' && (kind === 'account' || kind === 'handle')) return [];
  return kind === 'account' && link.kind === 'handle' ? ['not-a-platform-id'] : ['another-kind'];
}

function formFlags(kind: PlatformKind, platform: Platform, id: string): Flag[] {
  const rules = rulesOf(platform);
  if (kind === 'account') return rules.id.test(id) ? [] : ['not-a-platform-id'];
  if (kind !== 'handle') return [];
  const usual =
    rules.handle.test(id) || rules.exact?.test(id) === true || (rules.byNumber === true && id.startsWith('+'));
  return usual ? [] : ['unusual-form'];
}

/** The number that an account is found by is as much a hypothesis as one that stands for itself (R32). */
function numberFlags(platform: Platform, id: string, text: string, region: string | undefined): Flag[] {
  if (rulesOf(platform).byNumber !== true || !id.startsWith('+')) return [];
  const bare = bareName(text);
  // WhatsApp's programs leave out the plus, and never the country.
  if (platform === 'whatsapp' && id === `+${bare}`) return [];
  return phoneNumber(bare, region).flags.filter((flag) => flag === 'region-assumed');
}
