import { editedSource, planted, type SourceEdit } from '../planted-leaks/planted-module.js';
import { compareWithClerk } from './comparing.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const WORLDS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 300 : 3));
/** The first history: a proof can be run in pieces. */
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 1);
const ACTS = 30;
/** Worlds in which a defect has to show. */
const DEFECT_WORLDS = 200;
const HOUR = 3_600_000;

interface Suite {
  compareWithClerk: typeof compareWithClerk;
}

/** As somebody might write them. The first is planted in every run, the others where everything is proved. */
const DEFECTS: (SourceEdit & { name: string })[] = [
  {
    name: 'what was withdrawn later was never known',
    file: 'apps/query-api/reading/fetch.ts',
    find: '(statement.gone === undefined || statement.gone > position)',
    replace: 'statement.gone === undefined',
  },
  {
    name: 'an earlier NOT_SAME_AS cancels a later SAME_AS',
    file: 'apps/query-api/questions/cluster-bonds.ts',
    find: 'row.pos <= until',
    replace: 'until > 0',
  },
  {
    name: 'an earlier NOT_SAME_AS unties what a later SAME_AS ties',
    file: 'apps/query-api/questions/key-players-graph.ts',
    find: 'pair.same > pair.parted',
    replace: '(pair.same > 0 && pair.parted === 0)',
  },
  {
    name: 'a grading counts before it was given',
    file: 'libs/graph/how.ts',
    find: 'Math.floor(each / HOWS) <= position',
    replace: 'each > 0',
  },
  {
    name: 'an ended membership ties for ever',
    file: 'libs/events/membership.ts',
    find: 'one.pos > pos ?',
    replace: 'one.pos > pos && one.from === 0 ?',
  },
  {
    name: 'a file shows former members as members',
    file: 'apps/query-api/export/export-rows.ts',
    find: 'endedBy.map(',
    replace: 'endedBy.slice(endedBy.length).map(',
  },
  {
    name: 'a demotion counts at every date',
    file: 'apps/query-api/reading/demotion.ts',
    find: 'stands(one, terms) &&\n      holdsIn(one, terms)',
    replace: 'stands(one, terms)',
  },
  {
    name: 'a withdrawn demotion still counts',
    file: 'apps/query-api/reading/demotion.ts',
    find: 'stands(one, terms) &&',
    replace: 'stands({ ...one, gone: undefined } as never, terms) &&',
  },
  {
    name: 'what is seen again before its last removal has come back',
    file: 'apps/query-api/networks/takedowns.ts',
    find: 'filter((at) => at > removed)',
    replace: 'filter((at) => at !== removed)',
  },
  {
    name: 'a removal that was taken back still counts',
    file: 'apps/query-api/questions/cluster-cases.ts',
    find: 'stands(one, params) && holdsIn(one, params)',
    replace: 'stands({ ...one, gone: undefined } as never, params) && holdsIn(one, params)',
  },
  {
    name: 'what members run is looked at, and what is posted there is not',
    file: 'apps/query-api/networks/gathered.ts',
    find: "const POSTED: readonly Entity['kind'][] = ['account', 'handle', 'group']",
    replace: "const POSTED: readonly Entity['kind'][] = ['account', 'group']",
  },
  {
    name: 'what rests on what falls is left standing',
    file: 'apps/query-api/withdrawals/what-would-fall.ts',
    find: 'const gone = new Set(fallen.map',
    replace: 'const gone = new Set(fallen.filter(({ because }) => because === "goes-back-to-it").map',
  },
  {
    name: 'a referral is no source',
    file: 'apps/query-api/withdrawals/stating.ts',
    find: "'referral.submitted',",
    replace: '',
  },
  {
    name: 'victims are named in files about others',
    file: 'apps/query-api/questions/exportable.ts',
    find: '!isKeptOut(subject) && !isKeptOut(object)',
    replace: '!isKeptOut(object)',
  },
  {
    name: 'a second record of a victim is in a file',
    file: 'apps/query-api/questions/parts-in-cases.ts',
    find: 'next.filter((id) => !parts.has(id))',
    replace: 'next.filter(() => false)',
  },
  {
    name: 'who was said to be somebody else is still taken for a victim',
    file: 'apps/query-api/questions/parts-in-cases.ts',
    find: 'pos > parted)',
    replace: 'pos > 0)',
  },
];

describe('what a clerk knows who reads every event', () => {
  it(
    'is what every question answers, after every step, to several viewers, at several times',
    async () => {
      const { compared, differing } = await compareWithClerk({
        worlds: WORLDS,
        acts: ACTS,
        seed: SEED,
        untilFirst: true,
      });
      expect(differing).toEqual([]);
      expect(compared).toBeGreaterThan(WORLDS * 1_000);
      process.stdout.write(`${compared} answers are what the clerk says\n`);
    },
    HOUR,
  );

  it('is held against defects that still fit where they are planted', () => {
    for (const defect of DEFECTS) expect(editedSource(defect)).toContain(defect.replace);
  });

  it.each(DEFECTS.slice(0, FULL ? DEFECTS.length : 1).map((defect) => [defect.name, defect]))(
    'is not what is answered when %s',
    async (_name, defect) => {
      const { differing } = await planted(
        defect,
        () => require('./comparing.ts') as Suite,
        (suite) => suite.compareWithClerk({ worlds: DEFECT_WORLDS, acts: ACTS, seed: 1, untilFirst: true }),
      );
      expect(differing).not.toEqual([]);
    },
    HOUR,
  );
});
