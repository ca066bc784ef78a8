import { ADVERTS, CAMPAIGNS, seeded, type Campaign } from './cast.js';

/**
 * The demonstration's own story, told as the reports that three agencies would send: accounts that advertise crossings, share
 * numbers, rename, move to closed groups, are removed and come back. Pure: the same seed tells the same story everywhere.
 */

export type Teller = 'coastal' | 'border' | 'partner';

export interface Said {
  relation: string;
  object?: { kind: string; value: string; platform?: string };
  property?: string;
  value?: string;
  from?: string;
  to?: string;
  confidence?: number;
}

export interface Report {
  by: Teller;
  /** Agencies that may see it beside the teller; none means that the teller keeps it. */
  releasedTo: Teller[];
  /** The teller's own reference: a repeat of the story adds nothing. */
  reference: string;
  subject: { kind: string; value: string; platform?: string };
  statements: Said[];
  grade: [source: string, information: string];
  assessment: boolean;
  day: string;
}

/** One step of the story: what the reader is told, and the reports that carry it. */
export interface Chapter {
  title: string;
  reports: Report[];
}

const EVERYBODY: Teller[] = ['coastal', 'border', 'partner'];

function report(
  by: Teller,
  reference: string,
  subject: Report['subject'],
  statements: Said[],
  more: Partial<Report> = {},
): Report {
  return {
    by,
    releasedTo: EVERYBODY.filter((teller) => teller !== by),
    reference,
    subject,
    statements,
    grade: ['1', 'A'],
    assessment: false,
    day: '2026-03-09',
    ...more,
  };
}

const account = (campaign: Campaign, index: number): Report['subject'] => {
  const { platform, id } = campaign.accounts[index % campaign.accounts.length]!;
  return { kind: 'account', value: id, platform };
};

function adverts(campaign: Campaign): Report[] {
  return ADVERTS.map(({ language, text }, index) => {
    const poster = campaign.accounts[index % campaign.accounts.length]!;
    return report(
      'coastal',
      `${campaign.name}/advert/${index}`,
      { kind: 'item', value: `https://${poster.platform}.example/${poster.handle}/post/${1000 + index}` },
      [
        { relation: 'POSTED_BY', object: account(campaign, index), from: `2026-02-${String(10 + index)}` },
        { relation: 'STATED', property: 'text', value: text },
        { relation: 'STATED', property: 'language', value: language },
        {
          relation: 'MENTIONS',
          object: { kind: 'phone-number', value: campaign.numbers[index % campaign.numbers.length]! },
        },
      ],
    );
  });
}

function handles(campaign: Campaign): Report[] {
  return campaign.accounts.map((holder, index) =>
    report('coastal', `${campaign.name}/handle/${index}`, account(campaign, index), [
      {
        relation: 'HAS_HANDLE',
        object: { kind: 'handle', value: holder.handle, platform: holder.platform },
        from: '2025-11',
        to: '2026-02-20',
      },
      {
        relation: 'HAS_HANDLE',
        object: { kind: 'handle', value: holder.laterHandle, platform: holder.platform },
        from: '2026-02-21',
      },
      { relation: 'HAS_NAME', object: { kind: 'name', value: holder.displayName } },
    ]),
  );
}

function numbers(campaign: Campaign): Report[] {
  return campaign.accounts.map((_holder, index) =>
    report(
      index % 2 === 0 ? 'coastal' : 'border',
      `${campaign.name}/number/${index}`,
      account(campaign, index),
      [
        {
          relation: 'USES_NUMBER',
          object: { kind: 'phone-number', value: campaign.numbers[index % campaign.numbers.length]! },
          from: '2026-01',
          confidence: 80,
        },
        ...(index === 0
          ? campaign.numbers.map((value) => ({
              relation: 'USES_NUMBER',
              object: { kind: 'phone-number', value },
              from: '2026-02',
            }))
          : []),
      ],
      { grade: ['2', 'B'] },
    ),
  );
}

function groups(campaign: Campaign): Report[] {
  const group = { kind: 'group', value: campaign.group.id, platform: campaign.group.platform };
  const named = campaign.group.names.map((name, index) => ({
    relation: 'HAS_NAME',
    object: { kind: 'name', value: name },
    from: `2026-0${index + 1}`,
    ...(index + 1 < campaign.group.names.length ? { to: `2026-0${index + 1}` } : {}),
  }));
  return [
    report('border', `${campaign.name}/group`, group, named),
    ...campaign.group.invites.map((invite, index) =>
      report('border', `${campaign.name}/invite/${index}`, { kind: 'invite', value: invite }, [
        { relation: 'INVITES_TO', object: group, from: '2026-02-14' },
      ]),
    ),
    ...[0, 1].map((index) =>
      report(
        'border',
        `${campaign.name}/admin/${index}`,
        account(campaign, index),
        [{ relation: 'ADMINISTERS', object: group, from: '2026-02-14' }],
        { grade: ['2', 'B'], assessment: true },
      ),
    ),
  ];
}

function removals(campaign: Campaign): Report[] {
  const successor = {
    kind: 'account',
    value: `${campaign.accounts[0]!.id}99`,
    platform: campaign.accounts[0]!.platform,
  };
  return [
    report('coastal', `${campaign.name}/removed`, account(campaign, 0), [
      { relation: 'STATED', property: 'removal', value: 'account terminated by the platform', from: '2026-03-01' },
    ]),
    report(
      'coastal',
      `${campaign.name}/back`,
      successor,
      [
        { relation: 'SUCCESSOR_OF', object: account(campaign, 0), from: '2026-03-04', confidence: 70 },
        { relation: 'USES_NUMBER', object: { kind: 'phone-number', value: campaign.numbers[0]! }, from: '2026-03-04' },
      ],
      { grade: ['2', 'B'], assessment: true },
    ),
  ];
}

/** Accounts that have nothing to do with the campaigns: an answer is worth something only among others. */
function bystanders(count: number): Report[] {
  const next = seeded(20_260_309);
  return Array.from({ length: count }, (_, index) =>
    report(
      index % 2 === 0 ? 'coastal' : 'border',
      `bystander/${index}`,
      { kind: 'account', value: String(70_000_000 + index), platform: 'instagram' },
      [
        {
          relation: 'HAS_HANDLE',
          object: { kind: 'handle', value: `seller.${Math.floor(next() * 1_000_000)}.${index}`, platform: 'instagram' },
          from: '2026-01',
        },
        { relation: 'STATED', property: 'language', value: ADVERTS[Math.floor(next() * ADVERTS.length)]!.language },
      ],
      { grade: ['2', 'D'] },
    ),
  );
}

const [first, second] = CAMPAIGNS;

/** The report that only the partner holds, until it hands it over: it shows that both campaigns are one network. */
export const joining = report(
  'partner',
  'partner/joining',
  account(first, 1),
  [
    {
      relation: 'USES_NUMBER',
      object: { kind: 'phone-number', value: second.numbers[0]! },
      from: '2026-02-27',
      confidence: 90,
    },
  ],
  { releasedTo: [] },
);

/** A mistake, made so that it can be taken back: a digit was misread. */
export const mistaken = report(
  'coastal',
  'coastal/misread',
  account(first, 2),
  [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '+44 20 7946 0999' } }],
  { grade: ['3', 'D'] },
);

export const STORY: Chapter[] = [
  { title: 'Adverts for crossings, in nine languages', reports: CAMPAIGNS.flatMap(adverts) },
  { title: 'The accounts rename, the display names change', reports: CAMPAIGNS.flatMap(handles) },
  { title: 'Accounts share numbers', reports: CAMPAIGNS.flatMap(numbers) },
  { title: 'The talk moves to closed groups', reports: CAMPAIGNS.flatMap(groups) },
  { title: 'Accounts are removed and come back', reports: CAMPAIGNS.flatMap(removals) },
  { title: 'One partner knows something that it keeps to itself', reports: [joining] },
  { title: 'A misread digit is reported', reports: [mistaken] },
  { title: 'And three hundred accounts that have nothing to do with it', reports: bystanders(300) },
];

/** Where an analyst would start. */
export const SEED_NUMBER = first.numbers[0]!;
