import { DECONFLICTION_SCHEMAS, REFERRAL_SCHEMAS, REMOVAL_SCHEMAS } from './case-schemas.js';

type Personal = readonly { pointer: string; subject: string }[];

const WHOSE = 'the holder of the account, or whoever posted the item';

function referralRow<Schema extends object, const Partners extends 'statement' | 'nothing'>(
  schema: Schema,
  personal: Personal,
  partners: Partners,
) {
  return { topic: 'referral.events', version: 1, schema, personal, partners, upcasters: [] } as const;
}

/** What reaches a platform, and what it says of one removal, is the platform's own; partners see what agencies were told. */
function removalRow<Schema extends object, const Partners extends 'statement' | 'nothing'>(
  schema: Schema,
  personal: Personal,
  partners: Partners,
) {
  return { topic: 'takedown.events', version: 1, schema, personal, partners, upcasters: [] } as const;
}

const CONTENT = [
  { pointer: '/content/items', subject: WHOSE },
  { pointer: '/content/explanation', subject: WHOSE },
] as const;
const LOCATION = [{ pointer: '/location', subject: WHOSE }] as const;
const ITEM = [{ pointer: '/item', subject: WHOSE }] as const;
const TEXT = [{ pointer: '/text', subject: WHOSE }] as const;
const referral = REFERRAL_SCHEMAS;
const removal = REMOVAL_SCHEMAS;

/** Rows of the catalogue for referrals, removals and deconfliction. */
export const CASE_CATALOGUE = {
  'referral.drafted': referralRow(referral['referral.drafted'], CONTENT, 'nothing'),
  'referral.revised': referralRow(referral['referral.revised'], CONTENT, 'nothing'),
  'referral.check-requested': referralRow(referral['referral.check-requested'], [], 'nothing'),
  'referral.held': referralRow(referral['referral.held'], [], 'nothing'),
  'referral.cleared': referralRow(referral['referral.cleared'], [], 'nothing'),
  'referral.submitted': referralRow(
    referral['referral.submitted'],
    [{ pointer: '/items', subject: WHOSE }],
    'statement',
  ),
  'referral.answered': referralRow(
    referral['referral.answered'],
    [...LOCATION, { pointer: '/said/outcome/words', subject: WHOSE }, { pointer: '/said/question', subject: WHOSE }],
    'statement',
  ),
  'referral.information-given': referralRow(referral['referral.information-given'], TEXT, 'nothing'),
  'referral.finding-recorded': referralRow(referral['referral.finding-recorded'], LOCATION, 'statement'),
  'referral.withdrawn': referralRow(referral['referral.withdrawn'], [], 'statement'),
  'referral.closed': referralRow(referral['referral.closed'], [], 'statement'),
  'referral.reopened': referralRow(referral['referral.reopened'], [], 'statement'),
  'deadline.breached': referralRow(referral['deadline.breached'], [], 'nothing'),
  'interest.declared': referralRow(
    DECONFLICTION_SCHEMAS['interest.declared'],
    [{ pointer: '/entities', subject: 'whoever the identifiers belong to' }],
    'nothing',
  ),
  'interest.ended': referralRow(DECONFLICTION_SCHEMAS['interest.ended'], [], 'nothing'),
  'interest.hold-answered': referralRow(DECONFLICTION_SCHEMAS['interest.hold-answered'], [], 'nothing'),
  'removal.requested': removalRow(
    removal['removal.requested'],
    [...ITEM, { pointer: '/request/explanation', subject: WHOSE }],
    'nothing',
  ),
  'removal.joined': removalRow(
    removal['removal.joined'],
    [{ pointer: '/request/explanation', subject: WHOSE }],
    'nothing',
  ),
  'removal.acknowledged': removalRow(removal['removal.acknowledged'], [], 'nothing'),
  'removal.information-asked': removalRow(
    removal['removal.information-asked'],
    [{ pointer: '/question', subject: WHOSE }],
    'nothing',
  ),
  'removal.information-given': removalRow(removal['removal.information-given'], TEXT, 'nothing'),
  'removal.request-withdrawn': removalRow(removal['removal.request-withdrawn'], [], 'nothing'),
  'removal.decided': removalRow(
    removal['removal.decided'],
    [...ITEM, { pointer: '/outcome/words', subject: WHOSE }],
    'statement',
  ),
  'removal.reported': removalRow(
    removal['removal.reported'],
    [...ITEM, { pointer: '/outcome/words', subject: WHOSE }],
    'statement',
  ),
  'removal.corrected': removalRow(
    removal['removal.corrected'],
    [...ITEM, { pointer: '/outcome/words', subject: WHOSE }],
    'statement',
  ),
  'removal.appeal-opened': removalRow(removal['removal.appeal-opened'], [], 'nothing'),
  'removal.appeal-decided': removalRow(removal['removal.appeal-decided'], ITEM, 'statement'),
} as const;
