import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Viewer } from '#access';
import type { Marking } from '#events';
import { packCategory } from '#graph';
import { CLUSTER, type ClusterTerms } from '../questions/cluster.js';
import { NETWORK_CARD, type NetworkCardTerms } from '../networks/network-card.js';
import { ENTITY_CARD, type EntityCardTerms } from '../questions/entity-card.js';
import { asText } from '../questions/write-csv.js';
import { ask, BOUNDS, entity, EVERYTHING, said, seedOf, SOURCES, stated, world } from '../questions/worlds.fixture.js';
import { LIST_LOOK_UP } from '../questions/list-look-up.js';
import type { ShownMarking, Sources } from '../reading/statement-view.js';
import type { Reading } from '../terms/seed.js';
import { exportOf, type Exported } from './export-question.js';
import { rowsOfCard, rowsOfCluster, rowsOfNetwork } from './export-rows.js';
import { COLUMNS } from './columns.js';
import { fileOf, FORMATS } from './file-of.js';
import { escaped } from './graphml.js';

const viewer: Viewer = {
  organisation: 'coastal',
  kind: 'agency',
  subject: 'ana',
  roles: ['analyst'],
  groups: [],
  compartments: [],
};
const marking = (tlp: string): Marking => ({
  ...{
    gsc: 'OFFICIAL',
    tlp,
    handling: ['P'],
    conditions: [],
    releasableTo: [],
    originator: 'coastal',
    compartment: null,
  },
});
/** Statements of odd positions are AMBER, the others GREEN. */
const sources: Sources = {
  ...SOURCES,
  marking: (position) => {
    const tlp = position % 2 === 1 ? 'AMBER' : 'GREEN';
    return { marking: marking(tlp), shown: `OFFICIAL // TLP:${tlp} // P` };
  },
};
const asked = { asOf: '2026-11-20T10:00:00Z', lagSeconds: 0, truncated: false };

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

const number = entity('phone-number', '+447700900101');
const ana = entity('account', 'instagram:5010001');
const case17 = entity('incident', 'pole:incident/17');
const victim = entity('person', 'pole:person/1');
const suspect = entity('person', 'pole:person/2');
const [VICTIM, SUSPECT] = [packCategory('victim'), packCategory('suspect')];

async function cardOf(statements: ReturnType<typeof world>, of = case17, authority?: string): Promise<Exported> {
  const terms: EntityCardTerms = {
    readings: seedOf(of),
    filter: { ...EVERYTHING, relations: null, gradings: null },
    limit: 100,
  };
  const drawn = await ask(exportOf(ENTITY_CARD, rowsOfCard), statements, { asked: terms, viewer, authority }).catch(
    (error: Error) => error,
  );
  if (drawn instanceof Error) throw drawn;
  return drawn.finish(sources);
}

describe('an export', () => {
  it('has a row for each statement, each with its marking, and the strictest of them for the whole', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number),
      said(ana, 'USES_NUMBER', number, { org: 2 }),
      said(entity('account', 'telegram:1'), 'USES_NUMBER', number),
    );
    const validity = { validStart: EVERYTHING.validStart, validEnd: EVERYTHING.validEnd };
    const terms: ClusterTerms = { readings: seedOf(number), validity, bounds: BOUNDS, limit: 100 };
    const { finish, after } = await ask(exportOf(CLUSTER, rowsOfCluster), statements, {
      ...{ asked: terms, viewer, authority: undefined },
    });
    const exported = finish(sources);
    expect(after).toBeUndefined();
    expect(
      exported.rows.map(({ subject, object, statement }) => [subject.key, object?.key, statement.marking]).sort(),
    ).toEqual([
      ['instagram:5010001', '+447700900101', 'OFFICIAL // TLP:AMBER // P'],
      ['instagram:5010001', '+447700900101', 'OFFICIAL // TLP:GREEN // P'],
      ['telegram:1', '+447700900101', 'OFFICIAL // TLP:AMBER // P'],
    ]);
    // The combination is for those whom each of them is for.
    expect(exported.marking).toBe('OFFICIAL // TLP:AMBER // P // AGENCIES-ONLY // REL TO coastal');
  });

  it('counts each originator for the whole, also where their markings look alike', async () => {
    const statements = world(said(ana, 'USES_NUMBER', number), said(suspect, 'USES_NUMBER', number, { aud: 2 }));
    const only = (position: number): ShownMarking => ({
      marking: { ...marking('AMBER'), originator: `agency-${position}`, releasableTo: ['coastal'] },
      shown: 'OFFICIAL // TLP:AMBER // P // REL TO coastal',
    });
    const validity = { validStart: EVERYTHING.validStart, validEnd: EVERYTHING.validEnd };
    const file = { viewer, withheld: [] };
    const rows = [{ row: 1, value: number.key, readings: seedOf(number) as Reading[] }];
    const wholeOf = async (known: typeof statements): Promise<(string | undefined)[]> => {
      const list = await ask(LIST_LOOK_UP, known, { rows, validity, file });
      const card = await ask(exportOf(ENTITY_CARD, rowsOfCard), known, {
        asked: { readings: seedOf(number), filter: { ...EVERYTHING, relations: null, gradings: null }, limit: 100 },
        ...{ viewer, authority: undefined },
      });
      const from = { ...SOURCES, marking: only };
      return [list.finish(from).rows[0]?.marking, list.finish(from).marking, card.finish(from).marking];
    };
    const both = 'OFFICIAL // TLP:AMBER // P // REL TO coastal';
    const first = 'OFFICIAL // TLP:AMBER // P // REL TO agency-1, coastal';
    expect(await wholeOf(statements.slice(0, 1))).toEqual([first, first, first]);
    expect(await wholeOf(statements)).toEqual([both, both, both]);
  });

  it('leaves out victims and witnesses, also where only another case says what they are, unless under an authority', async () => {
    const statements = world(
      said(victim, 'INVOLVED_IN', case17, { cat: VICTIM }),
      said(suspect, 'INVOLVED_IN', case17, { cat: SUSPECT }),
      said(case17, 'LOCATED_AT', entity('location', 'pole:location/4')),
      said(victim, 'USES_NUMBER', number),
      said(suspect, 'USES_NUMBER', number),
    );
    const { rows, leftOut } = await cardOf(statements);
    expect([rows.map(({ subject }) => subject.key).sort(), leftOut]).toEqual([
      ['pole:incident/17', 'pole:person/2'],
      1,
    ]);
    const ofNumber = await cardOf(statements, number);
    expect([ofNumber.rows.map(({ subject }) => subject.key), ofNumber.leftOut]).toEqual([['pole:person/2'], 1]);
    const all = await cardOf(statements, case17, 'AUTH-2026/17');
    expect([all.rows.length, all.leftOut]).toEqual([3, 0]);
  });

  it('leaves out a second record of a victim, until somebody says that it is of somebody else', async () => {
    const [second, third] = [entity('person', 'pole:person/7'), entity('person', 'pole:person/8')];
    const statements = world(
      said(victim, 'INVOLVED_IN', case17, { cat: VICTIM }),
      said(second, 'SAME_AS', victim),
      said(third, 'SAME_AS', second),
      said(second, 'USES_NUMBER', number),
      said(third, 'USES_NUMBER', number),
      said(ana, 'USES_NUMBER', number),
    );
    const withTwo = await cardOf(statements, number);
    expect([withTwo.rows.map(({ subject }) => subject.key), withTwo.leftOut]).toEqual([[ana.key], 2]);
    const under = await cardOf(statements, number, 'AUTH-2026/17');
    expect([under.rows.length, under.leftOut]).toEqual([3, 0]);
    const parted = world(...statements.map((one) => () => one), said(second, 'NOT_SAME_AS', victim, { pos: 9 }));
    const after = await cardOf(parted, number);
    expect([after.rows.map(({ subject }) => subject.key).sort(), after.leftOut]).toEqual([
      [ana.key, second.key, third.key],
      0,
    ]);
    // What a record is said to be itself counts before what those are whom it is the same as.
    const suspected = world(
      ...statements.map((one) => () => one),
      said(third, 'INVOLVED_IN', case17, { cat: SUSPECT, pos: 9 }),
    );
    const known = await cardOf(suspected, number);
    expect(known.rows.map(({ subject }) => subject.key).sort()).toEqual([ana.key, second.key, third.key].sort());
  });

  it('of a network says of former members that they are, by whom and with which marking, in every format', async () => {
    const crew = entity('network', 'breakwater:network/1');
    const joined = [
      said(ana, 'MEMBER_OF', crew, { from: day('2026-01-01') }),
      said(ana, 'MEMBER_OF', crew, { org: 2, from: day('2026-02-01') }),
    ];
    const statements = world(
      ...joined,
      said(suspect, 'MEMBER_OF', crew),
      said(ana, 'NOT_MEMBER_OF', crew, { org: 2, from: day('2026-03-01') }),
    );
    const validity = { validStart: EVERYTHING.validStart, validEnd: EVERYTHING.validEnd };
    const terms: NetworkCardTerms = { readings: seedOf(crew), validity, limit: 100 };
    const { finish } = await ask(exportOf(NETWORK_CARD, rowsOfNetwork), statements, {
      ...{ asked: terms, viewer, authority: undefined },
    });
    const exported = finish(sources);
    const told = exported.rows.map(({ relation, subject, object, statement }) => {
      const { assertion, organisation, from, marking: shown } = statement;
      return [relation, subject.key, object?.key, assertion, organisation, from, shown];
    });
    const [AMBER, GREEN] = ['OFFICIAL // TLP:AMBER // P', 'OFFICIAL // TLP:GREEN // P'];
    expect(told).toEqual([
      ['MEMBER_OF', suspect.key, crew.key, 'assertion-3', 'Organisation 1', undefined, AMBER],
      ['MEMBER_OF', ana.key, crew.key, 'assertion-2', 'Organisation 2', '2026-02-01', GREEN],
      ['MEMBER_OF', ana.key, crew.key, 'assertion-1', 'Organisation 1', '2026-01-01', AMBER],
      // One statement ends both of them, and is in the file once.
      ['NOT_MEMBER_OF', ana.key, crew.key, 'assertion-4', 'Organisation 2', '2026-03-01', GREEN],
    ]);
    for (const format of FORMATS) {
      const file = fileOf(format, { ...asked, ...exported });
      expect((typeof file === 'string' ? file : JSON.stringify(file)).match(/NOT_MEMBER_OF/g)).toHaveLength(1);
    }
  });

  it('says in the file itself what is missing in it', async () => {
    const exported = await cardOf(world(said(victim, 'INVOLVED_IN', case17, { cat: VICTIM })));
    const [, ...rows] = parse(fileOf('csv', { ...asked, ...exported, truncated: true }) as string) as string[][];
    expect(rows.map(([first]) => first)).toEqual([
      'NOTE: As known at 2026-11-20T10:00:00Z.',
      'NOTE: There is more than this file holds.',
      'NOTE: 1 statements about victims and witnesses are left out.',
    ]);
  });
});

const HOSTILE = [
  '=1+1',
  "+1+cmd|' /C calc'!A0",
  '-2+3+cmd',
  '@SUM(A1)',
  '\t=1',
  '\r\n=1',
  ' =1',
  '＝1',
  '<b>&"\'',
  ']]>',
  '\u0000\u0008',
];

describe('a file', () => {
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }));

  it('as CSV is what it was said to be once read, and runs nothing in a spreadsheet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 3 }), async (values) => {
        const exported = await cardOf(world(...values.map((value) => stated(case17, 'note', value))));
        const [header, ...rows] = parse(fileOf('csv', { ...asked, ...exported }) as string) as string[][];
        expect(header).toEqual(COLUMNS);
        expect(rows).toHaveLength(values.length + 1);
        const at = COLUMNS.indexOf('value');
        expect(rows.slice(0, -1).map((row) => row[at])).toEqual(
          exported.rows.map(({ value }) => asText(String(value))),
        );
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s\p{Cc}]*[=@＝＠]/u);
      }),
      { numRuns: 60 },
    );
    expect(asText('+44 7700 900101')).toBe('+44 7700 900101');
    expect(asText("+1+cmd|' /C calc'!A0")).toBe("'+1+cmd|' /C calc'!A0");
  });

  it('as GraphML is well-formed, whatever was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 3 }), async (values) => {
        const exported = await cardOf(world(...values.map((value) => stated(case17, 'note', value))));
        const file = fileOf('graphml', { ...asked, ...exported }) as string;
        // What is left of it without its own tags holds nothing that would begin a tag or an entity of its own.
        const texts = file.replaceAll(/<\/?(?:graphml|graph|key|node|edge|data|\?xml)(?: [^<>]*)?\/?\??>/g, '');
        expect(texts).not.toMatch(
          /[<>"']|&(?!(?:amp|lt|gt|quot|apos);)|[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u,
        );
        expect(file.match(/<edge /g) ?? []).toHaveLength(values.length);
      }),
      { numRuns: 60 },
    );
    expect(escaped('a\u0000<b')).toBe('a\uFFFD&lt;b');
  });
});
