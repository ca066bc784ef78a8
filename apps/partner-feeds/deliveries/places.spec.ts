import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { checkCursor, epochAt, printCursor, readCursor, type Held } from './cursor.js';
import { deliveryId, FIRST_DIGEST, nextDigest } from './delivery-id.js';

const KEY = Buffer.alloc(32, 1);
const SUBSCRIPTION = '01980000-0000-7000-8000-00000000000a';
const EVENT = '01980000-0000-7000-8000-000000000001';

describe('a delivery id', () => {
  it('names one place of one feed, and differs with each of its parts', () => {
    const id = deliveryId(KEY, SUBSCRIPTION, 1, EVENT);
    expect(id).toMatch(/^[\w-]{32}$/);
    expect(deliveryId(KEY, SUBSCRIPTION, 1, EVENT)).toBe(id);
    const others = [
      deliveryId(Buffer.alloc(32, 2), SUBSCRIPTION, 1, EVENT),
      deliveryId(KEY, '01980000-0000-7000-8000-00000000000b', 1, EVENT),
      deliveryId(KEY, SUBSCRIPTION, 2, EVENT),
      deliveryId(KEY, SUBSCRIPTION, 1, '01980000-0000-7000-8000-000000000002'),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });
});

describe('the digest', () => {
  it('is the hash of the digest before, the number in eight bytes and the id', () => {
    const expected = createHash('sha256')
      .update(FIRST_DIGEST)
      .update('0000000000000102', 'hex')
      .update('id')
      .digest('hex');
    expect(nextDigest(FIRST_DIGEST, 258, 'id').toString('hex')).toBe(expected);
  });

  it('shows a delivery that is missing, doubled, exchanged or out of order', () => {
    const run = (ids: string[]): string =>
      ids.reduce<Buffer>((digest, id, i) => nextDigest(digest, i + 1, id), FIRST_DIGEST).toString('hex');
    const whole = run(['a', 'b', 'c']);
    for (const other of [
      ['a', 'c'],
      ['a', 'b', 'b', 'c'],
      ['a', 'x', 'c'],
      ['b', 'a', 'c'],
      ['a', 'b', 'c', 'd'],
    ])
      expect(run(other)).not.toBe(whole);
  });
});

describe('a cursor', () => {
  const held: Held = {
    epochs: [
      { epoch: 1, after: 0 },
      { epoch: 3, after: 10 },
    ],
    head: 20,
    delivery: 'd'.repeat(32),
    cursorAt: (sequence) => Promise.resolve(`cursor at ${sequence}`),
  };
  const at = (epoch: number, sequence: number, delivery = 'd'.repeat(32)) =>
    checkCursor({ epoch, sequence, delivery }, held);

  it('is read as it was printed', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(), fc.stringMatching(/^[\w-]{32}$/), (epoch, sequence, delivery) => {
        const cursor = { epoch, sequence, delivery };
        expect(readCursor(printCursor(cursor))).toEqual(cursor);
      }),
    );
  });

  it.each([
    '',
    '1',
    '1-2',
    '1-2-short',
    `-1-2-${'d'.repeat(32)}`,
    `1-2-${'d'.repeat(33)}`,
    `1-${'9'.repeat(16)}-${'d'.repeat(32)}`,
    `1-2-${'.'.repeat(32)}`,
  ])('that is none is refused: %s', (text) =>
    expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'feed.cursor-malformed' })),
  );

  it('passes where it fits, also one from before a restore that the restored log still has', async () => {
    await at(3, 20);
    await at(1, 10);
    await at(1, 4);
  });

  it('of another feed, from the future, or of a history that is no more is refused, each with its own code', async () => {
    await expect(at(3, 20, 'e'.repeat(32))).rejects.toMatchObject({ code: 'feed.cursor-foreign' });
    await expect(at(3, 21)).rejects.toMatchObject({ code: 'feed.cursor-ahead' });
    await expect(at(1, 11)).rejects.toMatchObject({
      code: 'feed.cursor-foreign',
      message: expect.stringContaining('cursor at 10') as string,
    });
    await expect(at(1, 4_000)).rejects.toMatchObject({ code: 'feed.cursor-foreign' });
  });

  it('bears the history in which its slot was made', () => {
    expect([0, 1, 10, 11, 20].map((sequence) => epochAt(held.epochs, sequence))).toEqual([1, 1, 1, 3, 3]);
  });
});
