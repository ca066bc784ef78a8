/** An export as JSON, as the OpenAPI document shows it. Numbers are of the ranges kept for fiction. */
export const EXPORT_EXAMPLE = {
  asOf: '2026-11-20T09:15:00Z',
  lagSeconds: 0,
  truncated: false,
  found: true,
  marking: 'OFFICIAL-SENSITIVE // TLP:AMBER // P',
  rows: [
    {
      relation: 'USES_NUMBER',
      subject: { id: 'c2b1a09f8e7d6c5b4a39281706f5e4d3', kind: 'account', key: 'facebook:100001' },
      object: { id: '5f0c1a6e4b7d49f2a1b3c5d7e9f01234', kind: 'phone-number', key: '+442079460123' },
      statement: {
        assertion: '0199f3a0-1111-7aaa-8bbb-0123456789ab',
        index: 0,
        organisation: 'Northern Border Police',
        kind: 'fact',
        grading: { scheme: '3x5x2', source: '1', information: 'B' },
        from: '2026-03-01',
        to: '2026-03-31',
        recorded: '2026-04-02T08:00:11Z',
        marking: 'OFFICIAL-SENSITIVE // TLP:AMBER // P',
      },
      statements: 1,
    },
  ],
  leftOut: 0,
};
