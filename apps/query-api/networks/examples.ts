import { ACCOUNT, AS_OF, CORROBORATION, NUMBER, STATEMENT } from '../questions/examples.js';

/** Answers as the OpenAPI document shows them. */

const NETWORK = {
  id: '9e107d9d372bb6826bd81d3542a419d6',
  kind: 'network',
  key: 'breakwater:network/0199f3a0-2222-7aaa-8bbb-0123456789ab',
};
const SUCCESSOR = { id: '0cc175b9c0f1b6a831c399e269772661', kind: 'account', key: 'facebook:100002' };

export const NETWORK_CARD_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NETWORK,
  alsoFound: [],
  names: [
    {
      relation: 'HAS_NAME',
      direction: 'outgoing',
      other: { id: '92eb5ffee6ae2fec3ad71c777531578f', kind: 'name', key: 'fast way' },
      corroboration: CORROBORATION,
      statements: [STATEMENT],
    },
  ],
  assessed: [
    {
      relation: 'STATED',
      direction: 'outgoing',
      property: 'status',
      value: 'active',
      corroboration: CORROBORATION,
      statements: [STATEMENT],
    },
  ],
  history: [],
  mergedIn: [],
  totals: {
    members: 1,
    open: 1,
    roles: [{ role: 'advertiser', members: 1 }],
    platforms: [{ platform: 'facebook', entities: 1 }],
    numbers: 1,
    handles: 0,
    survival: {
      ...{ entities: 2, referred: 1, removed: 1, up: 0, down: 1, seenAgain: 0, cameBack: 1 },
      ...{ medianSecondsToReturn: 86_400, datedReturns: 1 },
    },
  },
  members: [
    {
      entity: ACCOUNT,
      memberships: [{ network: NETWORK.id, role: 'advertiser', statement: { ...STATEMENT, role: 'advertiser' } }],
      has: [{ relation: 'USES_NUMBER', entity: NUMBER, corroboration: CORROBORATION }],
      hasMore: false,
      takedowns: [
        {
          entity: ACCOUNT,
          state: 'down',
          cases: {
            referred: { statements: 1, first: '2026-04-03T08:00:00Z', last: '2026-04-03T08:00:00Z' },
            removed: { statements: 1, first: '2026-04-03T11:00:00Z', last: '2026-04-03T11:00:00Z' },
          },
          cameBackAs: [
            {
              entity: SUCCESSOR,
              platform: 'facebook',
              corroboration: CORROBORATION,
              since: '2026-04-04T11:00:00Z',
              secondsAfterRemoval: 86_400,
              removed: false,
            },
          ],
        },
      ],
    },
  ],
};
