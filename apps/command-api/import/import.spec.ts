import fc from 'fast-check';
import type { Refusal } from './accounts.js';
import type { BulkCall, SendLimits } from './bulk-sender.js';
import { MAPPING, Receiver, source, sources } from './delivery.fixture.js';
import { runImport, type ImportResult } from './run-import.js';

/** Seconds on an idle machine; a busy one must not decide whether it holds. */
jest.setTimeout(60_000);

const LIMITS: SendLimits = { linesPerCall: 2, charactersPerCall: 10_000, callsInFlight: 2, patienceMs: 2000 };

async function run(
  files: Record<string, string | Buffer>,
  options: { call?: BulkCall; receiver?: Receiver } = {},
): Promise<{ result: ImportResult; refusals: Refusal[]; receiver: Receiver }> {
  const receiver = options.receiver ?? new Receiver();
  const refusals: Refusal[] = [];
  const result = await runImport({
    mapping: MAPPING,
    sources: sources(files),
    call: options.call ?? receiver.call(),
    limits: LIMITS,
    onRefusal: (refusal) => refusals.push(refusal),
  });
  return { result, refusals, receiver };
}

const totalsOf = (result: ImportResult, file: string) => result.files.find((totals) => totals.file === file);

describe('an import', () => {
  it('says of every row what the mapping says it means', async () => {
    const { result, receiver, refusals } = await run({});
    expect(refusals).toEqual([]);
    expect(result).toMatchObject({ ok: true, faults: [], withoutRows: [{ name: 'readme.txt' }] });
    expect(receiver.lines.get('invented.1/persons/3')).toMatchObject({
      subject: { kind: 'person', value: 'invented:3' },
      statements: [
        { relation: 'STATED', property: 'age', value: 29, unit: 'years' },
        { relation: 'HAS_NAME', object: { kind: 'name', value: 'Chao "C" Li\nJr' } },
        { relation: 'STATED', property: 'register', value: 'invented' },
      ],
      time: { at: '2024-05', precision: 'month' },
      purpose: 'test-import',
      origin: 'invented delivery',
    });
    expect(result.expected).toEqual({
      assertions: 8,
      entities: { name: 3, person: 3, 'phone-number': 2 },
      entitiesInAll: 8,
      statements: { ASSOCIATED_WITH: 2, CONTACTED: 1, HAS_NAME: 3, STATED: 9 },
      statementsInAll: 15,
    });
  });

  it('turns a call with its two ends into one dated contact between two numbers', async () => {
    const { result, receiver } = await run({});
    const minute = { from: '2024-05-04T00:32Z', to: '2024-05-04T00:32Z' };
    expect(receiver.lines.get('invented.1/calls/20')).toMatchObject({
      subject: { kind: 'phone-number', value: '0-(070)893-3322' },
      statements: [
        { relation: 'STATED', property: 'call duration', value: 38, unit: 's', ...minute },
        { relation: 'CONTACTED', object: { kind: 'phone-number', value: '5-(997)640-5104' }, count: 1, ...minute },
      ],
      time: { at: '2024-05-04T00:32Z', precision: 'minute' },
    });
    expect(totalsOf(result, 'calls.csv')).toMatchObject({ rows: 1, imported: 1 });
    expect(totalsOf(result, 'caller.csv')).toMatchObject({ rows: 1, merged: 1 });
    expect(totalsOf(result, 'called.csv')).toMatchObject({ rows: 1, merged: 1 });
  });

  it('refuses a call that lacks a required end, and with it what belongs to the call', async () => {
    const { refusals, result } = await run({ 'called.csv': 'a,b\n' });
    expect(refusals).toMatchObject([
      { file: 'calls.csv', line: 2, column: 'id', code: 'row.end-missing' },
      { file: 'caller.csv', line: 2, code: 'row.joined-to-refused' },
    ]);
    expect(result.expected.statements['CONTACTED']).toBeUndefined();
  });

  it('leaves out what hangs on an end that is not required and not there', async () => {
    const mapping = structuredClone(MAPPING);
    for (const entry of mapping.files) if (entry.rows === 'joined') delete entry.required;
    const receiver = new Receiver();
    const files = sources({ 'called.csv': 'a,b\n' });
    const result = await runImport({ mapping, sources: files, call: receiver.call(), limits: LIMITS });
    expect(totalsOf(result, 'calls.csv')).toMatchObject({ rows: 1, imported: 1 });
    expect(receiver.lines.get('invented.1/calls/20')?.statements).toMatchObject([{ property: 'call duration' }]);
  });

  it('leaves out what a row does not say, and says how two people know each other', async () => {
    const { receiver } = await run({});
    expect(receiver.lines.get('invented.1/knows/2-3')?.statements).toEqual([
      { relation: 'ASSOCIATED_WITH', object: { kind: 'person', value: 'invented:3' } },
    ]);
    expect(receiver.lines.get('invented.1/knows/1-2')?.statements[1]).toMatchObject({
      value: 'lives with invented:2 (Ada Lind)',
    });
  });

  it.each([
    ['a number that is none', 'persons.csv', 'id,name,age,shoe,type\n1,A,old,1,P\n', 'cell.not-an-integer', 'age'],
    ['a row of another type', 'persons.csv', 'id,name,age,shoe,type\n1,A,4,1,Q\n', 'cell.not-the-constant', 'type'],
    ['a row without its key', 'persons.csv', 'id,name,age,shoe,type\n,A,4,1,P\n', 'row.no-key', 'id'],
    ['too few cells', 'persons.csv', 'id,name,age,shoe,type\n1,A,4\n', 'row.width', undefined],
    ['a lone quote', 'persons.csv', 'id,name,age,shoe,type\n1,"A"B,4,1,P\n', 'row.quotes', undefined],
    ['a quote that never closes', 'persons.csv', 'id,name,age,shoe,type\n1,"A,4,1,P\n', 'row.quote-open', undefined],
    ['a key used for another row', 'phones.csv', 'id,number\n7,1\n8,2\n7,3\n', 'row.key-repeated', undefined],
    [
      'a day that does not exist',
      'calls.csv',
      'id,day,clock,seconds\n20,31/2/2024,00:32,1\n',
      'cell.not-a-date',
      'day, clock',
    ],
    ['a number that no file has', 'caller.csv', 'a,b\n20,99\n', 'row.end-unknown', 'b'],
    ['a call that no file has', 'caller.csv', 'a,b\n20,7\n21,7\n', 'row.join-unknown', 'a'],
    ['a second caller', 'caller.csv', 'a,b\n20,7\n20,8\n', 'row.join-repeated', 'a'],
    ['a line that is not JSON', 'knows.ndjson', '{"a":1,"b":2,"how":"x"}\n{"a":1\n', 'row.not-json', undefined],
    ['a list in a field', 'knows.ndjson', '{"a":1,"b":2,"how":["x"]}\n', 'cell.nested', 'how'],
  ])('refuses %s with its place, and nothing else for it', async (_, file, text, code, column) => {
    const { result, refusals } = await run({ [file]: text });
    const own = refusals.filter((refusal) => refusal.file === file && refusal.code === code);
    expect(own).toHaveLength(1);
    expect(own[0]?.column).toBe(column);
    expect(result.ok).toBe(true);
    for (const totals of result.files) expect(totals.imported + totals.merged + totals.refused).toBe(totals.rows);
  });

  it('loses nothing beside a damaged row: not the rows after a stray quote, nor after a line without end', async () => {
    const rows = [
      '1,"A"B,4,1,P',
      '2,"open,4,1,P',
      `3,${'x'.repeat(1_000_001)},4,1,P`,
      '4,Dee,4,1,P',
      '5,E\u2028e,4,1,P',
    ];
    const damaged = Buffer.concat([
      Buffer.from(`id,name,age,shoe,type\n${rows.join('\n')}\n6,`),
      Buffer.from([0xe9, 0x20]),
      Buffer.from(',4,1,P\n7,Gil,4,1,P'),
    ]);
    const files = [source('persons.csv', damaged, 64_000), ...sources({}).filter(({ name }) => name !== 'persons.csv')];
    const refusals: Refusal[] = [];
    const receiver = new Receiver();
    const result = await runImport({
      mapping: MAPPING,
      sources: files,
      call: receiver.call(),
      limits: LIMITS,
      onRefusal: (refusal) => refusals.push(refusal),
    });
    expect(totalsOf(result, 'persons.csv')).toMatchObject({ rows: 7, imported: 3, refused: 4 });
    expect(refusals.filter(({ file }) => file === 'persons.csv').map(({ line, code }) => [line, code])).toEqual([
      [2, 'row.quotes'],
      [3, 'row.quote-open'],
      [4, 'row.too-long'],
      [7, 'row.damaged'],
    ]);
    expect(receiver.lines.get('invented.1/persons/5')?.statements[1]).toMatchObject({ object: { value: 'E\u2028e' } });
  });

  it('takes a row that is there twice as one', async () => {
    const { result, receiver } = await run({ 'phones.csv': 'id,number\n7,1\n8,2\n7,1\n' });
    expect(totalsOf(result, 'phones.csv')).toMatchObject({ rows: 3, imported: 2, merged: 1, refused: 0 });
    expect([...receiver.lines.keys()].filter((key) => key.includes('phones'))).toHaveLength(2);
  });

  it('refuses to start over a file or column that nobody decided about, and names all of them', async () => {
    await expect(run({ 'persons.csv': 'id,name,age,shoe,type,eyes,hair\n', 'phones.csv': 'id\n' })).rejects.toThrow(
      /"eyes" is not named[\s\S]*"hair" is not named[\s\S]*phones.csv: there is no column "number"/u,
    );
    await expect(run({ 'extra.csv': 'a\n', 'other.csv': 'b\n' })).rejects.toThrow(/extra.csv[\s\S]*other.csv/u);
    await expect(run({ 'knows.ndjson': '{"a":1,"b":2}\n{"a":1,"b":3,"since":2001}\n' })).rejects.toThrow(
      /"since" is not named/u,
    );
  });

  it('never repeats a value of the file in its report', async () => {
    const { refusals } = await run({
      'persons.csv': 'id,name,age,shoe,type\n1,A,secret-value,1,P\n2,B,1,1,secret-value\n',
    });
    expect(refusals.length).toBeGreaterThan(1);
    expect(JSON.stringify(refusals)).not.toContain('secret-value');
  });
});

describe('an import that is broken off', () => {
  it('goes on in a second run, without loss and without doubles', async () => {
    const receiver = new Receiver();
    const dead: BulkCall = () => Promise.reject(new Error('killed'));
    const first = receiver.call((call) => (call === 2 ? { answers: 0, keeps: 1 } : undefined));
    let calls = 0;
    await expect(
      run({}, { receiver, call: (...args) => ((calls += 1) <= 2 ? first(...args) : dead(...args)) }),
    ).rejects.toThrow('killed');
    const before = receiver.lines.size;
    expect(before).toBeGreaterThan(0);
    const { result } = await run({}, { receiver });
    const whole = await run({});
    expect([...receiver.lines]).toEqual(expect.arrayContaining([...whole.receiver.lines]));
    expect(receiver.lines.size).toBe(whole.receiver.lines.size);
    expect(result.ok).toBe(true);
    expect(result.expected).toEqual(whole.result.expected);
    expect(result.files.reduce((sum, file) => sum + file.alreadyThere, 0)).toBe(before);
  });

  it('stops when asked to, with an answer for all that was sent and a count of the rest', async () => {
    const stop = new AbortController();
    stop.abort();
    const receiver = new Receiver();
    const options = {
      mapping: MAPPING,
      sources: sources({}),
      call: receiver.call(),
      limits: LIMITS,
      signal: stop.signal,
    };
    const result = await runImport(options);
    const sum = (of: 'rows' | 'imported' | 'unanswered'): number =>
      result.files.reduce((all, file) => all + file[of], 0);
    expect(result.ok).toBe(false);
    expect(result.faults[0]).toMatch(/Stopped by request/u);
    expect(sum('unanswered')).toBeGreaterThan(0);
    expect(sum('imported') + sum('unanswered')).toBe(sum('rows'));
    expect(receiver.lines.size).toBe(sum('imported'));
  });

  it('repeats only the lines without an answer when the server breaks off, and counts each row once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ answers: fc.nat(2), keeps: fc.nat(2) }), { maxLength: 3 }),
        async (breaks) => {
          const receiver = new Receiver();
          const call = receiver.call((number) => breaks[number - 1]);
          const { result } = await run({}, { receiver, call });
          expect(result.ok).toBe(true);
          expect(receiver.lines.size).toBe(result.expected.assertions);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('the book of an import', () => {
  const cell = fc.constantFrom('1', '2', '3', '7', '8', '20', '', 'x', '"', '4/5/2024', '00:32', 'P');
  const table = (head: string, width: number) =>
    fc
      .array(fc.array(cell, { minLength: 1, maxLength: width + 1 }), { maxLength: 8 })
      .map((rows) => [head, ...rows.map((row) => row.join(','))].join('\n'));
  const json = fc
    .array(
      fc.record({ a: fc.constantFrom(1, 2, 99, null), b: fc.constantFrom(1, 2, 'x'), how: fc.constantFrom('x', null) }),
    )
    .map((rows) => `{"a":1,"b":2,"how":"knows"}\n${rows.map((row) => JSON.stringify(row)).join('\n')}`);
  const delivery = fc.record({
    'persons.csv': table('id,name,age,shoe,type', 5),
    'phones.csv': table('id,number', 2),
    'calls.csv': table('id,day,clock,seconds', 4),
    'caller.csv': table('a,b', 2),
    'called.csv': table('a,b', 2),
    'knows.ndjson': json,
  });

  it('accounts for every row of every file exactly once, whatever the rows are', async () => {
    await fc.assert(
      fc.asyncProperty(delivery, async (files) => {
        const { result, refusals, receiver } = await run(files);
        expect(result).toMatchObject({ ok: true, faults: [] });
        const places = new Set(refusals.map(({ file, line }) => `${file}:${line}`));
        expect(places.size).toBe(refusals.length);
        for (const totals of result.files) {
          expect(totals.imported + totals.merged + totals.refused).toBe(totals.rows);
          expect(refusals.filter(({ file }) => file === totals.file)).toHaveLength(totals.refused);
        }
        const imported = result.files.reduce((sum, totals) => sum + totals.imported, 0);
        expect(receiver.lines.size).toBe(imported);
      }),
      { numRuns: 40 },
    );
  });
});
