import { hostOf } from './link-parts.js';
import type { Platform } from './platforms.js';
import { asUrl } from './url.js';

/** The site that a link is on. */
export interface Site {
  /** Host without `www` and the like. */
  host: string;
  platform?: Platform;
  /** The link hides what it leads to: resolving it would tell the site who asks, so it stays as it is (domain-standards 4.3). */
  short: boolean;
  /** Without a path or a question it is the site's front page. */
  hasPath: boolean;
}

/** Links that a platform makes for sharing: host, and what the path begins with. */
const SHARED: readonly (readonly [host: string, path: RegExp, platform: Platform])[] = [
  ['vm.tiktok.com', /^\/./u, 'tiktok'],
  ['vt.tiktok.com', /^\/./u, 'tiktok'],
  ['tiktok.com', /^\/t\/./u, 'tiktok'],
  ['fb.watch', /^\/./u, 'facebook'],
  ['facebook.com', /^\/share\/./u, 'facebook'],
  ['instagram.com', /^\/share\/./u, 'instagram'],
  ['snapchat.com', /^\/t\/./u, 'snapchat'],
];

const HOSTS: Record<Platform, readonly string[]> = {
  facebook: ['facebook.com', 'fb.com', 'fb.me', 'fb.watch', 'm.me'],
  instagram: ['instagram.com', 'instagr.am', 'ig.me'],
  tiktok: ['tiktok.com', 'vm.tiktok.com', 'vt.tiktok.com'],
  x: ['x.com', 'twitter.com'],
  youtube: ['youtube.com', 'youtu.be', 'youtube-nocookie.com'],
  snapchat: ['snapchat.com', 'story.snapchat.com'],
  telegram: ['t.me', 'telegram.me', 'telegram.dog'],
  whatsapp: ['wa.me', 'whatsapp.com', 'api.whatsapp.com', 'chat.whatsapp.com'],
  signal: ['signal.me', 'signal.group'],
  viber: ['invite.viber.com', 'viber.com'],
  zalo: ['zalo.me'],
};

const PLATFORM_AT: ReadonlyMap<string, Platform> = new Map(
  (Object.keys(HOSTS) as Platform[]).flatMap((platform) => HOSTS[platform].map((host) => [host, platform] as const)),
);

/** They may lead anywhere. */
const SHORTENERS = new Set(
  't.co bit.ly tinyurl.com is.gd cutt.ly goo.gl ow.ly rebrand.ly shorturl.at lnkd.in'.split(' '),
);

/** Undefined where the text is no link. */
export function siteOf(text: string): Site | undefined {
  const url = asUrl(text)?.url;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) return undefined;
  const host = hostOf(url.hostname);
  const shared = SHARED.find(([site, path]) => site === host && path.test(url.pathname));
  if (shared !== undefined) return { host, platform: shared[2], short: true, hasPath: true };
  const platform = PLATFORM_AT.get(host.endsWith('.t.me') ? 't.me' : host);
  const hasPath = url.pathname !== '/' || url.search !== '' || url.hash !== '';
  return { host, short: SHORTENERS.has(host), hasPath, ...(platform !== undefined && { platform }) };
}
