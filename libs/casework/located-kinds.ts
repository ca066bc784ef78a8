import type { EntityKind, ItemKind } from '#events';

/** What an item of some kind may be named by, platform by platform: the words for it, and the entity that it then stands for. */

/** By kind of link. */
type Standing = Partial<Record<EntityKind, EntityKind>>;

const A_PERSON: Standing = { account: 'account', handle: 'handle', 'phone-number': 'account' };
const AN_ITEM: Standing = { item: 'item' };
const A_GROUP: Standing = { group: 'group', invite: 'invite' };

/** Sites whose channels are accounts; elsewhere a channel is a group with many readers. */
export const CHANNELS_ARE_ACCOUNTS: ReadonlySet<string> = new Set([
  'youtube',
  'tiktok',
  'x',
  'snapchat',
  'instagram',
  'facebook',
]);

/** Where a link to a name may be one to a group. */
const GROUPS_HAVE_NAMES = new Set(['telegram']);

/** What a link stands for when it names an item of this kind; a link of a kind that is not here names something else. */
export function standsFor(kind: ItemKind, platform: string): Standing {
  if (kind === 'account' || kind === 'page') return A_PERSON;
  if (kind !== 'group' && kind !== 'channel') return AN_ITEM;
  if (GROUPS_HAVE_NAMES.has(platform)) return { ...A_GROUP, handle: 'group' };
  return kind === 'channel' && CHANNELS_ARE_ACCOUNTS.has(platform) ? { ...A_GROUP, ...A_PERSON } : A_GROUP;
}

export const A_KIND_OF_LINK = {
  account: 'an account',
  handle: 'an account',
  'phone-number': 'a number',
  group: 'a group or channel',
  invite: 'an invitation',
  item: 'a post or another item',
} as const;

export const AN_ITEM_OF: Record<ItemKind, string> = {
  account: 'an account',
  page: 'a page',
  post: 'a post',
  group: 'a group',
  channel: 'a channel',
  video: 'a video',
  advert: 'an advert',
  listing: 'a listing',
};
