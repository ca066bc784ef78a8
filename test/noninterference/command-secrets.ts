/** What happens openly and in secret in the two worlds, and what somebody may try who knows only of the open part. */
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { assertionBody } from '../support/assertions.js';
import { itemBody, referralBody } from '../support/referrals.js';
import { NETWORK_STEPS, networkAttempts } from './network-secrets.js';
import type { Step } from './two-worlds.js';

const { border, coastal, partner, lumen } = ORGANISATIONS;
/** Delegations end within weeks. */
const inADay = (): string => new Date(Date.now() + 86_400_000).toISOString();
const PERSON = {
  relation: 'USES_NUMBER',
  object: { kind: 'phone-number', value: '+44 7700 900188' },
} as const;

function said(as: string, name: string, marking: object, more: object = {}, secret?: true): Step {
  return {
    as,
    route: 'assertions',
    json: assertionBody({ marking: { gsc: 'OFFICIAL', tlp: 'AMBER', ...marking }, ...more }),
    gives: { id: name },
    status: 201,
    ...(secret === true ? { secret } : {}),
  };
}

const toPartner = { handling: ['C'], conditions: ['A1', 'S2'], releasableTo: [partner.organisation] };
const toCoastal = { handling: ['C'], conditions: ['A1', 'S2'], releasableTo: [coastal.organisation] };
const toBorder = { handling: ['C'], conditions: ['A1', 'S2'], releasableTo: [border.organisation] };
const plain = (item: string, ...recipients: string[]): object => ({ item, form: 'plain', recipients });
const hidden = (step: Omit<Step, 'secret'>): Step => ({ ...step, secret: true });

/** Both refer the same video, each in its own spelling. */
const VIDEO = 'dQw4w9WgXcQ';
const referring = (location: string): object => referralBody({ items: [itemBody(undefined, { location })] });

/** A referral from the draft to the platform: its authoriser lets it pass before the window of the check ends. */
function referred(agency: string, name: string, location: string): Step[] {
  return [
    { as: `${agency}-referrer`, route: 'referrals', json: referring(location), gives: { referral: name }, status: 201 },
    { as: `${agency}-referrer`, route: (ids) => `referrals/${ids[name]}/check`, json: {}, status: 200 },
    {
      as: `${agency}-authoriser`,
      route: (ids) => `referrals/${ids[name]}/override`,
      json: { reason: 'The boat leaves tonight.' },
      status: 200,
    },
  ];
}

/** Removed before anybody asked, so that no time since the receipt depends on how fast the spec runs. */
const removedBefore = (id: string): object => ({
  item: { kind: 'post', location: `https://www.youtube.com/shorts/${id}` },
  outcome: { result: 'actioned', effect: 'removed', effectiveAt: '2026-01-01T00:00:00Z' },
});

/** Others have an interest in the item, or have referred it; platforms push what they removed on their own initiative. */
const CASES: readonly Step[] = [
  hidden({
    as: 'border-analyst',
    route: 'interests',
    json: () => ({
      entities: [{ kind: 'item', value: `https://youtu.be/${VIDEO}` }],
      ...{ covert: true, contact: 'Border desk', until: inADay(), marking: { gsc: 'OFFICIAL', tlp: 'AMBER' } },
    }),
    gives: { interest: 'secret interest' },
    status: 201,
  }),
  ...referred('coastal', 'secret referral', `https://youtu.be/${VIDEO}`).map(hidden),
  ...referred('partner', 'referral', `https://www.youtube.com/watch?v=${VIDEO}`),
  ...referred('border', 'another secret referral', 'https://youtu.be/aaaaaaaaaaa').map(hidden),
  hidden({ as: 'lumen-moderator', route: 'removals', json: removedBefore('bbbbbbbbbbb'), status: 201 }),
  { as: 'lumen-moderator', route: 'removals', json: removedBefore(VIDEO), status: 201 },
  hidden({ as: 'lumen-moderator', route: 'removals', json: removedBefore('aaaaaaaaaaa'), status: 201 }),
];

/** Questions kept by others, and by colleagues in a compartment, stand between those that everybody of the organisation may see. */
function saved(as: string, name: string): Step {
  return {
    as,
    route: 'saved-questions',
    json: {
      ...{ operation: 'operation-tern', name, question: 'cluster', terms: { seed: { value: '+44 7700 900188' } } },
      marking: { gsc: 'OFFICIAL', tlp: 'AMBER' },
    },
    gives: { saved: name },
    status: 201,
  };
}

/** Secrets stand between the open steps, so that numbers, orders and pages would shift if anything counted them. */
export const STEPS: readonly Step[] = [
  hidden(saved('coastal-analyst', 'kept secretly')),
  saved('partner-analyst', 'asked again'),
  hidden(saved('border-analyst', 'kept secretly too')),
  said('partner-analyst', 'own', {}),
  said('coastal-analyst', 'kept', { tlp: 'AMBER+STRICT' }, {}, true),
  said('coastal-analyst', 'given', toPartner),
  said('coastal-analyst', 'lent', toBorder, {}, true),
  said(
    'border-analyst',
    'person',
    { tlp: 'RED' },
    { subject: { kind: 'name', value: 'A. N. Other' }, statements: [PERSON] },
    true,
  ),
  hidden({
    as: 'border-analyst',
    route: 'permissions',
    json: ({ lent }) => ({ of: [lent], action: 'act', recipient: lumen.organisation, terms: 'Once.' }),
    gives: { permission: 'asked secretly' },
    status: 201,
  }),
  {
    as: 'partner-analyst',
    route: 'permissions',
    json: ({ given }) => ({ of: [given], action: 'act', recipient: lumen.organisation, terms: 'Once.' }),
    gives: { permission: 'asked' },
    status: 201,
  },
  hidden({
    as: 'coastal-authoriser',
    route: (ids) => `permissions/${ids['asked secretly']}/grant`,
    json: {},
    status: 200,
  }),
  { as: 'coastal-authoriser', route: ({ asked }) => `permissions/${asked}/grant`, json: {}, status: 200 },
  hidden({
    as: 'coastal-analyst',
    route: 'releases',
    json: ({ lent }) => plain(lent ?? '', border.organisation),
    gives: { release: 'secret release' },
    status: 201,
  }),
  hidden({
    as: 'coastal-authoriser',
    route: (ids) => `releases/${ids['secret release']}/approve`,
    json: {},
    status: 200,
  }),
  {
    as: 'partner-analyst',
    route: 'releases',
    json: ({ own }) => plain(own ?? '', coastal.organisation),
    gives: { release: 'release' },
    status: 201,
  },
  hidden({
    as: 'coastal-authoriser',
    route: 'disclosures/emergency',
    json: ({ kept }) => ({
      ...plain(kept ?? '', border.organisation),
      form: 'sanitised',
      words: 'A boat is overdue.',
      reason: 'Forty people on board.',
    }),
    gives: { disclosure: 'secret disclosure', copy: 'secret copy' },
    status: 201,
  }),
  hidden({
    as: 'coastal-authoriser',
    route: 'delegations',
    json: () => ({ to: 'coastal-referrer', until: inADay() }),
    gives: { delegation: 'secret delegation' },
    status: 201,
  }),
  hidden({
    as: 'coastal-analyst',
    route: ({ kept }) => `assertions/${kept}/regrade`,
    json: { marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: 'AMBER+STRICT' }, reason: 'A life.' },
    status: 200,
  }),
  { as: 'partner-authoriser', route: ({ release }) => `releases/${release}/approve`, json: {}, status: 200 },
  hidden({
    as: 'border-analyst',
    route: ({ person }) => `assertions/${person}/withdraw`,
    json: { reason: 'Wrong.' },
    status: 200,
  }),
  said('border-analyst', 'lent to two', toCoastal, {}, true),
  said('partner-analyst', 'sent', toCoastal),
  ...CASES,
  ...NETWORK_STEPS,
  said('partner-analyst', 'own too', {}),
];

const id = (ids: Readonly<Record<string, string>>, name: string): string => ids[name] ?? '';

/** Whole bodies: an answer about a missing field would be alike for everybody. */
const CASE_COMMANDS: Readonly<Record<string, object>> = {
  withdraw: { reason: 'No longer wanted.' },
  close: { reason: 'It is over.' },
  reopen: { because: 'new-evidence', reason: 'Seen again.' },
  information: { item: 0, text: 'The second boat.', evidence: [] },
  findings: {
    ...{ item: 0, finding: 'still-available', at: '2026-03-01T08:00:00Z', vantage: 'GB', evidence: [] },
  },
};

/** Commands aimed at what the caller may not know of. */
export function attempts(secret: string): Step[] {
  const to = (as: string, route: string | ((target: string) => string), json: (target: string) => object): Step => ({
    as,
    route: (ids) => (typeof route === 'string' ? route : route(id(ids, secret))),
    json: (ids) => json(id(ids, secret)),
    status: 0,
  });
  const reason = { reason: 'It is wrong.' };
  return [
    to(
      'partner-analyst',
      (target) => `assertions/${target}/withdraw`,
      () => reason,
    ),
    to(
      'partner-analyst',
      (target) => `assertions/${target}/regrade`,
      () => ({
        ...reason,
        marking: { gsc: 'OFFICIAL', tlp: 'GREEN' },
      }),
    ),
    to('partner-analyst', 'assertions', (target) => assertionBody({ basis: [target] })),
    to('partner-analyst', 'releases/preview', (target) => plain(target, coastal.organisation)),
    to('partner-analyst', 'releases', (target) => plain(target, coastal.organisation)),
    to('partner-analyst', 'permissions', (target) => ({
      of: [target],
      action: 'act',
      recipient: lumen.organisation,
      terms: 'Once.',
    })),
    ...['grant', 'refuse', 'revoke', 'resume'].map((what) =>
      to(
        'partner-authoriser',
        (target) => `permissions/${target}/${what}`,
        () => (what === 'grant' ? {} : reason),
      ),
    ),
    ...['approve', 'carry-out', 'note-override'].map((what) =>
      to(
        'partner-authoriser',
        (target) => `releases/${target}/${what}`,
        () => ({}),
      ),
    ),
    to(
      'partner-authoriser',
      (target) => `disclosures/${target}/review`,
      () => ({ ...reason, outcome: 'justified' }),
    ),
    to(
      'partner-authoriser',
      (target) => `delegations/${target}/recall`,
      () => reason,
    ),
    ...['check', 'submit', 'withdraw', 'close', 'reopen', 'information', 'findings'].map((what) =>
      to(
        'partner-referrer',
        (target) => `referrals/${target}/${what}`,
        () => CASE_COMMANDS[what] ?? {},
      ),
    ),
    to(
      'partner-authoriser',
      (target) => `referrals/${target}/override`,
      () => reason,
    ),
    to('partner-referrer', 'referrals', (target) => referralBody({ basis: [target] })),
    to('partner-referrer', 'referrals', (target) => referralBody({ successorOf: target })),
    to(
      'partner-analyst',
      (target) => `interests/${target}/end`,
      () => reason,
    ),
    ...['release', 'keep'].map((what) =>
      to(
        'partner-authoriser',
        (target) => `deconfliction/holds/${target}/${what}`,
        () => ({ ...reason, ...(what === 'keep' && { until: inADay() }) }),
      ),
    ),
    to(
      'partner-analyst',
      (target) => `saved-questions/${target}/forget`,
      () => reason,
    ),
    to('partner-authoriser', 'disclosures/emergency', (target) => ({
      ...plain(target, coastal.organisation),
      ...reason,
    })),
    ...networkAttempts(secret),
  ];
}
