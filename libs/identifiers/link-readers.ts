import type { LinkParts, PlatformLink } from './link-parts.js';
import { facebook } from './facebook-links.js';
import { messengerReaders } from './messenger-links.js';
import type { Platform } from './platforms.js';

/** Readers of the sites where accounts, groups and posts live; what they cannot place stays a plain link. */
type Reader = (link: LinkParts) => PlatformLink | undefined;

const NUMERIC = /^\d+$/u;

const item = (platform: Platform, value: string): PlatformLink => ({ kind: 'item', platform, value });
const account = (platform: Platform, value: string): PlatformLink => ({ kind: 'account', platform, value });
const handle = (platform: Platform, value: string): PlatformLink => ({ kind: 'handle', platform, value });

/** The number that a path ends in: words may stand in front of it, and what it names does not depend on them. */
function numberAtEnd(path: readonly string[]): string | undefined {
  const last = path.at(-1) ?? '';
  return NUMERIC.test(last) ? last : undefined;
}

const INSTAGRAM_PAGES = new Set(
  'explore accounts direct about legal developer web challenge stories share channel s'.split(' '),
);
const POSTS = new Set(['p', 'reel', 'reels', 'tv']);

function instagram({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  // The sound of many posts is none of them.
  if (POSTS.has(first) && second === 'audio')
    return NUMERIC.test(third) ? item('instagram', `audio/${third}`) : undefined;
  if (first === '_u' && second !== '') return handle('instagram', second);
  if (first === 'channel' && second !== '') return { kind: 'group', platform: 'instagram', value: `channel/${second}` };
  if (POSTS.has(first)) return second === '' ? undefined : item('instagram', `p/${second}`);
  if (POSTS.has(second) && third !== '') return item('instagram', `p/${third}`);
  if (first === 'stories' && NUMERIC.test(third))
    return item('instagram', second === 'highlights' ? `highlight/${third}` : `story/${third}`);
  if (INSTAGRAM_PAGES.has(first) || first === '') return undefined;
  return handle('instagram', first);
}

/** Under its author, in a frame of another site, or as old phones share it (`/v/123.html`): the number is the video. */
const TIKTOK_VIDEO = new Set(['video', 'photo', 'v', 'embed', 'player', 'share']);

function tiktok({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  if (first === 'share' && second === 'user') return NUMERIC.test(third) ? account('tiktok', third) : undefined;
  const video = numberAtEnd(path.map((segment) => segment.replace(/\.html$/u, '')));
  if (video !== undefined && (TIKTOK_VIDEO.has(first) || (first.startsWith('@') && TIKTOK_VIDEO.has(second))))
    return item('tiktok', `video/${video}`);
  return first.startsWith('@') && first !== '@' ? handle('tiktok', first) : undefined;
}

const X_PAGES = new Set(
  'home explore search settings messages notifications compose share hashtag login signup tos privacy jobs intent i'.split(
    ' ',
  ),
);

function x({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  const post = path.findIndex((segment, at) => at > 0 && (segment === 'status' || segment === 'statuses'));
  if (post > 0 && NUMERIC.test(path[post + 1] ?? '')) return item('x', `status/${path[post + 1]}`);
  if (first === 'i' && second === 'user' && NUMERIC.test(third)) return account('x', third);
  const userId = query.get('user_id') ?? '';
  if (first === 'intent' && NUMERIC.test(userId)) return account('x', userId);
  const screenName = query.get('screen_name') ?? '';
  if (first === 'intent' && screenName !== '') return handle('x', screenName);
  return X_PAGES.has(first) || first === '' ? undefined : handle('x', first);
}

function youtube({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = ''] = path;
  const watched = query.get('v') ?? '';
  if (first === 'watch' && watched !== '') return item('youtube', `video/${watched}`);
  if (['shorts', 'live', 'embed', 'v', 'watch'].includes(first) && second !== '' && second !== 'videoseries')
    return item('youtube', `video/${second}`);
  if (first === 'post' && second !== '') return item('youtube', `post/${second}`);
  const list = query.get('list') ?? '';
  if ((first === 'playlist' || second === 'videoseries') && list !== '') return item('youtube', `playlist/${list}`);
  if (first === 'channel' && second !== '') return account('youtube', second);
  if ((first === 'c' || first === 'user') && second !== '') return handle('youtube', `${first}/${second}`);
  return first.startsWith('@') ? handle('youtube', first) : undefined;
}

function snapchat({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = ''] = path;
  const spotlight = path.indexOf('spotlight');
  if (spotlight >= 0 && path[spotlight + 1] !== undefined) return item('snapchat', `spotlight/${path[spotlight + 1]}`);
  if (first === 'add' && second !== '') return handle('snapchat', second);
  return first.startsWith('@') ? handle('snapchat', first) : undefined;
}

/** Messenger and Instagram's short host: a person, or an invitation behind `j/`. */
function meta(platform: 'facebook' | 'instagram'): Reader {
  return ({ path: [first = '', second = ''] }) => {
    if (first === 'j') return second === '' ? undefined : { kind: 'invite', platform, value: second };
    const name = first === 'm' ? second : first;
    return name === '' ? undefined : handle(platform, name);
  };
}

/** By host without its `www`, `m` and the like. */
export const LINK_READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['facebook.com', facebook],
  ['fb.com', facebook],
  ['fb.me', facebook],
  ['m.me', meta('facebook')],
  ['instagram.com', instagram],
  ['instagr.am', instagram],
  ['ig.me', meta('instagram')],
  ['tiktok.com', tiktok],
  ['x.com', x],
  ['twitter.com', x],
  ['youtube.com', youtube],
  ['youtube-nocookie.com', youtube],
  ['youtu.be', ({ path: [first] }) => (first === undefined ? undefined : item('youtube', `video/${first}`))],
  ['snapchat.com', snapchat],
  ...messengerReaders,
]);
