import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ENTITY_KINDS, type EntityKind } from '#events';
import type { Flag, Hints } from './index.js';

/** Forms as they occur, each with the reason it is there. Numbers are reserved ones or the metadata's own examples. */
interface GoldenForm {
  kind: EntityKind;
  value: string;
  hints?: Hints;
  key: string;
  flags?: Flag[];
  why: string;
}

export const GOLDEN_FORMS = readFileSync(join(import.meta.dirname, 'golden-forms.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenForm);

/** Pieces that mean something to some rule, in any order: nested links, marks in marks, half a number in another script. */
const pieces = fc.constantFrom(
  ...'instagram:|fb:|telegram:|whatsapp:|https://t.me/|t.me/+|hxxps://wa[.]me/|raw:|possible:|pole:|any:|long:|@|x:@|signal:eu/'.split(
    '|',
  ),
  ...'tg://resolve?domain=|sha256:|mailto:|https://chat.whatsapp.com/|youtu.be/|facebook.com/|m.me/j/|signal.group/#|zalo.me/'.split(
    '|',
  ),
  ...'/|?|#|%41|%2B|%|+|00|07|44|123456|091234567|ext 5|;ext=7|x|O|o|l|.|..|[.]|(dot)|[at]|-100|c/|s/|user/|UC|person/|group|vk|:|//'.split(
    '|',
  ),
  ...[' ', '\u200b', '\u0301', '\u202e', 'Σ', 'İ', 'ß', 'ﬁ', 'ＡＢ', '٣', '۴', 'é', '\ud800', '\0', '\n'],
);
export const tricky = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 })
      .map((parts) => parts.join('')),
  },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.emailAddress(),
);
export const hints: fc.Arbitrary<Hints> = fc.record(
  {
    region: fc.constantFrom('GB', 'VN', 'IT', 'xx', ''),
    platform: fc.constantFrom('instagram', 'fb', 'telegram', 'whatsapp', 'vk', ' ', 'Ünknown', 'pole'),
    register: fc.constantFrom('pole', 'PNC', 'with space'),
    organisation: fc.constant('01890000-0000-7000-8000-000000000001'),
  },
  { requiredKeys: [] },
);
export const kinds = fc.constantFrom(...ENTITY_KINDS);
