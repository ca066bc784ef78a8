import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Accounts, type Refusal } from './accounts.js';
import { Receiver } from './delivery.fixture.js';
import { matchDelivery } from './delivery.js';
import { loadMapping } from './load-mapping.js';
import { runImport } from './run-import.js';
import { findSources } from './sources.js';
import { survey } from './survey.js';

/** Seconds on an idle machine; a busy one must not decide whether it holds. */
jest.setTimeout(60_000);

/** The two public deliveries that the project brings mappings for. They are never copied into it. */
const DATA = process.env['BREAKWATER_DATA'];
const MAPPINGS = join('apps', 'command-api', 'import', 'mappings');

function withData(folder: string, source: string): jest.It {
  if (DATA !== undefined && existsSync(join(DATA, folder))) return it;
  process.stdout.write(`skipped: no ${folder} data under BREAKWATER_DATA. They are public: ${source}\n`);
  return it.skip;
}

describe('the wiretap network CAVIAR', () => {
  withData('caviar', "UCINET's covert networks, CAVIAR (C. Morselli, Inside Criminal Networks, 2009)")(
    'comes in whole: 110 persons, eleven dated phases, every communication counted',
    async () => {
      const folder = join(DATA ?? '', 'caviar');
      const { files, close } = await findSources((await readdir(folder)).map((name) => join(folder, name)));
      const receiver = new Receiver();
      const result = await runImport({
        mapping: await loadMapping(join(MAPPINGS, 'caviar.json')),
        sources: files,
        call: receiver.call(),
      });
      close();
      expect(result).toMatchObject({ ok: true, faults: [] });
      expect(result.files.reduce((sum, { imported }) => sum + imported, 0)).toBe(470);
      expect(result.expected).toEqual({
        assertions: 470,
        entities: { person: 110 },
        entitiesInAll: 110,
        statements: { ASSOCIATED_WITH: 295, CONTACTED: 651, STATED: 470 },
        statementsInAll: 1416,
      });
      const contacts = [...receiver.lines.values()].flatMap(({ statements }) =>
        statements.filter(({ relation }) => relation === 'CONTACTED'),
      );
      expect(contacts.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(3612);
      expect([...new Set(contacts.map(({ from, to }) => `${from} ${to}`))]).toHaveLength(11);
    },
  );
});

describe('the police graph POLE', () => {
  withData('pole', 'Neo4j example graph POLE, github.com/neo4j-graph-examples/pole')(
    'is named to its last file and column, and its calls find their numbers',
    async () => {
      const { files, close } = await findSources([join(DATA ?? '', 'pole', 'pole-data-importer.zip')]);
      const mapping = await loadMapping(join(MAPPINGS, 'pole.json'));
      const refusals: Refusal[] = [];
      const accounts = new Accounts((refusal) => refusals.push(refusal));
      const delivery = await matchDelivery(mapping, files);
      const found = await survey(mapping, delivery, accounts);
      close();
      const rows = (part: string): number =>
        accounts.files.filter(({ file }) => file.includes(part)).reduce((sum, file) => sum + file.rows, 0);
      expect(refusals).toEqual([]);
      expect([rows('.nodes.'), rows('.relationships.')]).toEqual([61_521, 105_840]);
      expect(found.joined.get('PhoneCall')?.size).toBe(534);
      expect([...(found.joined.get('PhoneCall')?.values() ?? [])].every((parts) => parts.length === 2)).toBe(true);
    },
  );
});
