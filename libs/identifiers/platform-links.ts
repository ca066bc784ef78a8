import { partsOf, type LinkParts, type PlatformLink } from './link-parts.js';
import { LINK_READERS } from './link-readers.js';
import { asUrl } from './url.js';

/** A way out of a platform leads to another one at most. */
const MOST_WAYS_OUT = 2;

/** The entity that a link to a known platform stands for; undefined where it is only a link. Short links stay links. */
export function platformLink(text: string): PlatformLink | undefined {
  const parts = linkOf(linkBehind(text) ?? text);
  if (parts === undefined) return undefined;
  const reader =
    LINK_READERS.get(parts.host) ?? (parts.host.endsWith('.t.me') ? LINK_READERS.get('*.t.me') : undefined);
  const link = reader?.(parts);
  return link === undefined || link.value === '' ? undefined : link;
}

/** Where a platform's way out leads, as such links are copied from posts: they hold it whole, and nobody has to be asked. */
export function linkBehind(text: string): string | undefined {
  let found: string | undefined;
  for (let ways = 0; ways < MOST_WAYS_OUT; ways += 1) {
    const parts = linkOf(found ?? text);
    const next = parts === undefined ? undefined : WAYS_OUT.get(parts.host)?.(parts);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

function linkOf(text: string): LinkParts | undefined {
  const found = /[.:]/u.test(text) ? asUrl(text) : undefined;
  return found === undefined ? undefined : partsOf(found.url);
}

const WAYS_OUT: ReadonlyMap<string, (link: LinkParts) => string | undefined> = new Map([
  ['l.facebook.com', asked('l.php', 'u')],
  ['lm.facebook.com', asked('l.php', 'u')],
  ['facebook.com', asked('l.php', 'u')],
  ['l.instagram.com', asked(undefined, 'u')],
  ['youtube.com', asked('redirect', 'q')],
  ['google.com', asked('url', 'q', 'url')],
  ['telegram.org', ({ fragment }) => new URLSearchParams(fragment.replace(/^\?/u, '')).get('tgaddr') ?? undefined],
]);

function asked(page: string | undefined, ...names: string[]): (link: LinkParts) => string | undefined {
  return ({ path, query }) => (path[0] === page ? names.flatMap((name) => query.get(name) ?? [])[0] : undefined);
}
