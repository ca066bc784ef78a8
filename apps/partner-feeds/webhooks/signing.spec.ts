import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { keysInUse, signedHeaders, signingSecret } from './signing.js';

const FEED_KEY = Buffer.alloc(32, 7);
const SUBSCRIPTION = '0198c0de-0000-7000-8000-000000000001';

describe('the signature of a webhook (Standard Webhooks 1.0, v1)', () => {
  test('is the published one for the published message', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
      body: '{"test": 2432232314}',
    };
    expect(signedHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is the HMAC of id, second and body, whatever the body holds', () => {
    const key = randomBytes(32);
    const body = '{"name":"Дарья 🚚","n":1}';
    const headers = signedHeaders({ id: 'abc', at: new Date(1_700_000_000_999), body }, [
      `whsec_${key.toString('base64')}`,
    ]);
    const expected = createHmac('sha256', key).update(`abc.1700000000.${body}`, 'utf8').digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('is made with both keys while they overlap, so that whoever knows either can check it', () => {
    const numbers = keysInUse({ key: 3, overlaps: true });
    const secrets = numbers.map((key) => signingSecret(FEED_KEY, SUBSCRIPTION, key));
    const body = '{"type":"feed.test"}';
    const headers = signedHeaders({ id: 'abc', at: new Date(), body }, secrets);
    expect(numbers).toEqual([3, 2]);
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'feed.test' });
    const older = new Webhook(signingSecret(FEED_KEY, SUBSCRIPTION, 1));
    expect(() => older.verify(body, headers)).toThrow('No matching signature found');
  });
});

describe('the keys of a subscription', () => {
  test('one signs alone before the first rotation, and again after the overlap', () => {
    expect(keysInUse({ key: 1, overlaps: true })).toEqual([1]);
    expect(keysInUse({ key: 2, overlaps: false })).toEqual([2]);
  });

  test('each subscription and each number has its own, of 32 bytes, and always the same', () => {
    const one = signingSecret(FEED_KEY, SUBSCRIPTION, 1);
    expect(Buffer.from(one.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(signingSecret(Buffer.from(FEED_KEY), SUBSCRIPTION, 1)).toBe(one);
    const others = [
      signingSecret(FEED_KEY, SUBSCRIPTION, 2),
      signingSecret(FEED_KEY, SUBSCRIPTION.replace('1', '2'), 1),
      signingSecret(Buffer.alloc(32, 8), SUBSCRIPTION, 1),
    ];
    expect(new Set([one, ...others]).size).toBe(4);
  });
});
