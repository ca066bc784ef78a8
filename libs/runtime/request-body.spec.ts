import * as fc from 'fast-check';
import { readJson } from './request-body.js';

const read = (text: string | Uint8Array): ReturnType<typeof readJson> => readJson(Buffer.from(text as string));

describe('JSON from outside', () => {
  it.each([
    ['nothing', '', 'body.empty', ''],
    ['blanks only', ' \n', 'body.empty', ''],
    ['half a document', '{"text":', 'body.not-json', ''],
    ['a NUL in a text', '{"text":"a\\u0000b","parts":[]}', 'text.nul', '/text'],
    ['a raw NUL', '{"text":"a\0b"}', 'body.not-json', ''],
    ['half of a surrogate pair', '{"parts":[{"count":"\\ud800"}]}', 'text.not-unicode', '/parts/0/count'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'body.not-utf8', ''],
    ['UTF-8 of half a pair', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'body.not-utf8', ''],
    ['a field that would reach the prototype', '{"a":{"__proto__":{"text":"a"}}}', 'body.field-name', '/a'],
    ['a NUL in the name of a field', '{"a\\u0000":1}', 'body.field-name', ''],
    ['endless nesting', '['.repeat(400_000) + ']'.repeat(400_000), 'body.too-deep', '/0'.repeat(32)],
    ['the first of two faults', '{"a/b":["\\u0000"],"c":"\\u0000"}', 'text.nul', '/a~1b/0'],
  ])('is refused with %s', (_name, text, code, pointer) => {
    expect(read(text)).toEqual({ fault: { code, pointer, detail: expect.any(String) } });
  });

  it('is read as it was meant, in every script and with whole pairs', () => {
    const value = { text: 'عبور Ελλάδα 🚤 \u{1F1EC}\u{1F1E7}', parts: [1, true, null] };
    expect(read(JSON.stringify(value))).toEqual({ value });
  });

  it('never throws, and gives either a value or a fault, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          const outcome = readJson(bytes);
          expect('value' in outcome !== 'fault' in outcome).toBe(true);
        },
      ),
    );
  });
});
