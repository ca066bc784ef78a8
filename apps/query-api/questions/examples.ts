/** Answers as the OpenAPI document shows them. Numbers are of the ranges kept for fiction. */

export const AS_OF = { asOf: '2026-11-20T09:15:00Z', lagSeconds: 0, truncated: false };
export const NUMBER = { id: '5f0c1a6e4b7d49f2a1b3c5d7e9f01234', kind: 'phone-number', key: '+442079460123' };
export const ACCOUNT = { id: 'c2b1a09f8e7d6c5b4a39281706f5e4d3', kind: 'account', key: 'facebook:100001' };
export const STATEMENT = {
  assertion: '0199f3a0-1111-7aaa-8bbb-0123456789ab',
  index: 0,
  organisation: 'Northern Border Police',
  kind: 'fact',
  grading: { scheme: '3x5x2', source: '1', information: 'B' },
  from: '2026-03-01',
  to: '2026-03-31',
  recorded: '2026-04-02T08:00:11Z',
  confidence: 80,
  origin: 1,
};
export const CORROBORATION = { statements: 1, organisations: 1, independentOrigins: 1, withoutOrigin: 0 };

export const ENTITY_CARD_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  claims: [
    {
      relation: 'USES_NUMBER',
      direction: 'incoming',
      other: ACCOUNT,
      corroboration: CORROBORATION,
      statements: [STATEMENT],
    },
  ],
  totals: [{ relation: 'USES_NUMBER', direction: 'incoming', statements: 1 }],
};

export const NEIGHBOURS_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  neighbours: [
    {
      entity: ACCOUNT,
      links: [
        {
          relation: 'USES_NUMBER',
          direction: 'incoming',
          corroboration: CORROBORATION,
          organisations: ['Northern Border Police'],
          gradings: [{ kind: 'fact', grading: STATEMENT.grading }],
          from: '2026-03-01',
          to: '2026-03-31',
          recorded: '2026-04-02T08:00:11Z',
        },
      ],
    },
  ],
};

export const CLUSTER_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  members: [
    { entity: NUMBER, distance: 0, hub: false },
    {
      entity: ACCOUNT,
      distance: 1,
      hub: false,
      through: NUMBER.id,
      links: [
        { relation: 'USES_NUMBER', direction: 'outgoing', corroboration: CORROBORATION, statements: [STATEMENT] },
      ],
    },
  ],
  conflicts: [],
};

export const LIST_LOOK_UP_EXAMPLE = {
  ...AS_OF,
  summary: { rows: 3, hits: 1, noHits: 1, notUnderstood: 1 },
  rows: [
    {
      row: 1,
      value: '+44 20 7946 0123',
      outcome: 'hit',
      hits: [
        {
          entity: NUMBER,
          ...CORROBORATION,
          relations: ['USES_NUMBER'],
          said: ['Northern Border Police'],
          from: '2026-03-01',
          to: '2026-03-31',
          recorded: '2026-04-02T08:00:11Z',
        },
      ],
    },
    { row: 2, value: '+44 20 7946 0199', outcome: 'no-hit' },
    { row: 3, value: '', outcome: 'not-understood', reason: 'The value is empty.' },
  ],
};

export const SEARCH_EXAMPLE = {
  ...AS_OF,
  found: true,
  named: [],
  carriers: [
    {
      entity: ACCOUNT,
      through: { id: '0f4b1d77c0a94c6e8f2d3b5a69788c1e', kind: 'name', key: 'ahmed hassan' },
      relations: ['HAS_NAME'],
      match: 'similar',
      similarity: 0.846,
      ...CORROBORATION,
      said: ['Northern Border Police'],
      from: '2026-03-01',
      to: '2026-03-31',
      recorded: '2026-04-02T08:00:11Z',
    },
  ],
};

export const KEY_PLAYERS_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  entities: 12,
  ties: 17,
  players: [{ entity: ACCOUNT, hub: false, distance: 1, degree: 6, betweenness: 0.563636364, splitsInto: [7, 4] }],
};

export const TIMELINE_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  entries: [{ relation: 'USES_NUMBER', direction: 'incoming', other: ACCOUNT, statement: STATEMENT }],
};

export const PATHS_EXAMPLE = {
  ...AS_OF,
  found: true,
  entities: [NUMBER, ACCOUNT],
  paths: [
    {
      from: 0,
      to: 1,
      steps: [
        {
          entity: ACCOUNT,
          links: [
            { relation: 'USES_NUMBER', direction: 'outgoing', corroboration: CORROBORATION, statements: [STATEMENT] },
          ],
        },
      ],
    },
  ],
};

export const CHANGES_EXAMPLE = {
  ...AS_OF,
  found: true,
  entity: NUMBER,
  alsoFound: [],
  changes: [
    {
      change: 'graded-anew',
      at: '2026-04-09T10:12:40Z',
      of: NUMBER,
      relation: 'USES_NUMBER',
      direction: 'incoming',
      other: ACCOUNT,
      statement: STATEMENT,
      graded: {
        before: { kind: 'fact', grading: { ...STATEMENT.grading, information: 'D' } },
        after: { kind: 'fact', grading: STATEMENT.grading },
      },
    },
  ],
  totals: { recorded: 0, withdrawn: 0, gradedAnew: 1 },
};
