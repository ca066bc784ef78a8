import type { Viewer } from '#access';
import { packCategory, packHow } from '#graph';
import { canonical } from '#identifiers';
import { readingsOf } from '../terms/seed.js';
import type { WorldEntity } from '../reading/fetch.js';
import { gradingsFrom } from '../reading/filter.js';
import { validityOf } from '../terms/times.js';
import { CLUSTER } from './cluster.js';
import { ENTITY_CARD } from './entity-card.js';
import { exportable, withheldCategories } from './exportable.js';
import { LIST_LOOK_UP } from './list-look-up.js';
import { NEIGHBOURS } from './neighbours.js';
import { TIMELINE } from './timeline.js';
import { ALL, ask, BOUNDS, entity, EVERYTHING, said, SECRET, seedOf, stated, world } from './worlds.fixture.js';

const keyOf = (number: string): string => canonical('phone-number', number).key;
const number = entity('phone-number', keyOf('+442079460123'));
const other = entity('phone-number', keyOf('+442079460124'));
const ana = entity('account', 'facebook:1001');
const ben = entity('account', 'facebook:1002');
const cem = entity('account', 'facebook:1003');
const group = entity('group', 'telegram:fast_way');
const page = { limit: 100 };
const card = { ...page, filter: EVERYTHING };
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

describe('the timeline of an entity', () => {
  const statements = world(
    said(cem, 'USES_NUMBER', number),
    said(ana, 'USES_NUMBER', number, { from: day('2026-03-01') }),
    said(ben, 'USES_NUMBER', number, { to: day('2026-02-01') }),
    stated(number, 'top-up', 20, { from: day('2026-01-05'), to: day('2026-01-06'), i: 1 }),
  );

  it('is in the order in which things were true, whenever they were recorded; undated last', async () => {
    const { answer } = await ask(TIMELINE, statements, { ...card, readings: seedOf(number) });
    expect(
      answer.entries?.map(({ other, property, statement: { from, to } }) => [other?.key ?? property, from, to]),
    ).toEqual([
      ['top-up', '2026-01-05', '2026-01-05'],
      ['facebook:1002', undefined, '2026-01-31'],
      ['facebook:1001', '2026-03-01', undefined],
      ['facebook:1003', undefined, undefined],
    ]);
  });

  it('goes on where a page ended, each statement once', async () => {
    const keys: unknown[] = [];
    for (
      let after: (number | string)[] | undefined, page = 0;
      page < 9 && (page === 0 || after !== undefined);
      page += 1
    ) {
      const drawn = await ask(TIMELINE, statements, { ...card, limit: 1, readings: seedOf(number), after });
      keys.push(...(drawn.answer.entries ?? []).map(({ statement }) => statement.assertion));
      after = drawn.after;
    }
    expect(keys).toEqual(['assertion-4', 'assertion-3', 'assertion-2', 'assertion-1']);
  });
});

describe('the cases of a network', () => {
  const referral = (n: number) => entity('referral', `breakwater:referral/${n}`);
  const first = entity('handle', 'tiktok:safeway');
  const second = entity('handle', 'tiktok:safeway_2');
  const hour = 3_600;
  const noon = day('2026-11-20') + 12 * hour;
  const network = world(
    said(first, 'USES_NUMBER', number),
    said(referral(1), 'REFERS', first, { from: noon }),
    said(referral(2), 'REFERS', first, { from: noon + hour, org: 2 }),
    said(referral(1), 'REMOVED', first, { from: noon + 2 * hour, org: 9 }),
    said(second, 'SUCCESSOR_OF', first, { from: noon + 26 * hour }),
    said(referral(3), 'REFERS', second, { from: noon + 26 * hour }),
    said(first, 'REMOVED', first, { from: noon + 30 * hour, aud: 3 }),
  );
  const terms = { ...page, validity: validityOf({}), bounds: BOUNDS };

  it('tell which members were referred and removed, what came back as what, and after how long', async () => {
    const { answer } = await ask(CLUSTER, network, { ...terms, readings: seedOf(number) }, { ...ALL, audiences: [1] });
    expect(answer.members?.map(({ entity: { key }, cases }) => [key, cases])).toEqual([
      [number.key, undefined],
      [
        first.key,
        {
          referred: { statements: 2, first: '2026-11-20T12:00:00Z', last: '2026-11-20T13:00:00Z' },
          removed: { statements: 1, first: '2026-11-20T14:00:00Z', last: '2026-11-20T14:00:00Z' },
        },
      ],
      [second.key, { referred: { statements: 1, first: '2026-11-21T14:00:00Z', last: '2026-11-21T14:00:00Z' } }],
    ]);
    expect(answer.members?.[2]?.links).toMatchObject([
      { relation: 'SUCCESSOR_OF', direction: 'outgoing', secondsAfterRemoval: 24 * hour },
    ]);
  });

  it('are the same whichever end the network is asked about from', async () => {
    const { answer } = await ask(CLUSTER, network, { ...terms, readings: seedOf(second) }, { ...ALL, audiences: [1] });
    expect(answer.members?.[1]?.links).toMatchObject([
      { relation: 'SUCCESSOR_OF', direction: 'incoming', secondsAfterRemoval: 24 * hour },
    ]);
    expect(answer.members?.[0]?.cases).toMatchObject({ referred: { statements: 1 } });
  });

  it('stand on the card, a removal on the own initiative of a platform too', async () => {
    const { answer } = await ask(ENTITY_CARD, network, { ...card, readings: seedOf(first) });
    expect(answer.totals).toEqual([
      { relation: 'REFERS', direction: 'incoming', statements: 2 },
      { relation: 'REMOVED', direction: 'outgoing', statements: 1 },
      { relation: 'REMOVED', direction: 'incoming', statements: 1 },
      { relation: 'SUCCESSOR_OF', direction: 'incoming', statements: 1 },
      { relation: 'USES_NUMBER', direction: 'outgoing', statements: 1 },
    ]);
  });
});

describe('a demoted entity', () => {
  const shared = [said(ana, 'USES_NUMBER', number), said(ben, 'USES_NUMBER', number)];
  const terms = { ...page, readings: seedOf(ana), validity: validityOf({}), bounds: BOUNDS };
  const members = async (statements: ReturnType<typeof world>, audiences = [1]) =>
    (await ask(CLUSTER, statements, terms, { ...ALL, audiences })).answer.members?.map(({ entity: { key }, hub }) => [
      key,
      hub,
    ]);

  it('is a member through which the cluster does not go on, for whoever may see that it is', async () => {
    const statements = world(...shared, stated(number, 'demoted', true, { aud: 2 }));
    const whole = [ana, number, ben].map(({ key }) => [key, false]);
    expect(await members(statements)).toEqual(whole);
    expect(await members(statements, [1, 2])).toEqual([
      [ana.key, false],
      [number.key, true],
    ]);
    expect(await members(world(...shared, stated(number, 'demoted', true, { gone: 4 })))).toEqual(whole);
  });
});

describe('a doubtful number', () => {
  const terms = { ...page, validity: validityOf({}), bounds: BOUNDS };
  const members = async (statements: ReturnType<typeof world>, seed: WorldEntity) =>
    (await ask(CLUSTER, statements, { ...terms, readings: seedOf(seed) })).answer.members?.map(
      ({ entity: { key }, hub }) => [key, hub],
    );
  const usedByBoth = (one: WorldEntity) => world(said(ana, 'USES_NUMBER', one), said(ben, 'USES_NUMBER', one));

  it.each(['+44 7700 900123', 'call me', ''])(
    'joins nobody: %j is a member, and alone where it is the seed',
    async (text) => {
      const doubtful = entity('phone-number', keyOf(text));
      expect(await members(usedByBoth(doubtful), ana)).toEqual([
        [ana.key, false],
        [doubtful.key, true],
      ]);
      expect(await members(usedByBoth(doubtful), doubtful)).toEqual([[doubtful.key, true]]);
    },
  );

  it('is none of another kind, whatever the key begins with', async () => {
    for (const one of [entity('handle', 'raw:call_me'), entity('name', 'possible:+447700900123')])
      expect(await members(world(said(ana, 'HAS_HANDLE', one), said(ben, 'HAS_HANDLE', one)), ana)).toHaveLength(3);
  });
});

describe('the card of an entity', () => {
  it('tells each statement with who said it, how sure they were, when it was true and when it was recorded', async () => {
    const how = packHow('assessment', { scheme: '3x5x2', source: '1', information: 'B' });
    const terms = { how, src: 9, from: day('2026-03-01'), to: day('2026-04-01'), conf: 80, n: 3, i: 2 };
    const { answer } = await ask(ENTITY_CARD, world(said(ana, 'USES_NUMBER', number, terms)), {
      ...card,
      readings: seedOf(number),
    });
    expect(answer).toEqual({
      found: true,
      entity: { id: number.id, kind: 'phone-number', key: number.key },
      alsoFound: [],
      totals: [{ relation: 'USES_NUMBER', direction: 'incoming', statements: 1 }],
      claims: [
        {
          relation: 'USES_NUMBER',
          direction: 'incoming',
          other: { id: ana.id, kind: 'account', key: 'facebook:1001' },
          corroboration: { statements: 1, organisations: 1, independentOrigins: 1, withoutOrigin: 0 },
          statements: [
            {
              assertion: 'assertion-1',
              index: 2,
              organisation: 'Organisation 1',
              kind: 'assessment',
              grading: { scheme: '3x5x2', source: '1', information: 'B' },
              from: '2026-03-01',
              to: '2026-03-31',
              recorded: '2026-01-01T00:00:01Z',
              confidence: 80,
              count: 3,
              origin: 1,
            },
          ],
        },
      ],
    });
  });

  it('counts a repeat of the same origin as one source, and two agencies that say the same as one claim', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number, { org: 1, src: 5 }),
      said(ana, 'USES_NUMBER', number, { org: 2, src: 5 }),
      said(ana, 'USES_NUMBER', number, { org: 2, src: 6 }),
      said(ana, 'USES_NUMBER', number, { org: 3 }),
    );
    const { answer } = await ask(ENTITY_CARD, statements, { ...card, readings: seedOf(number) });
    expect(answer.claims?.map(({ corroboration }) => corroboration)).toEqual([
      { statements: 4, organisations: 3, independentOrigins: 2, withoutOrigin: 1 },
    ]);
  });

  it('keeps what contradicts side by side', async () => {
    const statements = world(stated(ana, 'status', 'up'), stated(ana, 'status', 'removed', { org: 2 }));
    const { answer } = await ask(ENTITY_CARD, statements, { ...card, readings: seedOf(ana) });
    expect(answer.claims?.map(({ property, value }) => [property, value])).toEqual([
      ['status', 'removed'],
      ['status', 'up'],
    ]);
  });

  it('hides a withdrawn statement, and shows it to who asks what was known before', async () => {
    const statements = world(said(ana, 'USES_NUMBER', number, { gone: 7 }));
    const terms = { ...card, readings: seedOf(number) };
    expect((await ask(ENTITY_CARD, statements, terms)).answer.found).toBe(false);
    expect((await ask(ENTITY_CARD, statements, terms, { ...ALL, position: 6 })).answer.found).toBe(true);
  });

  it('does not know tomorrow: a statement recorded later is absent', async () => {
    const statements = world(said(ana, 'USES_NUMBER', number), said(ben, 'USES_NUMBER', number));
    const { answer } = await ask(
      ENTITY_CARD,
      statements,
      { ...card, readings: seedOf(number) },
      { ...ALL, position: 1 },
    );
    expect(answer.claims).toHaveLength(1);
  });

  it('counts its statements up to a bound, and says beyond it that there are more; what is hidden counts towards neither', async () => {
    const shown = [ana, ben, cem].map((each) => said(each, 'USES_NUMBER', number));
    const hidden = said(other, 'SAME_AS', number, { aud: 99 });
    const first = { ...card, limit: 1, readings: seedOf(number) };
    const totals = [{ relation: 'USES_NUMBER', direction: 'incoming', statements: 3 }];
    const counted = await ask(ENTITY_CARD, world(...shown, hidden), { ...first, mostCounted: 3 });
    expect(counted.answer).toMatchObject({ totals });
    expect(counted.answer).not.toHaveProperty('moreThan');
    const beyond = await ask(ENTITY_CARD, world(...shown, hidden), { ...first, mostCounted: 2 });
    expect(beyond.answer).toMatchObject({ moreThan: 2 });
    expect(beyond.answer).not.toHaveProperty('totals');
    const nothing = await ask(ENTITY_CARD, world(...shown), {
      ...{ ...first, mostCounted: 2 },
      filter: { ...EVERYTHING, relations: ['OWNS'] },
    });
    expect(nothing.answer).toMatchObject({ totals: [] });
  });

  it('holds only what was true at the date asked for; an open end excludes nothing', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number, { from: day('2026-01-01'), to: day('2026-02-01') }),
      said(ben, 'USES_NUMBER', number, { from: day('2026-02-01') }),
      said(cem, 'USES_NUMBER', number),
    );
    const at = async (validAt: string): Promise<(string | undefined)[] | undefined> =>
      (
        await ask(ENTITY_CARD, statements, {
          ...page,
          readings: seedOf(number),
          filter: { ...EVERYTHING, ...validityOf({ validAt }) },
        })
      ).answer.claims?.map((claim) => claim.other?.key);
    expect(await at('2026-01-31')).toEqual([cem.key, ana.key]);
    expect(await at('2026-02')).toEqual([cem.key, ben.key]);
  });

  it('compares gradings within their scheme only', async () => {
    const graded = (scheme: '3x5x2' | '5x5x5', source: string, information: string) => ({
      how: packHow('fact', { scheme, source, information }),
    });
    const statements = world(
      said(ana, 'USES_NUMBER', number, graded('3x5x2', '1', 'A')),
      said(ben, 'USES_NUMBER', number, graded('3x5x2', '2', 'C')),
      said(cem, 'USES_NUMBER', number, graded('5x5x5', 'A', '1')),
      said(group, 'USES_NUMBER', number),
    );
    const gradings = gradingsFrom({ scheme: '3x5x2', source: '2', information: 'B' });
    const { answer } = await ask(ENTITY_CARD, statements, {
      ...page,
      readings: seedOf(number),
      filter: { ...EVERYTHING, gradings },
    });
    expect(answer.claims?.map((claim) => claim.other?.key)).toEqual([ana.key]);
  });

  it('answers about the likeliest reading that exists, and names the others', async () => {
    const handle = entity('handle', 'telegram:fast_way');
    const statements = world(said(ana, 'MENTIONS', group), said(ana, 'HAS_HANDLE', handle));
    const readings = readingsOf({ value: 'https://t.me/fast_way' }, SECRET, 'any');
    const { answer } = await ask(ENTITY_CARD, statements, { ...card, readings });
    expect([answer.entity, ...(answer.alsoFound ?? [])].map((one) => one?.kind).sort()).toEqual(['group', 'handle']);
  });

  it('says the same of an entity that is hidden as of one that nobody ever named', async () => {
    const readings = readingsOf({ kind: 'phone-number', value: '+442079460123' }, SECRET, 'any');
    const hidden = await ask(
      ENTITY_CARD,
      world(said(ana, 'USES_NUMBER', number, { aud: 2 })),
      { ...card, readings },
      { ...ALL, audiences: [1] },
    );
    const unknown = await ask(ENTITY_CARD, [], { ...card, readings });
    expect(hidden.answer).toEqual(unknown.answer);
    expect(hidden.ids).toEqual(unknown.ids);
  });
});

describe('the neighbours of an entity', () => {
  it('are one row for each other entity, the newest first, with what joins them', async () => {
    const statements = world(
      said(ana, 'CONTACTED', ben, { n: 3, src: 1, from: day('2026-01-01'), to: day('2026-01-02') }),
      said(ana, 'CONTACTED', ben, { n: 4, org: 2, from: day('2026-03-01'), to: day('2026-03-02') }),
      said(ben, 'CONTACTED', ana),
      said(ana, 'USES_NUMBER', number),
      stated(ana, 'status', 'up'),
    );
    const { answer } = await ask(NEIGHBOURS, statements, { ...card, readings: seedOf(ana) });
    expect(
      answer.neighbours?.map(({ entity: { key }, links }) => [
        key,
        links.map(({ relation, direction }) => [relation, direction]),
      ]),
    ).toEqual([
      [number.key, [['USES_NUMBER', 'outgoing']]],
      [
        ben.key,
        [
          ['CONTACTED', 'incoming'],
          ['CONTACTED', 'outgoing'],
        ],
      ],
    ]);
    expect(answer.neighbours?.[1]?.links[1]).toEqual({
      relation: 'CONTACTED',
      direction: 'outgoing',
      corroboration: { statements: 2, organisations: 2, independentOrigins: 1, withoutOrigin: 1 },
      organisations: ['Organisation 1', 'Organisation 2'],
      gradings: [{ kind: 'fact' }],
      from: '2026-01-01',
      to: '2026-03-01',
      recorded: '2026-01-01T00:00:02Z',
      count: 7,
    });
  });
});

describe('the cluster around a seed', () => {
  const cluster = { ...page, bounds: BOUNDS, validity: validityOf({}) };

  it('is what binding statements reach, each member with the statements that made it one', async () => {
    const statements = world(
      said(ana, 'USES_NUMBER', number),
      said(ben, 'USES_NUMBER', number, { org: 2 }),
      said(ben, 'ADMINISTERS', group),
      said(ben, 'CONTACTED', cem),
    );
    const { answer } = await ask(CLUSTER, statements, { ...cluster, readings: seedOf(ana) });
    expect(answer.members?.map(({ entity: { key }, distance, through }) => [key, distance, through])).toEqual([
      [ana.key, 0, undefined],
      [number.key, 1, ana.id],
      [ben.key, 2, number.id],
      [group.key, 3, ben.id],
    ]);
    expect(answer.members?.[2]?.links).toMatchObject([
      {
        relation: 'USES_NUMBER',
        direction: 'outgoing',
        statements: [{ organisation: 'Organisation 2', assertion: 'assertion-2' }],
      },
    ]);
  });

  it('grows with one new statement that joins two clusters', async () => {
    const apart = [said(ana, 'USES_NUMBER', number), said(ben, 'USES_NUMBER', other)];
    const keys = async (...statements: typeof apart): Promise<number | undefined> =>
      (await ask(CLUSTER, world(...statements), { ...cluster, readings: seedOf(ana) })).answer.members?.length;
    expect(await keys(...apart)).toBe(2);
    expect(await keys(...apart, said(ana, 'USES_NUMBER', other))).toBe(4);
  });

  it('does not go through a hub, which it names; hidden holders do not make one', async () => {
    const holders = Array.from({ length: 4 }, (_, at) => entity('account', `facebook:20${at}`));
    const statements = world(
      said(ana, 'USES_NUMBER', number),
      ...holders.map((one, at) => said(one, 'USES_NUMBER', number, { aud: at < 2 ? 1 : 2 })),
    );
    const terms = { ...cluster, readings: seedOf(ana), bounds: { ...BOUNDS, hubLimit: 3 } };
    const all = await ask(CLUSTER, statements, terms);
    expect(all.answer.members?.map(({ entity: { key }, hub }) => [key, hub])).toEqual([
      [ana.key, false],
      [number.key, true],
    ]);
    const some = await ask(CLUSTER, statements, terms, { ...ALL, audiences: [1] });
    expect(some.answer.members).toHaveLength(4);
  });

  it('takes a parting as cancelling its own pair, until the two are said to be the same again', async () => {
    const pair = [said(ana, 'SAME_AS', ben), said(ben, 'NOT_SAME_AS', ana)];
    const members = async (...statements: typeof pair) =>
      (await ask(CLUSTER, world(...statements), { ...cluster, readings: seedOf(ana) })).answer;
    expect((await members(...pair)).members).toHaveLength(1);
    expect((await members(...pair, said(ana, 'SAME_AS', ben))).members).toHaveLength(2);
    const hidden = await ask(
      CLUSTER,
      world(pair[0]!, said(ben, 'NOT_SAME_AS', ana, { aud: 2 })),
      { ...cluster, readings: seedOf(ana) },
      { ...ALL, audiences: [1] },
    );
    expect(hidden.answer.members).toHaveLength(2);
  });

  it('reports a conflict where two members are said not to be the same', async () => {
    const statements = world(said(ana, 'SAME_AS', cem), said(cem, 'SAME_AS', ben), said(ana, 'NOT_SAME_AS', ben));
    const { answer } = await ask(CLUSTER, statements, { ...cluster, readings: seedOf(ana) });
    expect(answer.members).toHaveLength(3);
    expect(answer.conflicts).toMatchObject([
      { one: [ana.id, ben.id].sort()[0], statement: { assertion: 'assertion-3' } },
    ]);
  });

  it('tells at most 200 conflicts, and says that there are more', async () => {
    const pair = [said(ana, 'SAME_AS', cem), said(cem, 'SAME_AS', ben)];
    const conflictsOf = async (partings: number) => {
      const against = Array.from({ length: partings }, () => said(ana, 'NOT_SAME_AS', ben));
      const { answer, truncated } = await ask(CLUSTER, world(...pair, ...against), {
        ...cluster,
        readings: seedOf(ana),
      });
      return [answer.conflicts?.length, answer.moreConflicts, truncated];
    };
    expect(await conflictsOf(200)).toEqual([200, undefined, false]);
    expect(await conflictsOf(201)).toEqual([200, true, true]);
  });

  it('says when the limit of entities ended it', async () => {
    const statements = world(...[ana, ben, cem].map((one) => said(one, 'USES_NUMBER', number)));
    const { answer, truncated, after } = await ask(CLUSTER, statements, {
      ...cluster,
      readings: seedOf(number),
      bounds: { ...BOUNDS, entityLimit: 3 },
    });
    expect([answer.members?.length, answer.boundedBy, truncated, after]).toEqual([3, 'entities', true, undefined]);
  });
});

describe('a list of identifiers', () => {
  it('gets every row back: hit, no hit, or not understood', async () => {
    const read = (row: number, kind: string | undefined, value: string) => {
      const readings = kind === 'nonsense' ? 'no such kind' : readingsOf({ kind, value }, SECRET, 'any');
      return { row, value, readings };
    };
    const rows = [
      read(2, undefined, '+44 20 7946 0123'),
      read(3, 'phone-number', '+442079460199'),
      read(4, 'nonsense', 'x'),
      read(5, 'phone-number', '0044 20 7946 0123'),
    ];
    const statements = world(
      said(ana, 'USES_NUMBER', number, { src: 1 }),
      said(ben, 'USES_NUMBER', number, { org: 2 }),
    );
    const { answer } = await ask(LIST_LOOK_UP, statements, { rows, validity: validityOf({}) });
    expect(answer.summary).toEqual({ rows: 4, hits: 2, noHits: 1, notUnderstood: 1 });
    expect(answer.rows.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, 'hit'],
      [3, 'no-hit'],
      [4, 'not-understood'],
      [5, 'hit'],
    ]);
    expect(answer.rows[0]?.hits).toEqual([
      {
        entity: { id: number.id, kind: 'phone-number', key: number.key },
        statements: 2,
        organisations: 2,
        independentOrigins: 1,
        withoutOrigin: 1,
        relations: ['USES_NUMBER'],
        said: ['Organisation 1', 'Organisation 2'],
        recorded: '2026-01-01T00:00:02Z',
      },
    ]);
  });
});

describe('R10: what a person is in a case', () => {
  const [vera, sven, uma] = ['vera', 'sven', 'uma'].map((name) => entity('person', `pole:person/${name}`)) as [
    ReturnType<typeof entity>,
    ReturnType<typeof entity>,
    ReturnType<typeof entity>,
  ];
  const incident = entity('incident', 'pole:incident/4');
  const second = entity('incident', 'pole:incident/5');
  const cat = (category: Parameters<typeof packCategory>[0]) => ({ cat: packCategory(category) });
  const statements = world(
    said(vera, 'INVOLVED_IN', incident, cat('victim')),
    said(sven, 'INVOLVED_IN', incident, cat('suspect')),
    said(uma, 'INVOLVED_IN', incident, cat('uncategorised')),
    said(sven, 'INVOLVED_IN', second, cat('witness')),
    said(vera, 'USES_NUMBER', number),
    said(sven, 'USES_NUMBER', other),
    stated(incident, 'type', 'crossing'),
  );
  const told = (from: readonly { pos: number }[]): number[] => from.map(({ pos }) => pos);

  it('stands on each statement of the card, and beside each link of the neighbours', async () => {
    const { answer } = await ask(ENTITY_CARD, statements, { readings: seedOf(incident), ...card });
    expect(answer.claims?.map(({ statements: [first] }) => first?.category)).toEqual([
      undefined,
      'uncategorised',
      'suspect',
      'victim',
    ]);
    const near = await ask(NEIGHBOURS, statements, { readings: seedOf(sven), ...card });
    expect(near.answer.neighbours?.map(({ links: [link] }) => link?.categories)).toEqual([
      undefined,
      ['witness'],
      ['suspect'],
    ]);
  });

  it('keeps victims and witnesses out of an export: their links, and all about a person who is nothing else', () => {
    expect(told(exportable(statements))).toEqual([2, 3, 6, 7]);
  });

  it('lets them into an export under a named authority', () => {
    expect(exportable(statements, { withVictimsAndWitnesses: 'AUTH-2026/17' })).toEqual(statements);
  });

  it('keeps them out of the list of identifiers as a file, and not out of the answer on the screen', async () => {
    const rows = [vera, sven, incident].map((each, row) => ({ row, value: each.key, readings: seedOf(each) as never }));
    const terms = { rows, validity: validityOf({}) };
    const file = { viewer: {} as Viewer, withheld: withheldCategories({}) };
    const exported = await ask(LIST_LOOK_UP, statements, { ...terms, file });
    expect(exported.answer.rows.map(({ outcome, hits }) => [outcome, hits?.[0]?.statements])).toEqual([
      ['not-exported', undefined],
      ['hit', 2],
      ['hit', 3],
    ]);
    const shown = await ask(LIST_LOOK_UP, statements, terms);
    expect(shown.answer.rows.map(({ outcome, hits }) => [outcome, hits?.[0]?.statements])).toEqual([
      ['hit', 2],
      ['hit', 3],
      ['hit', 4],
    ]);
  });
});
