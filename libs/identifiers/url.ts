import type { Flag, Form } from './canonical-form.js';
import { tidy, withoutMark } from './text.js';

/** Hosts and schemes as analysts write them so that nobody clicks by accident: hxxp, [.], (dot), [:]//. */
export function refanged(text: string): string {
  return tidy(text)
    .replace(/^h(?:xx|\*\*|tx)p(s?)(?=\W)/iu, 'http$1')
    .replace(/\[:\/\/\]|\[:\]\/\//gu, '://')
    .replace(/\s*(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\})\s*/giu, '.')
    .replace(/\[\/\]/gu, '/');
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/iu;
const HOST_FIRST = /^[^\s/?#@:]+\.[^\s/?#@:.]{2,}(?::\d{1,5})?(?:[/?#]|$)/u;

/** The text as a URL, with `https` assumed before a bare host name; undefined where it is none. */
export function asUrl(text: string): { url: URL; defanged: boolean; schemeAssumed: boolean } | undefined {
  const refangedText = refanged(text);
  const schemeAssumed = HOST_FIRST.test(refangedText);
  if (!schemeAssumed && !SCHEME.test(refangedText)) return undefined;
  const href = schemeAssumed ? `https://${refangedText}` : refangedText;
  if (!URL.canParse(href)) return undefined;
  return { url: new URL(href), defanged: refangedText !== tidy(text), schemeAssumed };
}

/**
 * The key of a link: host and scheme in lower case, host in ASCII, everything else as it stands, fragment included: Signal
 * keeps the whole invitation in it (R31), and a dropped parameter is dropped evidence.
 */
export function urlForm(value: string): Form {
  const text = withoutMark(value);
  const found = asUrl(text);
  if (found === undefined) {
    const kept = tidy(text);
    return { key: `raw:${kept}`, flags: kept === '' ? ['empty'] : ['not-a-url'] };
  }
  const flags: Flag[] = [];
  if (found.defanged) flags.push('defanged');
  if (found.schemeAssumed) flags.push('scheme-assumed');
  return { key: found.url.href, flags };
}
