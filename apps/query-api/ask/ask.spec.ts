import fc from 'fast-check';
import { RELATION_TYPES } from '#events';
import type { WorldEntity } from '../reading/fetch.js';
import { CLUSTER } from '../questions/cluster.js';
import { ENTITY_CARD } from '../questions/entity-card.js';
import { ask, BOUNDS, entity, EVERYTHING, said, seedOf, stated, world } from '../questions/worlds.fixture.js';
import { validityOf } from '../terms/times.js';
import { standingsOf } from '../analysis/standing.js';
import type { Ties } from '../analysis/ties.js';
import { KEY_PLAYERS } from '../questions/key-players.js';
import { TYING_RELATIONS } from '../questions/key-players-graph.js';
import { TIMELINE } from '../questions/timeline.js';
import { aligned, cut, padded, shown, width } from './display-text.js';
import { cardLines } from './print-card.js';
import { clusterLines } from './print-cluster.js';
import { playerLines } from './print-players.js';
import { timelineLines } from './print-timeline.js';
import { NETWORK_CARD_EXAMPLE } from '../networks/examples.js';
import type { NetworkCard } from '../networks/network-answer.js';
import { SEARCH_EXAMPLE } from '../questions/examples.js';
import type { Search } from '../questions/search.js';
import { networkLines } from './print-network.js';
import { searchLines } from './print-search.js';
import { entityText, periodWords, phrase } from './words.js';

const asked = { asOf: '2026-11-20T10:00:00Z', lagSeconds: 0, truncated: false };
const number = entity('phone-number', '+442079460101');
const ana = entity('account', 'instagram:5010001');
const ben = entity('account', 'telegram:1200003');
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;
const arabic = 'رحلات الشمال';
const statements = world(
  said(ana, 'USES_NUMBER', number, { from: day('2026-01-01'), to: day('2026-02-01'), conf: 80, src: 1 }),
  said(ana, 'USES_NUMBER', number, { org: 2, src: 2 }),
  said(ben, 'USES_NUMBER', number),
  stated(number, 'note', `${arabic} and more`),
);

describe('text of other people in a terminal', () => {
  it('acts on nothing: escape sequences, direction marks and line breaks are gone', () => {
    expect(shown('a\u001b[31mred\u001b]0;title\u0007\nb\u202Etxt')).toBe('a[31mred]0;title btxt');
  });

  it('keeps right-to-left text to itself, so that the rest of the line stays where it is', () => {
    expect(shown(arabic)).toBe(`\u2068${arabic}\u2069`);
    expect(cut(shown(arabic), 5)).toMatch(/^\u2068.{4}…\u2069$/u);
  });

  it('lines up whatever its script', () => {
    const rows = [
      ['a', 'x'],
      ['漢字', 'x'],
      [shown('ڕێگا'), 'x'],
      ['e\u0301', 'x'],
      ['👩‍👩‍👧', 'x'],
    ];
    expect(new Set(aligned(rows).map((line) => width(line)))).toEqual(new Set([7]));
  });

  it('never breaks and never grows beyond the columns given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 40 }), (text, columns) => {
        const safe = shown(text);
        expect(safe).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
        expect(width(cut(safe, columns))).toBeLessThanOrEqual(columns);
        expect(width(padded(cut(safe, columns), columns))).toBe(columns);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the card and the cluster on a screen', () => {
  const options = { columns: 120, full: false };

  it('say who said it, when it was true, how good it is and how well it is supported', async () => {
    const { answer } = await ask(ENTITY_CARD, statements, { readings: seedOf(number), filter: EVERYTHING, limit: 10 });
    expect(cardLines({ ...asked, ...answer }, options)).toEqual([
      '+442079460101   phone number',
      '',
      'WHAT IS SAID OF IT   4 statements',
      '',
      '  details',
      `    note: \u2068${arabic} and more\u2069`,
      '      undated  fact, ungraded  Organisation 1  recorded 2026-01-01',
      '',
      '  used by',
      '    account telegram:1200003',
      '      undated  fact, ungraded  Organisation 1  recorded 2026-01-01',
      '    account instagram:5010001   (2 statements, 2 independent origins, 2 organisations)',
      '      undated                   fact, ungraded        Organisation 2  recorded 2026-01-01',
      '      2026-01-01 to 2026-01-31  fact, ungraded  80 %  Organisation 1  recorded 2026-01-01',
    ]);
  });

  it('name each member with what made it one', async () => {
    const terms = { readings: seedOf(ana), validity: validityOf({}), bounds: BOUNDS, limit: 10 };
    const { answer } = await ask(CLUSTER, statements, terms);
    expect(clusterLines({ ...asked, ...answer }, { full: false })).toEqual([
      'CLUSTER   3 members, up to 2 steps away',
      '',
      '  phone number (1)',
      '    · +442079460101  used by instagram:5010001 (Organisation 2, undated, and 1 more)',
      '',
      '  account (1)',
      '    ·· telegram:1200003  uses number +442079460101 (Organisation 1, undated)',
    ]);
  });

  it('tell what happened in the order in which it was true, and who holds the rest together', async () => {
    const { answer } = await ask(TIMELINE, statements, { readings: seedOf(ana), filter: EVERYTHING, limit: 10 });
    expect(timelineLines({ ...asked, ...answer }, { full: false })).toEqual([
      'TIMELINE   1 dated statement',
      '    2026-01-01 to 2026-01-31  uses number +442079460101  fact, ungraded  Organisation 1',
    ]);
    const analyse = (ties: Ties) => Promise.resolve(standingsOf(ties));
    const bounds = { relations: [...TYING_RELATIONS], hubLimit: 50, entityLimit: 50 };
    const rules = { bounds, analyse, signal: new AbortController().signal, validity: validityOf({}), limit: 20 };
    const players = await ask(KEY_PLAYERS, statements, { readings: seedOf(ana), ...rules });
    expect(playerLines({ ...asked, ...players.answer })).toEqual([
      'WHO HOLDS IT TOGETHER   among 3 tied entities, 2 ties',
      '    phone number +442079460101  2 ties  100.0 % of shortest ways  without it: 2 parts, of 1, 1',
    ]);
  });

  it('say that there are more conflicts than are told, and no more members for it', async () => {
    const { answer } = await ask(CLUSTER, statements, {
      ...{ readings: seedOf(ana), validity: validityOf({}), bounds: BOUNDS, limit: 10 },
    });
    const lines = clusterLines({ ...asked, ...answer, truncated: true, moreConflicts: true }, { full: false });
    expect(lines[0]).toBe('CLUSTER   3 members, up to 2 steps away');
    expect(lines.at(-1)).toContain('and more, which are not told');
  });

  it('say plainly that a hub joins nobody, that nothing binds, or that a bound ended it', async () => {
    const terms = { readings: seedOf(number), validity: validityOf({}), bounds: { ...BOUNDS, hubLimit: 1 }, limit: 10 };
    const hub = await ask(CLUSTER, statements, terms);
    expect(clusterLines({ ...asked, ...hub.answer }, { full: false }).join(' ')).toContain(
      'Shared by more holders than the limit, or demoted',
    );
    const doubtful = entity('phone-number', 'raw:call me');
    const used = [...statements, said(ana, 'USES_NUMBER', doubtful)(99)];
    const linesOf = async (seed: WorldEntity) => {
      const { answer } = await ask(CLUSTER, used, { ...terms, bounds: BOUNDS, readings: seedOf(seed) });
      return clusterLines({ ...asked, ...answer }, { full: false }).join(' ');
    };
    expect(await linesOf(doubtful)).toContain('Not known to be a valid number, so it joins nobody');
    expect(await linesOf(ana)).toContain('[not a valid number: not followed]');
    const bounded = await ask(CLUSTER, statements, { ...terms, bounds: { ...BOUNDS, entityLimit: 2 } });
    expect(clusterLines({ ...asked, ...bounded.answer, truncated: true }, { full: false }).join(' ')).toContain(
      'The limit of members ended',
    );
  });

  it('say who may be meant by a text, and by which name', () => {
    expect(searchLines({ ...asked, ...(SEARCH_EXAMPLE as Search) }, options).slice(0, 2)).toEqual([
      'WHO MAY BE MEANT   1 hit',
      '    85 % alike  account facebook:100001  ahmed hassan  2026-03-01 to 2026-03-31  Northern Border Police',
    ]);
  });

  it('say what a network is taken for, who is in it, and how it survives its takedowns, in 80 columns', () => {
    const lines = networkLines(
      { ...asked, ...(NETWORK_CARD_EXAMPLE as unknown as NetworkCard) },
      { columns: 80, full: false },
    );
    expect(lines).toEqual([
      'NETWORK   fast way',
      '    name: fast way  fact 1B  Northern Border Police  recorded 2026-04-02',
      '    status: active  fact 1B  Northern Border Police  recorded 2026-04-02',
      '',
      'MEMBERS   1 member, 1 of them now',
      '    account facebook:100001',
      '      advertiser  2026-03-01 to 2026-03-31  fact 1B  Northern Border Police',
      '      has phone number +442079460123',
      '      removed: account facebook:100001',
      '        came back as account facebook:100002 after 24 hours',
      '',
      'REACH   facebook 1, 1 number, 0 handles',
      '    advertiser 1',
      '    1 referred, 0 of them still up; 1 removed, 0 seen again, 1 came back',
      '    half of the returns within 24 hours',
    ]);
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(80);
    const bounded = {
      ...asked,
      ...(NETWORK_CARD_EXAMPLE as unknown as NetworkCard),
      boundedBy: ['statements' as const],
    };
    expect(networkLines(bounded, { columns: 80, full: false }).at(-1)).toBe(
      '  There is more than this shows: what is said of the network itself.',
    );
  });

  it('say of a number that is only possible that it is not valid, and of no other', () => {
    const texts = ['possible:+447700900101', '+447400123456', 'raw:call me'].map((key) =>
      entityText({ kind: 'phone-number', key }),
    );
    expect(texts).toEqual([
      'phone number +447700900101 (not valid)',
      'phone number +447400123456',
      'phone number raw:call me',
    ]);
    expect(entityText({ kind: 'name', key: 'possible: a name' })).toBe('name possible: a name');
  });

  it('have words for every relation both ways, and for every kind of date', () => {
    for (const relation of RELATION_TYPES)
      expect([phrase(relation, 'outgoing'), phrase(relation, 'incoming')].every(Boolean)).toBe(true);
    expect(
      [{}, { from: '2026-01-01' }, { to: '2026-01-01' }, { from: '2026-01-01', to: '2026-01-01' }].map(periodWords),
    ).toEqual(['undated', 'since 2026-01-01', 'until 2026-01-01', '2026-01-01']);
  });
});
