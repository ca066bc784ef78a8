/** Answers as the OpenAPI document shows them: the pipeline of 1,200 items of domain-standards 2.1, told apart at last. */

const TOTAL = {
  of: {},
  items: 1200,
  outcomes: {
    actioned: 578,
    rejected: 301,
    'no-violation': 184,
    'already-gone': 0,
    overturned: 0,
    withdrawn: 0,
    'no-outcome': 137,
  },
  effects: { removed: 410, 'account-terminated': 168 },
  reasons: { 'asking-is-permitted': 301, 'no-breach-of-terms': 184 },
  timeToAcknowledgement: { of: 1063, median: 5_400, p90: 86_400, before: 0 },
  timeToEffect: { of: 578, median: 14_400, p90: 259_200, before: 0 },
  deadlines: { of: 40, met: 36, breached: 3, running: 1, abandoned: 0 },
};

const MEASURED = { side: 'agency', measuredAt: '2026-11-22T12:00:00.000Z', provisional: false };

export const FIGURES_EXAMPLE = {
  ...MEASURED,
  total: TOTAL,
  figures: [{ ...TOTAL, of: { theme: 'boat-crossing', period: '2026-11' } }],
};

export const DIFFERENCES_EXAMPLE = {
  ...MEASURED,
  compared: 1200,
  different: 1,
  cases: [
    {
      referral: '0193a1f2-7c00-7000-8000-000000000001',
      item: 0,
      organisation: '5b0c77a2-0a02-4c21-9b64-0d1000000002',
      platform: 'a86d90e5-0a05-4054-8e97-000000000005',
      differences: [{ what: 'gone-without-removal', agency: 'verified-unavailable', platform: 'no-outcome' }],
    },
  ],
  truncated: false,
};
