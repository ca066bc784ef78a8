import type { LinkParts, PlatformLink } from './link-parts.js';

const NUMERIC = /^\d+$/u;

/** First segments that are never names. */
const PAGES = new Set(
  'ads business bookmarks dialog e events gaming groups hashtag help home.php l.php login marketplace media messages notifications permalink.php photo photo.php plugins policies privacy profile.php reel search settings share sharer sharer.php stories story.php video.php watch'.split(
    ' ',
  ),
);

const item = (value: string): PlatformLink => ({ kind: 'item', platform: 'facebook', value });
const account = (value: string): PlatformLink => ({ kind: 'account', platform: 'facebook', value });

/** Facebook writes one post in many ways; what counts is the number of the thing, or its author's name and number together. */
export function facebook(link: LinkParts): PlatformLink | undefined {
  const [first = '', second = '', third = ''] = link.path;
  if (first === 'groups' && second !== '') return inGroup(link);
  return byQuery(link) ?? (PAGES.has(first) ? onPage(link) : first === '' ? undefined : ofAuthor(link, second, third));
}

function byQuery({ path: [first = ''], query }: LinkParts): PlatformLink | undefined {
  const value = (name: string): string => query.get(name) ?? '';
  const [id, story, video, photo] = [value('id'), value('story_fbid'), value('v'), value('fbid')];
  if (first === 'profile.php') return NUMERIC.test(id) ? account(id) : undefined;
  if ((first === 'story.php' || first === 'permalink.php') && story !== '' && id !== '') return item(`${id}/${story}`);
  if ((first === 'watch' || first === 'video.php') && NUMERIC.test(video)) return item(`video/${video}`);
  if ((first === 'photo' || first === 'photo.php') && NUMERIC.test(photo)) return item(`photo/${photo}`);
  if (first === 'ads' && NUMERIC.test(id)) return item(`ad/${id}`);
  return undefined;
}

function onPage({ path: [first, second = '', third = ''] }: LinkParts): PlatformLink | undefined {
  if (first === 'reel' && NUMERIC.test(second)) return item(`video/${second}`);
  if (first === 'marketplace' && second === 'item' && NUMERIC.test(third)) return item(`marketplace/${third}`);
  return first === 'events' && NUMERIC.test(second) ? item(`event/${second}`) : undefined;
}

/** The group's name may be its number, and phones write the post into the query. */
function inGroup({ path: [, group = '', , ...rest], query }: LinkParts): PlatformLink {
  const asked = query.get('multi_permalinks') ?? query.get('id') ?? '';
  const post = [...rest, asked].findLast((each) => NUMERIC.test(each));
  return post === undefined
    ? { kind: 'group', platform: 'facebook', value: group }
    : item(`groups/${group.toLowerCase()}/${post}`);
}

function ofAuthor({ path }: LinkParts, second: string, third: string): PlatformLink | undefined {
  const [first = ''] = path;
  const last = path.at(-1) ?? '';
  if (first === 'people' || first === 'pages') return NUMERIC.test(third) ? account(third) : undefined;
  if (first === 'p') return account(/-(\d{5,20})$/u.exec(second)?.[1] ?? '');
  // A title may stand between `posts` and the number. Names are compared without dots and case, as Facebook does.
  if (second === 'posts' && third !== '')
    return item(`${first.toLowerCase().replace(/\./gu, '')}/${NUMERIC.test(last) ? last : third}`);
  if (second === 'videos' && NUMERIC.test(last)) return item(`video/${last}`);
  if (second === 'photos' && NUMERIC.test(last)) return item(`photo/${last}`);
  return NUMERIC.test(first) ? account(first) : { kind: 'handle', platform: 'facebook', value: first };
}
