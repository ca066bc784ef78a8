/**
 * Who appears in the demonstration. All invented: numbers come from the range of London that Ofcom keeps for fiction
 * (020 7946 0000 to 0999; its range of mobiles is not valid, and such numbers join nobody), hosts end in `.example`.
 */

export interface Campaign {
  name: string;
  numbers: readonly string[];
  accounts: readonly { platform: string; id: string; handle: string; laterHandle: string; displayName: string }[];
  group: { platform: string; id: string; names: readonly string[]; invites: readonly string[] };
}

/** The same advert as it is written in each language: every script must survive the whole way. */
export const ADVERTS: readonly { language: string; text: string }[] = [
  { language: 'en', text: 'Boat places this week, safe trip, message me' },
  { language: 'fr', text: 'Départ cette semaine, places disponibles, contactez-moi' },
  { language: 'sq', text: 'Nisje këtë javë, vende të lira, më shkruani' },
  { language: 'tr', text: 'Bu hafta sonu yer var, güvenli geçiş, yaz bana' },
  { language: 'vi', text: 'Tuần này còn chỗ, đi an toàn, nhắn tin cho tôi' },
  { language: 'ar', text: 'رحلة آمنة هذا الأسبوع، تواصل معي' },
  { language: 'fa', text: 'این هفته جا داریم، مسیر مطمئن، پیام بدهید' },
  { language: 'ckb', text: 'ئەم هەفتەیە شوێن هەیە، پەیوەندیم پێوە بکە' },
  { language: 'ps', text: 'پدې اونۍ کې ځای شته، پیغام راولېږئ' },
];

export const CAMPAIGNS: readonly [Campaign, Campaign] = [
  {
    name: 'north-road',
    numbers: ['+44 20 7946 0101', '+44 20 7946 0102'],
    accounts: [
      {
        platform: 'instagram',
        id: '5010001',
        handle: 'north.road.trips',
        laterHandle: 'nr.holidays',
        displayName: 'North Road',
      },
      {
        platform: 'tiktok',
        id: '6810002',
        handle: 'northroad_go',
        laterHandle: 'sea.views.24',
        displayName: 'ڕێگای باکوور',
      },
      {
        platform: 'telegram',
        id: '1200003',
        handle: 'north_road_help',
        laterHandle: 'calm_water_help',
        displayName: 'رحلات الشمال',
      },
      {
        platform: 'facebook',
        id: '100010004',
        handle: 'north.road.guide',
        laterHandle: 'guide.kuzey',
        displayName: 'Kuzey Yolu',
      },
    ],
    group: {
      platform: 'telegram',
      id: '-1001500000001',
      names: ['North Road', 'Sea Views', 'Family Recipes'],
      invites: ['https://t.me/+AbCdEf1234567890', 'https://t.me/joinchat/ZyXwVu0987654321'],
    },
  },
  {
    name: 'la-traversee',
    numbers: ['+44 20 7946 0201'],
    accounts: [
      {
        platform: 'instagram',
        id: '5020001',
        handle: 'la.traversee',
        laterHandle: 'plage.et.soleil',
        displayName: 'La Traversée',
      },
      {
        platform: 'tiktok',
        id: '6820002',
        handle: 'chuyendimoi',
        laterHandle: 'bien.xanh',
        displayName: 'Chuyến Đi Mới',
      },
      {
        platform: 'telegram',
        id: '1200013',
        handle: 'gozargah_amn',
        laterHandle: 'safar_khoob',
        displayName: 'گذرگاه امن',
      },
    ],
    group: {
      platform: 'whatsapp',
      id: '120363000000000001',
      names: ['Traversée', 'Cuisine facile'],
      invites: ['https://chat.whatsapp.com/FgHiJkLmNoPqRsTuVwXyZ0'],
    },
  },
];

/** A small seeded generator (mulberry32): the story must be the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
