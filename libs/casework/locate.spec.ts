import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ITEM_KINDS, type EntityKind, type ItemKind } from '#events';
import { locate, MAX_LOCATION, platformOf, type LocationHints } from './index.js';

/** One line for each case, so that a table can be read as one. */
function located(kind: ItemKind, raw: string, hints?: LocationHints): string {
  const answer = locate(kind, raw, hints);
  if ('faults' in answer) return answer.faults.map(({ code }) => code).join(' ');
  const { location, platform, flags } = answer;
  return [`${location.kind} ${location.key}`, `on ${platform}`, ...flags].join(', ');
}

const CASES: readonly (readonly [kind: ItemKind, raw: string, answer: string, hints?: LocationHints])[] = [
  // a post, a video
  ['post', 'https://www.instagram.com/p/CxAbC_123/?igsh=x', 'item instagram:p/CxAbC_123, on instagram'],
  ['video', 'hxxps://youtu[.]be/dQw4w9WgXcQ', 'item youtube:video/dQw4w9WgXcQ, on youtube'],
  ['video', 'video/7300000000000000000', 'item tiktok:video/7300000000000000000, on tiktok', { platform: 'TikTok' }],
  ['video', '7300000000000000000', 'location.not-exact', { platform: 'tiktok' }],
  ['post', 'https://www.instagram.com/safeway/', 'location.other-kind'],
  ['post', 'https://www.instagram.com/', 'location.not-exact'],
  ['post', 'https://t.me/+AbCdEf123', 'location.other-kind'],
  ['post', 'https://x.com/safeway/status/1700', 'item x:status/1700, on x', { platform: 'twitter' }],
  ['post', 'https://x.com/safeway/status/1700', 'location.other-platform', { platform: 'tiktok' }],
  ['advert', 'https://www.facebook.com/ads/library/?id=3330', 'item facebook:ad/3330, on facebook'],
  ['listing', 'facebook.com/marketplace/item/2220', 'item facebook:marketplace/2220, on facebook'],
  ['post', 'https://www.whatsapp.com/channel/0029VaAbC/57', 'item whatsapp:channel/0029VaAbC/57, on whatsapp'],
  // what no rule places is known by its link
  ['video', 'https://vm.tiktok.com/ZMabc/', 'item https://vm.tiktok.com/ZMabc/, on tiktok, short-link'],
  ['post', 'https://bit.ly/3abc', 'location.shortened'],
  [
    'post',
    'https://forum.example/thread/9#p3',
    'item https://forum.example/thread/9#p3, on forum.example, known-by-its-link',
  ],
  [
    'post',
    'https://lumen.example/p/1',
    'item https://lumen.example/p/1, on lumen, known-by-its-link',
    { platform: 'Lumen' },
  ],
  [
    'account',
    'https://forum.example/u/safeway',
    'item https://forum.example/u/safeway, on forum.example, known-by-its-link',
  ],
  ['video', 'https://www.facebook.com/newthing/x/y?z=1', 'location.other-kind'],
  // an account, a page
  ['account', 'https://www.instagram.com/Calais_Taxi/', 'handle instagram:calais_taxi, on instagram'],
  ['account', '@Calais_Taxi', 'handle instagram:calais_taxi, on instagram', { platform: 'ig' }],
  ['account', '@Calais_Taxi', 'location.no-platform'],
  ['account', 'nr.holidays', 'handle instagram:nr.holidays, on instagram', { platform: 'instagram' }],
  ['account', 'nr.holidays', 'location.not-exact'],
  ['post', 'nr.holidays', 'location.not-exact', { platform: 'instagram' }],
  ['group', 'Safe.Way', 'group facebook:safe.way, on facebook', { platform: 'facebook' }],
  ['account', 'https://x.com/i/user/1234567890', 'account x:1234567890, on x'],
  ['account', '1234567890', 'account x:1234567890, on x', { platform: 'x' }],
  ['account', 'https://wa.me/447400123456', 'account whatsapp:+447400123456, on whatsapp'],
  [
    'account',
    '07400 123456',
    'account whatsapp:+447400123456, on whatsapp, region-assumed',
    { platform: 'whatsapp', region: 'GB' },
  ],
  ['account', 'https://www.instagram.com/p/CxAbC_123/', 'location.other-kind'],
  ['account', 'https://www.facebook.com/search/?q=x', 'location.not-exact'],
  ['account', '4711', 'account chatterbox:4711, on chatterbox, platform-unknown', { platform: 'chatterbox' }],
  ['account', 'safeway', 'handle chatterbox:safeway, on chatterbox, platform-unknown', { platform: 'chatterbox' }],
  [
    'account',
    'сalais',
    'handle instagram:сalais, on instagram, unusual-form, mixed-scripts',
    { platform: 'instagram' },
  ],
  ['page', 'https://www.facebook.com/p/Safe-Way-100012345678901/', 'account facebook:100012345678901, on facebook'],
  ['page', 'https://www.facebook.com/Boat.Trips.2026', 'handle facebook:boattrips2026, on facebook'],
  // a group, a channel
  ['group', 'https://www.facebook.com/groups/Crossing.2026/', 'group facebook:crossing.2026, on facebook'],
  ['group', 'https://www.facebook.com/Crossing.2026/', 'location.other-kind'],
  ['group', 'https://t.me/SafeWayChannel', 'group telegram:safewaychannel, on telegram'],
  ['group', 'https://t.me/+AbCdEf123', 'invite telegram:AbCdEf123, on telegram'],
  ['group', 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv', 'invite whatsapp:AbCdEfGhIjKlMnOpQrStUv, on whatsapp'],
  ['channel', 'https://whatsapp.com/channel/0029VaAbC', 'group whatsapp:channel/0029VaAbC, on whatsapp'],
  ['channel', 'https://www.youtube.com/@safeway', 'handle youtube:safeway, on youtube'],
  [
    'channel',
    'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
    'account youtube:UCabcdefghijklmnopqrstuv, on youtube',
  ],
  ['channel', '@safeway', 'handle youtube:safeway, on youtube', { platform: 'youtube' }],
  ['channel', '-1001234567890', 'group telegram:1234567890, on telegram', { platform: 'telegram' }],
  // nothing
  ['account', ' \u200b ', 'location.empty'],
  ['post', '', 'location.empty'],
  ['post', `https://x.com/${'a'.repeat(MAX_LOCATION)}`, 'location.too-long'],
];

describe('the location of an item', () => {
  it.each(
    CASES.map(([kind, raw, ...rest]) => [`${kind} at ${JSON.stringify(raw.slice(0, 80))}`, kind, raw, rest] as const),
  )('%s', (_, kind, raw, [answer, hints]) => {
    expect(located(kind, raw, hints)).toBe(answer);
  });

  it('keeps the text as given, and a fault says where it is and what to give instead', () => {
    expect(locate('post', 'hxxps://t[.]me/SafeWay/57')).toMatchObject({
      location: { key: 'telegram:safeway/57', raw: 'hxxps://t[.]me/SafeWay/57' },
    });
    expect(locate('post', 'https://x.com/safeway', {}, '/items/3/location')).toEqual({
      faults: [
        {
          pointer: '/items/3/location',
          code: 'location.other-kind',
          detail: 'This is the link of an account, not of a post.',
        },
      ],
    });
  });

  it('is one item in every spelling that the golden file knows', () => {
    const golden = readFileSync(join(import.meta.dirname, '../identifiers/golden-forms.ndjson'), 'utf8');
    const rows = golden
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: EntityKind; value: string; key: string; hints?: unknown })
      .filter(({ kind, key, hints }) => kind === 'item' && hints === undefined && /^[a-z]+:\w/u.test(key));
    expect(rows.length).toBeGreaterThan(50);
    for (const { value, key } of rows)
      expect([value, locate('post', value)]).toMatchObject([value, { location: { key } }]);
  });

  it('has the platform that its key tells, and is found again by its own key where a key alone tells its kind', () => {
    const text = fc.oneof(
      fc.constantFrom(...CASES.map(([, raw]) => raw)),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
    );
    const hints = fc.record(
      { platform: fc.constantFrom('fb', 'telegram', 'vk', ' ', 'Ünknown') },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...ITEM_KINDS), text, hints, (kind, raw, given) => {
        const answer = locate(kind, raw, given);
        if ('faults' in answer) return;
        expect(answer.location.raw).toBe(raw);
        expect(platformOf(answer.location, given)).toBe(answer.platform);
        // The code of an invitation reads like a group, and a group that bears a channel like an account.
        if (answer.location.kind === 'invite' || kind === 'channel') return;
        expect(locate(kind, answer.location.key, given)).toMatchObject({ location: { key: answer.location.key } });
      }),
      { numRuns: 2000 },
    );
  });
});
