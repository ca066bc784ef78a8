import { closed, organisationRow as row } from './closed-schema.js';

const organisation = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } as const;
const agreement = organisation;
const reason = { type: 'string', minLength: 1, maxLength: 2000 } as const;
const moment = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}Z)?$' } as const;

/** Most parties of one agreement. */
export const MAX_PARTIES = 100;

const dated = row(closed({ agreement }, ['agreement']));

/** Rows of the catalogue for agreements and for spillages. */
export const AGREEMENT_CATALOGUE = {
  'agreement.made': row(
    closed(
      {
        agreement,
        group: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,99}$' },
        title: { type: 'string', minLength: 1, maxLength: 200 },
        parties: { type: 'array', items: organisation, uniqueItems: true, minItems: 2, maxItems: MAX_PARTIES },
        from: moment,
        until: moment,
      },
      ['agreement', 'group', 'title', 'parties', 'from'],
    ),
  ),
  'agreement.party-joined': row(closed({ agreement, organisation }, ['agreement', 'organisation'])),
  'agreement.party-left': row(closed({ agreement, organisation, reason }, ['agreement', 'organisation', 'reason'])),
  'agreement.ended': row(closed({ agreement, reason }, ['agreement', 'reason'])),
  'agreement.began': dated,
  'agreement.ending': dated,
  'agreement.lapsed': dated,
  'spillage.reported': row(
    closed(
      {
        spillage: organisation,
        organisation,
        subject: { type: 'string', minLength: 1, maxLength: 255 },
        where: { type: 'string', minLength: 1, maxLength: 200 },
        code: { type: 'string', minLength: 1, maxLength: 100 },
        count: { type: 'integer', minimum: 1 },
      },
      ['spillage', 'organisation', 'subject', 'where', 'code', 'count'],
    ),
  ),
} as const;
