import { partsOf, type PlatformLink } from './link-parts.js';
import { LINK_READERS } from './link-readers.js';
import { asUrl } from './url.js';

/** The entity that a link to a known platform stands for; undefined where it is only a link. Short links stay links. */
export function platformLink(text: string): PlatformLink | undefined {
  if (!/[.:]/u.test(text)) return undefined;
  const found = asUrl(text);
  if (found === undefined) return undefined;
  const parts = partsOf(found.url);
  const reader =
    LINK_READERS.get(parts.host) ?? (parts.host.endsWith('.t.me') ? LINK_READERS.get('*.t.me') : undefined);
  const link = reader?.(parts);
  return link === undefined || link.value === '' ? undefined : link;
}
