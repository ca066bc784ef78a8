import { ACCOUNT, AS_OF, CORROBORATION, NUMBER, STATEMENT } from '../questions/examples.js';

/** An answer as the OpenAPI document shows it. */
export const WHAT_WOULD_FALL_EXAMPLE = {
  ...AS_OF,
  found: true,
  totals: { statements: 1, resting: 0, claims: { everything: 0, 'last-origin': 1, 'some-support': 0 } },
  falls: [
    {
      because: 'goes-back-to-it',
      subject: ACCOUNT,
      relation: 'USES_NUMBER',
      other: NUMBER,
      statement: STATEMENT,
      corroboration: { statements: 2, organisations: 2, independentOrigins: 1, withoutOrigin: 1 },
      afterwards: { ...CORROBORATION, independentOrigins: 0, withoutOrigin: 1 },
      loses: 'last-origin',
    },
  ],
  cluster: { found: true, entity: NUMBER, members: 2, leave: [], join: [], leaving: 0, joining: 0 },
};
