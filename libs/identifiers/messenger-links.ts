import type { LinkParts, PlatformLink } from './link-parts.js';

/**
 * Links of messengers (domain-standards 4.2). Codes keep their case, Signal's fragment is the whole invitation, and
 * `t.me/+` followed by digits only is a phone number while any other hash is an invitation (R31).
 */
type Reader = (link: LinkParts) => PlatformLink | undefined;

const DIGITS = /^\d{5,20}$/u;
const DIGITS_OF_A_POST = /^\d{1,12}$/u;

/** First segments and subdomains of t.me that are never user names. */
const TELEGRAM_RESERVED = new Set(
  'addemoji addlist addstickers addtheme auth bg boost confirmphone contact giftcode invoice joinchat login m nft proxy setlanguage share socks web www c s a k z iv'.split(
    ' ',
  ),
);

const telegramName = (value: string): PlatformLink => ({ kind: 'handle', platform: 'telegram', value });
const telegramPerson = (value: string): PlatformLink => ({ kind: 'account', platform: 'telegram', value });
const telegramInvite = (value: string): PlatformLink => ({ kind: 'invite', platform: 'telegram', value });
const telegramNumber = (digits: string): PlatformLink => ({
  kind: 'phone-number',
  platform: 'telegram',
  value: `+${digits}`,
});

function telegram({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  if (first.startsWith('+') || first.startsWith(' ')) {
    const hash = first.slice(1);
    return DIGITS.test(hash) ? telegramNumber(hash) : telegramInvite(hash);
  }
  if (first === 'joinchat') return telegramInvite(second);
  if (first === 'addlist') return second === '' ? undefined : telegramInvite(`addlist/${second}`);
  if (first === 'c' && DIGITS.test(second)) {
    const post = postNumber(path.slice(2));
    return post === undefined
      ? { kind: 'group', platform: 'telegram', value: second }
      : { kind: 'item', platform: 'telegram', value: `c/${second}/${post}` };
  }
  if (first === 's' && second !== '') return telegram({ ...EMPTY, path: path.slice(1) });
  if (TELEGRAM_RESERVED.has(first.toLowerCase()) || first === '') return undefined;
  if (second === 's' && /^\d+$/u.test(third))
    return { kind: 'item', platform: 'telegram', value: `${first.toLowerCase()}/s/${third}` };
  const post = postNumber(path.slice(1));
  return post === undefined
    ? telegramName(first)
    : { kind: 'item', platform: 'telegram', value: `${first.toLowerCase()}/${post}` };
}

/** A post in a topic has the topic's number in front of its own; alone it has the same number. */
function postNumber(numbers: readonly string[]): string | undefined {
  return numbers.slice(0, 2).findLast((segment, at) => /^\d+$/u.test(segment) && /^\d+$/u.test(numbers[at - 1] ?? '0'));
}

const EMPTY: LinkParts = { host: '', path: [], query: new URLSearchParams(), fragment: '' };

function telegramSubdomain({ host, path }: LinkParts): PlatformLink | undefined {
  const name = host.slice(0, -'.t.me'.length);
  return TELEGRAM_RESERVED.has(name) ? undefined : telegram({ ...EMPTY, path: [name, ...path] });
}

function telegramApp({ query }: LinkParts): PlatformLink | undefined {
  const phone = (query.get('phone') ?? '').replace(/^[+ ]/u, '');
  if (DIGITS.test(phone)) return telegramNumber(phone);
  const name = query.get('domain') ?? '';
  const post = query.get('post') ?? '';
  if (name === '') return undefined;
  return telegram({ ...EMPTY, path: post === '' ? [name] : [name, post] });
}

/**
 * Telegram in a browser names what is open behind `#`: a user name, the id of a person, or that of a channel with `-100` in front. Without
 * it an id below nought may be a channel's or a small group's, for the two programs write them unlike.
 */
function telegramWeb({ fragment }: LinkParts): PlatformLink | undefined {
  const open = /^[^?&/]*/u.exec(fragment)?.[0].replace(/_\d+$/u, '') ?? '';
  if (/^@\w{4,32}$/u.test(open)) return telegramName(open.slice(1));
  if (DIGITS.test(open)) return telegramPerson(open);
  return /^-100\d{10}$/u.test(open) ? { kind: 'group', platform: 'telegram', value: open } : undefined;
}

/** `tg://privatepost?channel=1234567890&post=57` is `t.me/c/1234567890/57`. */
const telegramPrivate: Reader = ({ query }) =>
  telegram({ ...EMPTY, path: ['c', query.get('channel') ?? '', query.get('post') ?? ''] });

const number = (platform: 'whatsapp' | 'signal' | 'viber', text: string): PlatformLink | undefined => {
  const digits = text.replace(/\D/gu, '');
  return DIGITS.test(digits) ? { kind: 'phone-number', platform, value: `+${digits}` } : undefined;
};

function whatsapp({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  if (first === 'channel' && second !== '') {
    return DIGITS_OF_A_POST.test(third)
      ? { kind: 'item', platform: 'whatsapp', value: `channel/${second}/${third}` }
      : { kind: 'group', platform: 'whatsapp', value: `channel/${second}` };
  }
  if (first === 'c') return number('whatsapp', second);
  return (
    number('whatsapp', query.get('phone') ?? '') ?? (/^\+?\d+$/u.test(first) ? number('whatsapp', first) : undefined)
  );
}

const whatsappGroup: Reader = ({ path }) => ({
  kind: 'invite',
  platform: 'whatsapp',
  value: (path[0] === 'invite' ? path[1] : path[0]) ?? '',
});

function signalPerson({ fragment }: LinkParts): PlatformLink | undefined {
  if (fragment.startsWith('p/')) return number('signal', fragment.slice(2));
  return fragment.startsWith('eu/') ? { kind: 'handle', platform: 'signal', value: fragment } : undefined;
}

const signalGroup: Reader = ({ fragment }) => ({ kind: 'invite', platform: 'signal', value: fragment });

function zalo({ path: [first = '', second = ''] }: LinkParts): PlatformLink | undefined {
  if (first === 'g') return second === '' ? undefined : { kind: 'invite', platform: 'zalo', value: second };
  return DIGITS.test(first) ? { kind: 'phone-number', platform: 'zalo', value: first, region: 'VN' } : undefined;
}

export const messengerReaders: readonly (readonly [string, Reader])[] = [
  ['t.me', telegram],
  ['telegram.me', telegram],
  ['telegram.dog', telegram],
  ['*.t.me', telegramSubdomain],
  ['tg://resolve', telegramApp],
  ['telegram.org', telegramWeb],
  ['tg://privatepost', telegramPrivate],
  ['tg://user', ({ query }) => telegramPerson(query.get('id') ?? '')],
  ['tg://openmessage', ({ query }) => telegramPerson(query.get('user_id') ?? '')],
  ['tg://join', ({ query }) => telegramInvite(query.get('invite') ?? '')],
  ['tg://addlist', ({ query }) => telegramInvite(query.has('slug') ? `addlist/${query.get('slug')}` : '')],
  ['wa.me', whatsapp],
  ['whatsapp.com', whatsapp],
  ['api.whatsapp.com', whatsapp],
  ['whatsapp://send', whatsapp],
  ['chat.whatsapp.com', whatsappGroup],
  ['whatsapp://chat', ({ query }) => ({ kind: 'invite', platform: 'whatsapp', value: query.get('code') ?? '' })],
  ['signal.me', signalPerson],
  ['signal.group', signalGroup],
  [
    'invite.viber.com',
    ({ query }) => ({ kind: 'invite', platform: 'viber', value: query.get('g2') ?? query.get('g') ?? '' }),
  ],
  ['viber://chat', ({ query }) => number('viber', query.get('number') ?? '')],
  ['viber://add', ({ query }) => number('viber', query.get('number') ?? '')],
  ['zalo.me', zalo],
];
