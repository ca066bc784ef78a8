import type { Form } from './canonical-form.js';
import { fold, withoutMark } from './text.js';

/** Hex digits of each algorithm. SHA-256 and PDQ are equally long: without a prefix a hash is taken for SHA-256. */
const LENGTHS = { sha256: 64, pdq: 64, sha1: 40, md5: 32 } as const;
type Algorithm = keyof typeof LENGTHS;

const FORM =
  /^(?:(sha-?256|sha-?1|md5|pdq)\s*[:=]\s*)?((?:0x)?[0-9a-f]+)(?:\s*[:,;]\s*(?:q(?:uality)?\s*=\s*)?(\d{1,3}))?$/u;

/** The key of a media hash: algorithm and lower-case hex. The quality of a PDQ hash is no part of what it identifies. */
export function mediaHash(value: string): Form {
  const text = withoutMark(fold(value));
  const [, named, hex = '', quality] = FORM.exec(text) ?? [];
  const digits = hex.replace(/^0x/u, '');
  const algorithm = (named?.replace('-', '') as Algorithm | undefined) ?? byLength(digits.length);
  if (algorithm === undefined || digits.length !== LENGTHS[algorithm])
    return { key: `raw:${text}`, flags: text === '' ? ['empty'] : ['not-a-hash'] };
  const graded = quality !== undefined && Number(quality) <= 100 ? { quality: Number(quality) } : {};
  return { key: `${algorithm}:${digits}`, flags: [], ...graded };
}

function byLength(length: number): Algorithm | undefined {
  return length === 64 ? 'sha256' : length === 40 ? 'sha1' : length === 32 ? 'md5' : undefined;
}
