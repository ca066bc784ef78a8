import type { LinkParts, PlatformLink } from './link-parts.js';
import { messengerReaders } from './messenger-links.js';

/** Readers of the sites where accounts, groups and posts live; what they cannot place stays a plain link. */
type Reader = (link: LinkParts) => PlatformLink | undefined;

const NUMERIC = /^\d+$/u;

const FACEBOOK_PAGES = new Set(
  'events marketplace login share sharer hashtag search help policies privacy settings gaming ads business l.php home.php watch reel photo photo.php video.php permalink.php story.php stories messages notifications bookmarks'.split(
    ' ',
  ),
);

function facebook({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = '', fourth = ''] = path;
  const item = (value: string): PlatformLink => ({ kind: 'item', platform: 'facebook', value });
  const account = (value: string): PlatformLink => ({ kind: 'account', platform: 'facebook', value });
  const id = query.get('id') ?? '';
  if (first === 'profile.php') return NUMERIC.test(id) ? account(id) : undefined;
  if ((first === 'people' || first === 'pages') && NUMERIC.test(third)) return account(third);
  if (first === 'groups' && second !== '') {
    return NUMERIC.test(fourth)
      ? item(`groups/${second.toLowerCase()}/${fourth}`)
      : { kind: 'group', platform: 'facebook', value: second };
  }
  const story = query.get('story_fbid') ?? '';
  if ((first === 'story.php' || first === 'permalink.php') && story !== '' && id !== '') return item(`${id}/${story}`);
  const video = query.get('v') ?? '';
  if (first === 'watch' && NUMERIC.test(video)) return item(`video/${video}`);
  const photo = query.get('fbid') ?? '';
  if ((first === 'photo' || first === 'photo.php') && NUMERIC.test(photo)) return item(`photo/${photo}`);
  if (first === 'reel' && NUMERIC.test(second)) return item(`video/${second}`);
  if (FACEBOOK_PAGES.has(first) || first === '') return undefined;
  if (second === 'posts' && third !== '') return item(`${first.toLowerCase()}/${third}`);
  if (second === 'videos' && NUMERIC.test(path.at(-1) ?? '')) return item(`video/${path.at(-1)}`);
  return NUMERIC.test(first) ? account(first) : { kind: 'handle', platform: 'facebook', value: first };
}

const INSTAGRAM_PAGES = new Set('explore accounts direct about legal developer web challenge stories'.split(' '));
const POSTS = new Set(['p', 'reel', 'reels', 'tv']);

function instagram({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  const item = (value: string): PlatformLink => ({ kind: 'item', platform: 'instagram', value });
  if (POSTS.has(first)) return second === '' ? undefined : item(`p/${second}`);
  if (POSTS.has(second) && third !== '') return item(`p/${third}`);
  if (first === 'stories' && NUMERIC.test(third)) return item(`story/${third}`);
  if (INSTAGRAM_PAGES.has(first) || first === '') return undefined;
  return { kind: 'handle', platform: 'instagram', value: first };
}

function tiktok({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  if (!first.startsWith('@')) return undefined;
  if ((second === 'video' || second === 'photo') && NUMERIC.test(third))
    return { kind: 'item', platform: 'tiktok', value: `video/${third}` };
  return { kind: 'handle', platform: 'tiktok', value: first };
}

const X_PAGES = new Set(
  'home explore search settings messages notifications compose share hashtag login signup tos privacy jobs intent i'.split(
    ' ',
  ),
);

function x({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = path;
  const post = path.indexOf('status');
  if (post > 0 && NUMERIC.test(path[post + 1] ?? ''))
    return { kind: 'item', platform: 'x', value: `status/${path[post + 1]}` };
  if (first === 'i' && second === 'user' && NUMERIC.test(third))
    return { kind: 'account', platform: 'x', value: third };
  const userId = query.get('user_id') ?? '';
  if (first === 'intent' && NUMERIC.test(userId)) return { kind: 'account', platform: 'x', value: userId };
  const screenName = query.get('screen_name') ?? '';
  if (first === 'intent' && screenName !== '') return { kind: 'handle', platform: 'x', value: screenName };
  return X_PAGES.has(first) || first === '' ? undefined : { kind: 'handle', platform: 'x', value: first };
}

function youtube({ path, query }: LinkParts): PlatformLink | undefined {
  const [first = '', second = ''] = path;
  const watched = query.get('v') ?? '';
  if (first === 'watch')
    return watched === '' ? undefined : { kind: 'item', platform: 'youtube', value: `video/${watched}` };
  if (['shorts', 'live', 'embed'].includes(first) && second !== '')
    return { kind: 'item', platform: 'youtube', value: `video/${second}` };
  if (first === 'channel' && second !== '') return { kind: 'account', platform: 'youtube', value: second };
  if ((first === 'c' || first === 'user') && second !== '')
    return { kind: 'handle', platform: 'youtube', value: `${first}/${second}` };
  return first.startsWith('@') ? { kind: 'handle', platform: 'youtube', value: first } : undefined;
}

function snapchat({ path }: LinkParts): PlatformLink | undefined {
  const [first = '', second = ''] = path;
  if (first === 'add' && second !== '') return { kind: 'handle', platform: 'snapchat', value: second };
  return first.startsWith('@') ? { kind: 'handle', platform: 'snapchat', value: first } : undefined;
}

/** Messenger and Instagram's short host: a person, or an invitation behind `j/`. */
function meta(platform: 'facebook' | 'instagram'): Reader {
  return ({ path: [first = '', second = ''] }) => {
    if (first === 'j') return second === '' ? undefined : { kind: 'invite', platform, value: second };
    const handle = first === 'm' ? second : first;
    return handle === '' ? undefined : { kind: 'handle', platform, value: handle };
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
  [
    'youtu.be',
    ({ path }) => ({ kind: 'item', platform: 'youtube', value: path[0] === undefined ? '' : `video/${path[0]}` }),
  ],
  ['snapchat.com', snapchat],
  ...messengerReaders,
]);
