import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import type { ImportResult } from '../../apps/command-api/import/run-import.js';
import { importStand, type ImportRun, type ImportStand } from './import-stand.js';

/** Invented people and who knows whom: enough rows to be in the middle of it when something is killed. */
const PEOPLE = 1500;
const RUN_MS = 120_000;

const MAPPING = {
  mapping: 'invented',
  version: 1,
  title: 'Invented people',
  source: { name: 'made for this test', licence: 'own' },
  terms: {
    purpose: 'test-import',
    origin: 'invented people',
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '2', information: 'D' },
    marking: { gsc: 'OFFICIAL', tlp: 'GREEN', handling: ['P'], conditions: [], releasableTo: [], compartment: null },
    time: '2024-05',
  },
  files: [
    {
      rows: 'nodes',
      files: ['people.csv'],
      node: 'Person',
      id: 'id',
      columns: {
        id: { use: 'key' },
        name: { use: 'part', of: 'the name' },
        seen: { use: 'property', property: 'last seen', as: 'date', format: 'DD/MM/YYYY' },
        met: { use: 'part', of: 'when the name was used' },
      },
      subject: { kind: 'person', value: 'invented:{id}' },
      when: { from: '{met}' },
      statements: [{ relation: 'HAS_NAME', object: { kind: 'name', value: '{name}' }, dated: true }],
    },
    {
      rows: 'links',
      files: ['knows.ndjson'],
      columns: { a: { use: 'end' }, b: { use: 'end' } },
      ends: { start: { column: 'a', nodes: ['Person'] }, end: { column: 'b', nodes: ['Person'] } },
      key: '{a}-{b}',
      subject: { end: 'start' },
      statements: [{ relation: 'ASSOCIATED_WITH', object: { end: 'end' } }],
    },
  ],
};

interface Summary extends ImportResult {
  refused?: string;
}

describe('importing files', () => {
  let stand: ImportStand;
  beforeAll(async () => {
    stand = await importStand();
  }, STARTUP_MS);
  afterAll(() => stand.close());

  /** A delivery under a name of its own: references of another one never meet it. */
  async function delivery(name: string, people: string[], knows: string[] = []): Promise<string[]> {
    const folder = join(stand.folder, name);
    await mkdir(folder);
    const files = { 'people.csv': ['id,name,seen,met', ...people].join('\n'), 'knows.ndjson': knows.join('\n') };
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const mapping = join(folder, 'mapping.json');
    await writeFile(mapping, JSON.stringify({ ...MAPPING, mapping: name }));
    return ['--mapping', mapping, ...Object.keys(files).map((file) => join(folder, file))];
  }

  const person = (id: string): string => `${id},Person ${id},01/05/2024,2024-04`;
  const crowd = (name: string): Promise<string[]> => {
    const ids = Array.from({ length: PEOPLE }, (_, index) => `${name}-${index}`);
    const knows = ids.slice(1).map((id, index) => JSON.stringify({ a: id, b: ids[index] }));
    return delivery(name, ids.map(person), knows);
  };
  const ROWS_OF_CROWD = 2 * PEOPLE - 1;

  async function finished(run: ImportRun): Promise<Summary> {
    const { code, out, err } = await run.ended;
    const last = out.trim().split('\n').at(-1) ?? '';
    if (!last.startsWith('{')) throw new Error(`The import ended with ${code} and no summary: ${out}${err}`);
    return JSON.parse(last) as Summary;
  }

  const sum = (summary: Summary, of: 'imported' | 'alreadyThere' | 'refused'): number =>
    summary.files.reduce((total, file) => total + file[of], 0);

  /** Resolves once rows of a run are in the log, and many are not. */
  const inTheMiddle = (mapping: string): Promise<true> =>
    until('No row of the import came into the log', async () => (await stand.logged(mapping)).assertions > 0, RUN_MS);

  async function holdsEachRowOnce(summary: Summary, mapping: string): Promise<void> {
    const logged = await stand.logged(mapping);
    expect(logged.references).toBe(logged.assertions);
    expect(logged).toEqual({
      assertions: summary.expected.assertions,
      references: summary.expected.assertions,
      entities: summary.expected.entities,
      statements: summary.expected.statements,
    });
  }

  it(
    'goes on after the import was killed, without loss and without doubles',
    async () => {
      const args = [...(await crowd('killed')), '--lines-per-call', '50'];
      const first = stand.startImport(args);
      await inTheMiddle('killed');
      first.child.kill('SIGKILL');
      await first.ended;
      const before = (await stand.logged('killed')).assertions;
      expect(before).toBeLessThan(ROWS_OF_CROWD);
      const summary = await finished(stand.startImport(args));
      expect(summary).toMatchObject({ ok: true, faults: [] });
      expect(sum(summary, 'alreadyThere')).toBeGreaterThanOrEqual(before);
      expect(sum(summary, 'imported') + sum(summary, 'alreadyThere')).toBe(ROWS_OF_CROWD);
      await holdsEachRowOnce(summary, 'killed');
    },
    RUN_MS,
  );

  it(
    'waits for a server that was killed, and goes on with the rows that have no answer',
    async () => {
      const run = stand.startImport([...(await crowd('outage')), '--lines-per-call', '50']);
      await inTheMiddle('outage');
      await stand.api.kill();
      expect((await stand.logged('outage')).assertions).toBeLessThan(ROWS_OF_CROWD);
      expect(run.child.exitCode).toBeNull();
      await stand.api.restart();
      const summary = await finished(run);
      expect(summary).toMatchObject({ ok: true, faults: [] });
      expect(sum(summary, 'imported') + sum(summary, 'alreadyThere')).toBe(ROWS_OF_CROWD);
      await holdsEachRowOnce(summary, 'outage');
    },
    RUN_MS,
  );

  it(
    'says of each refused row where it is and why, whoever found the fault, and keeps every good row',
    async () => {
      const people = [
        '1,Ada,01/05/2024,2024-04',
        '2,Bea,31/02/2024,2024-04',
        '3,Cem,01/05/1824,2024-04',
        '4,Dee,01/05/2024,1824-04',
      ];
      const args = await delivery('faults', people, ['{"a":"1","b":"4"}', '{"a":"1","b":"9"}', '{"a":"1","b":"1"}']);
      const summary = await finished(stand.startImport(args));
      expect(summary.ok).toBe(true);
      const refused = (await readFile(summary.refused ?? '', 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(refused).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ file: 'people.csv', line: 3, column: 'seen', code: 'cell.not-a-date' }),
          expect.objectContaining({ file: 'people.csv', line: 5, why: expect.stringContaining('1900') as string }),
          expect.objectContaining({ file: 'knows.ndjson', line: 2, column: 'b', code: 'row.end-unknown' }),
          expect.objectContaining({
            file: 'knows.ndjson',
            line: 3,
            why: expect.stringContaining('subject itself') as string,
          }),
        ]),
      );
      expect(refused).toHaveLength(4);
      expect(sum(summary, 'imported')).toBe(3);
      await holdsEachRowOnce(summary, 'faults');
    },
    RUN_MS,
  );

  const DATA = process.env['BREAKWATER_DATA'];
  const caviar = join(DATA ?? '', 'caviar');
  const hasCaviar = DATA !== undefined && existsSync(caviar);
  if (!hasCaviar)
    process.stdout.write(
      "skipped: no caviar data under BREAKWATER_DATA. They are public: UCINET's covert networks, CAVIAR (C. Morselli, 2009)\n",
    );
  (hasCaviar ? it : it.skip)(
    'brings in the wiretap network, and a second time changes nothing',
    async () => {
      const args = ['--mapping', 'caviar', ...(await readdir(caviar)).map((name) => join(caviar, name))];
      const first = await finished(stand.startImport(args));
      expect(first).toMatchObject({
        ok: true,
        expected: { entities: { person: 110 }, statements: { CONTACTED: 651 } },
      });
      const again = await finished(stand.startImport(args));
      expect(again.expected).toEqual(first.expected);
      expect(sum(again, 'alreadyThere')).toBe(sum(first, 'imported'));
      await holdsEachRowOnce(again, 'caviar');
    },
    RUN_MS,
  );
});
