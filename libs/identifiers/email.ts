import { domainToASCII } from 'node:url';
import type { Form } from './canonical-form.js';
import { fold, tidy, withoutMark } from './text.js';
import { refanged } from './url.js';

const AT = /\s*(?:\[at\]|\(at\)|\{at\}|\[@\]|＠)\s*/giu;
const ADDRESS = /^([^\s@,;<>"]{1,64})@([^\s@,;<>"/\\]{1,253})$/u;

const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u;

/**
 * The key of an e-mail address: folded, the domain in ASCII. Dots and `+tags` stay: that two of them reach one mailbox is a
 * matter of the provider and an analyst's statement, not of the text.
 */
export function emailForm(value: string): Form {
  const text = withoutMark(value);
  const address = tidy(
    refanged(
      tidy(text)
        .replace(/^mailto:/iu, '')
        .replace(AT, '@'),
    ),
  ).replace(/^<(.*)>$/u, '$1');
  const [, local = '', domain = ''] = ADDRESS.exec(fold(address)) ?? [];
  const ascii = domainToASCII(domain);
  if (local !== '' && DOMAIN.test(ascii)) return { key: `${local}@${ascii}`, flags: [] };
  const kept = fold(address);
  return { key: `raw:${kept}`, flags: kept === '' ? ['empty'] : ['not-an-email'] };
}
