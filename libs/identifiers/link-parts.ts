import type { Platform } from './platforms.js';
import { decoded } from './text.js';

/** What a platform's link stands for. A handle may be a person, a channel or a group: the link does not say. */
export interface PlatformLink {
  kind: 'phone-number' | 'handle' | 'account' | 'group' | 'invite' | 'item';
  platform: Platform;
  value: string;
  /** Region that a national number in the link is read in, where the platform has a home. */
  region?: string;
}

/** A link taken apart for the readers of one platform. */
export interface LinkParts {
  host: string;
  /** Path segments, percent-decoded, empty ones left out. */
  path: string[];
  query: URLSearchParams;
  /** Without `#`. */
  fragment: string;
}

/** Hosts of the same site for phones and countries; `m.me` and `name.t.me` are sites of their own. */
const MOBILE = /^(?:www|m|mobile|web|mbasic|touch|music|\w\w-\w\w)\.(?=[^.]+\.)/u;

/** App links (`tg://resolve?domain=x`, `whatsapp://send?phone=1`) carry their verb where web links have the host. */
export function partsOf(url: URL): LinkParts {
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  const scheme = url.protocol === 'sgnl:' ? '' : `${url.protocol}//`;
  return {
    host: web ? hostOf(url.hostname) : `${scheme}${url.hostname}`,
    path: url.pathname
      .split('/')
      .map(decoded)
      .filter((segment) => segment !== ''),
    query: url.searchParams,
    fragment: decoded(url.hash.slice(1)),
  };
}

/** A site's host, however a phone or a country spells it. */
export function hostOf(hostname: string): string {
  return hostname.endsWith('.t.me') ? hostname : hostname.replace(MOBILE, '');
}
