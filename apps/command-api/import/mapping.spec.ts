import type { Refusal } from './accounts.js';
import { GOOD, MAPPING, Receiver, source } from './delivery.fixture.js';
import { parseMapping } from './load-mapping.js';
import type { Mapping, NodesEntry } from './mapping.js';
import { rowReader } from './row-meaning.js';
import { runImport } from './run-import.js';

/** Seconds on an idle machine; a busy one must not decide whether it holds. */
jest.setTimeout(60_000);

describe('an adjacency matrix', () => {
  const mapping: Mapping = {
    ...MAPPING,
    files: [
      {
        rows: 'matrix',
        files: [{ file: 'phase-1.csv', facts: { phase: '1', from: '1994-08', to: '1994-09' } }],
        heads: 'number of the actor',
        kind: 'person',
        value: 'invented:actor/{@head}',
        cell: { relation: 'CONTACTED', count: true },
        row: { property: 'phase', value: '{@phase}', as: 'integer' },
        when: { from: '{@from}', to: '{@to}' },
      },
    ],
  };
  const matrix = async (text: string, terms: object = {}) => {
    const receiver = new Receiver();
    const refusals: Refusal[] = [];
    const result = await runImport({
      mapping: { ...mapping, files: [{ ...mapping.files[0], ...terms } as Mapping['files'][0]] },
      sources: [source('phase-1.csv', text)],
      call: receiver.call(),
      onRefusal: (refusal) => refusals.push(refusal),
    });
    return { result, receiver, refusals };
  };

  it('says for each cell who contacted whom, how often and in which window, and that each actor is there', async () => {
    const { result, receiver } = await matrix('\ufeff"",4,89\n4,0,3\n89,0,0\n');
    const window = { from: '1994-08', to: '1994-09' };
    const listed = { relation: 'STATED', property: 'phase', value: 1, ...window };
    const subject = { kind: 'person', value: 'invented:actor/4' };
    const object = { kind: 'person', value: 'invented:actor/89' };
    expect(receiver.lines.get('invented.1/phase-1/4')).toMatchObject({
      subject,
      statements: [listed, { relation: 'CONTACTED', object, count: 3, ...window }],
      time: { at: '1994-08', precision: 'month' },
    });
    expect(receiver.lines.get('invented.1/phase-1/89')?.statements).toEqual([listed]);
    expect(result.expected.statements).toEqual({ CONTACTED: 1, STATED: 2 });
  });

  it('refuses a cell that is no count, with row and column', async () => {
    const { refusals } = await matrix('"",4,89\n4,0,many\n89,1,0\n');
    expect(refusals).toEqual([
      { file: 'phase-1.csv', line: 2, column: '89', code: 'cell.not-a-count', why: expect.any(String) as string },
    ]);
  });

  it('refuses an actor in contact with itself, with row and column', async () => {
    const { refusals } = await matrix('"",4,89\n4,0,1\n89,0,2\n');
    expect(refusals).toMatchObject([{ line: 3, column: '89', code: 'cell.self' }]);
  });

  it('starts with a repeated head only where the mapping says what it means, and then loses no cell', async () => {
    const text = '"",9,9,4\n9,0,0,1\n9,0,0,2\n';
    await expect(matrix(text)).rejects.toThrow(/two columns are called "9".*repeatedHeads/u);
    const { result, receiver } = await matrix(text, {
      repeatedHeads: { are: 'the-same-actor', reason: 'the printed list has it twice' },
    });
    expect(result.files[0]).toMatchObject({ rows: 2, imported: 2 });
    expect([...receiver.lines.keys()]).toEqual(['invented.1/phase-1/9', 'invented.1/phase-1/9.again-2']);
    expect(result.expected.statements).toEqual({ CONTACTED: 2, STATED: 2 });
  });

  it('spreads an actor with more contacts than one assertion holds over several', async () => {
    const heads = Array.from({ length: 70 }, (_, index) => String(index + 1));
    const rows = heads.map(
      (head, index) => `${head},${heads.map((other) => (index === 0 && other !== head ? '1' : '0')).join(',')}`,
    );
    const { result, receiver } = await matrix(`"",${heads.join(',')}\n${rows.join('\n')}\n`);
    expect(receiver.lines.get('invented.1/phase-1/1')?.statements).toHaveLength(64);
    expect(receiver.lines.get('invented.1/phase-1/1/2')?.statements).toHaveLength(6);
    expect(result.files[0]).toMatchObject({ rows: 70, imported: 70 });
    expect(result.expected).toMatchObject({ assertions: 71, statements: { CONTACTED: 69 } });
  });
});

describe('R10: a row about a person in a case', () => {
  const part = (category?: string) =>
    rowReader(
      {
        rows: 'nodes',
        files: ['parts.csv'],
        node: 'Part',
        id: 'id',
        columns: { id: { use: 'key' }, case: { use: 'part', of: 'the incident' } },
        subject: { kind: 'person', value: 'register:{id}' },
        statements: [
          {
            relation: 'INVOLVED_IN',
            object: { kind: 'incident', value: 'register:{case}' },
            ...(category === undefined ? {} : { category }),
          },
        ],
      } as NodesEntry,
      { columns: ['id', 'case'], ends: [] },
    )({ line: 2, cells: ['17', '4'], ends: {}, facts: {} }).statements[0];

  it('carries the category that the mapping gives, and none where it gives none', () => {
    expect(part('victim')).toMatchObject({ relation: 'INVOLVED_IN', category: 'victim' });
    expect(part()).not.toHaveProperty('category');
  });
});

describe('a mapping', () => {
  const faultsOf = (change: (mapping: Mapping) => unknown): string => {
    const mapping = structuredClone(MAPPING);
    const changed = change(mapping) ?? mapping;
    try {
      parseMapping(JSON.stringify(changed), 'x.json');
    } catch (error) {
      return (error as Error).message;
    }
    return 'no fault';
  };
  const entry = (mapping: Mapping, index: number) => mapping.files[index] as unknown as Record<string, object>;
  const part = (mapping: Mapping, index: number, name: string): object => entry(mapping, index)[name] ?? {};

  it('is accepted as it stands', () => {
    expect(faultsOf(() => undefined)).toBe('no fault');
  });

  it('may give grading and marking as they are displayed above a report, and is told what is wrong with them', () => {
    const displayed = (terms: object): string => JSON.stringify({ ...MAPPING, terms: { ...MAPPING.terms, ...terms } });
    const line = 'OFFICIAL-SENSITIVE // TLP:AMBER // A3 S1 // REL TO crossing-task-force';
    expect(parseMapping(displayed({ grading: '[2BC]', marking: line }), 'x.json').terms).toMatchObject({
      grading: { scheme: '3x5x2', source: '2', information: 'B' },
      marking: {
        gsc: 'OFFICIAL-SENSITIVE',
        tlp: 'AMBER',
        handling: ['C'],
        conditions: ['A3', 'S1'],
        releasableTo: ['crossing-task-force'],
      },
    });
    const refused = (terms: object) => () => parseMapping(displayed(terms), 'x.json');
    expect(refused({ grading: 'B2' })).toThrow(/A grade means nothing without its scheme/u);
    expect(refused({ marking: 'RESTRICTED // TLP:GREEN' })).toThrow(/before April 2014/u);
  });

  it.each<[string, (mapping: Mapping) => unknown, RegExp]>([
    ['is not an object', () => 'x', /not valid/u],
    [
      'drops a column without a reason',
      (m) => Object.assign(part(m, 0, 'columns'), { shoe: { use: 'dropped' } }),
      /reason/u,
    ],
    [
      'uses a column in a way that does not exist',
      (m) => Object.assign(part(m, 0, 'columns'), { shoe: { use: 'guess' } }),
      /"guess"/u,
    ],
    [
      'claims to use a column and does not',
      (m) => Object.assign(part(m, 0, 'columns'), { shoe: { use: 'part', of: 'x' } }),
      /"shoe" is named as part and nothing uses it/u,
    ],
    [
      'uses a column that it drops',
      (m) => Object.assign(entry(m, 0), { subject: { kind: 'person', value: 'x:{shoe}' } }),
      /says? that it is dropped/u,
    ],
    [
      'reads a column that is not there',
      (m) => Object.assign(entry(m, 0), { subject: { kind: 'person', value: 'x:{nose}' } }),
      /\{nose\} is no column/u,
    ],
    [
      'joins kinds that its relation may not join',
      (m) => Object.assign(entry(m, 5), { statements: [{ relation: 'USES_NUMBER', object: { end: 'end' } }] }),
      /USES_NUMBER may not join person to person/u,
    ],
    [
      'names rows that no file has',
      (m) => Object.assign(entry(m, 3), { into: 'Chat' }),
      /no entry calls its rows Chat/u,
    ],
    [
      'has a date that cannot be read',
      (m) => Object.assign(part(m, 2, 'when'), { format: 'D/M/YYYY' }),
      /does not say where to find H, m/u,
    ],
    [
      'names an unknown kind',
      (m) => Object.assign(entry(m, 0), { subject: { kind: 'robot', value: '{id}' } }),
      /must be one of account/u,
    ],
    [
      'gives a category to a link that has none',
      (m) =>
        Object.assign(entry(m, 0), {
          statements: [{ relation: 'HAS_NAME', object: { kind: 'name', value: '{id}' }, category: 'victim' }],
        }),
      /HAS_NAME from person to name is no link between a person and a case/u,
    ],
    [
      'has a stray brace',
      (m) => Object.assign(entry(m, 0), { subject: { kind: 'person', value: '{id}}' } }),
      /stray brace/u,
    ],
    [
      'names a file twice',
      (m) => m.files.push({ rows: 'none', files: ['phones.csv'], reason: 'named by mistake' }),
      /phones.csv is named twice/u,
    ],
    [
      'grades in no scheme',
      (m) => Object.assign(m.terms, { grading: { scheme: '3x5x2', source: 'A', information: '1' } }),
      /no such codes/u,
    ],
  ])('that %s is refused with the place', (_, change, message) => {
    expect(faultsOf((mapping) => (change(mapping) === 'x' ? 'x' : mapping))).toMatch(message);
  });

  it('names the fixture whole', () => {
    expect(Object.keys(GOOD).sort()).toEqual(MAPPING.files.flatMap(({ files }) => files as string[]).sort());
  });
});
