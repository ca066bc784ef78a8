import fc from 'fast-check';
import { readList, writeList } from '../questions/look-up-csv.js';
import { filterOf, gradingsFrom } from '../reading/filter.js';
import { completePosition, type LogState } from '../reading/complete-position.js';
import { CONTINUATION_MINUTES, Continuations, type Bound, type Pinned } from './continuation.js';
import { QuestionRefused } from './refusals.js';
import { readingsOf, understand } from './seed.js';
import { knownInstant, periodText, toTheSecond, validityOf } from './times.js';

const SECRET = Buffer.alloc(32, 1);
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

function refusalOf(act: () => unknown): { code: string; pointer: string | undefined } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof QuestionRefused)) throw error;
    return { code: error.code, pointer: error.faults[0]?.pointer };
  }
}

describe('a time in a question', () => {
  it.each(['2026-02-29', '2026-13', '2026-3-9', '2026-03-09T24:00:00Z', '2026-03-09 21:15', 'yesterday', '', '٢٠٢٦'])(
    'is refused with its place when it is none: "%s"',
    (text) => {
      expect(refusalOf(() => validityOf({ validAt: text }))).toEqual({
        code: 'time.not-understood',
        pointer: '/validAt',
      });
      expect(refusalOf(() => knownInstant(text))).toEqual({ code: 'time.not-understood', pointer: '/knownAt' });
    },
  );

  it('may not run backwards, nor be given in two ways', () => {
    expect(refusalOf(() => validityOf({ validFrom: '2026-04', validTo: '2026-03' }))).toEqual({
      code: 'period.reversed',
      pointer: '/validTo',
    });
    expect(refusalOf(() => validityOf({ validAt: '2026', validTo: '2026' }))?.code).toBe('period.twice');
    expect(validityOf({ validFrom: '2026-03', validTo: '2026-03' })).toEqual({
      validStart: day('2026-03-01'),
      validEnd: day('2026-04-01'),
    });
  });

  it('means for knowledge the end of what it names', () => {
    expect(knownInstant('2026-03-09').toISOString()).toBe('2026-03-09T23:59:59.999Z');
    expect(knownInstant('2026-03-09T10:00:00.25Z').toISOString()).toBe('2026-03-09T10:00:00.250Z');
    expect(toTheSecond(new Date('2026-03-09T10:00:00.999Z'))).toBe('2026-03-09T10:00:00Z');
  });

  it('is told as people write it: days where a statement begins and ends with days, the last one included', () => {
    expect(periodText(day('2026-03-01'), day('2026-04-01'))).toEqual({ from: '2026-03-01', to: '2026-03-31' });
    expect(periodText(day('2026-03-01') + 60, null)).toEqual({ from: '2026-03-01T00:01:00Z' });
    expect(periodText(null, null)).toEqual({});
  });
});

describe('a seed', () => {
  const faults: [object, string, string][] = [
    [{}, 'seed.missing', '/seed/value'],
    [{ value: '  ' }, 'seed.not-understood', '/seed/value'],
    [{ id: 'x' }, 'seed.id', '/seed/id'],
    [{ id: 'a'.repeat(32), value: 'x' }, 'seed.twice', '/seed'],
    [{ kind: 'spaceship', value: 'x' }, 'seed.not-understood', '/seed/value'],
    [{ kind: 'account', value: 'somebody' }, 'seed.not-understood', '/seed/value'],
  ];
  it.each(faults)('%j is refused as %s at %s', (seed, code, pointer) => {
    expect(refusalOf(() => readingsOf(seed, SECRET, 'org'))).toEqual({ code, pointer });
  });

  it('of a kind is that, and where it is a number also each that stands among its words', () => {
    const keys = (kind: string, value: string) => {
      const readings = understand({ kind, value }, SECRET, 'org');
      return typeof readings === 'string' ? readings : readings.map(({ key }) => key);
    };
    expect(keys('phone-number', '+44 7400 123456')).toEqual(['+447400123456']);
    expect(keys('phone-number', 'Ali +44 7400 123456')).toEqual(['raw:ali +44 7400 123456', '+447400123456']);
    expect(keys('name', 'Ali +44 7400 123456')).toEqual(['ali +44 7400 123456']);
  });

  it('is read whatever anybody types, or refused with a sentence: it never breaks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (value) => {
        const readings = understand({ value }, SECRET, 'org');
        expect(typeof readings === 'string' || readings.every(({ id }) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
      }),
    );
  });
});

describe('a minimum grading', () => {
  it('keeps to its scheme and covers both axes, for facts and assessments', () => {
    expect(gradingsFrom({ scheme: '3x5x2', source: '2', information: 'C' })).toHaveLength(2 * 3 * 2);
    expect(refusalOf(() => filterOf({ minimumGrading: { scheme: '3x5x2', source: 'A', information: '1' } }))).toEqual({
      code: 'grading.unknown',
      pointer: '/minimumGrading',
    });
  });
});

describe('a continuation', () => {
  let now = new Date('2026-11-20T10:00:00Z');
  const sealed = new Continuations(SECRET, () => now);
  const bound: Bound = {
    question: 'cluster',
    organisation: 'org-1',
    subject: 'anna',
    terms: { seed: { value: '+44' }, knownAt: undefined },
  };
  const pinned: Pinned = { position: 123_456, incarnation: 1, asOf: 1_770_000_000, after: [12, 'abc'] };

  beforeEach(() => {
    now = new Date('2026-11-20T10:00:00Z');
  });

  it('opens for its caller, its question and its terms, and gives back the place', () => {
    expect(sealed.open({ ...bound, terms: { seed: { value: '+44' } } }, sealed.seal(bound, pinned))).toEqual(pinned);
  });

  it('is refused with one and the same answer, whatever is wrong with it', () => {
    const text = sealed.seal(bound, pinned);
    const bytes = Buffer.from(text, 'base64url');
    bytes[40]! ^= 1;
    const wrong: [Bound, string][] = [
      [{ ...bound, subject: 'ben' }, text],
      [{ ...bound, organisation: 'org-2' }, text],
      [{ ...bound, question: 'neighbours' }, text],
      [{ ...bound, terms: { seed: { value: '+45' } } }, text],
      [bound, bytes.toString('base64url')],
      [bound, text.slice(0, -4)],
      [bound, `${text}AA`],
      [bound, ''],
      [bound, 'not sealed at all'],
      [bound, new Continuations(Buffer.alloc(32, 2), () => now).seal(bound, pinned)],
    ];
    const messages = wrong.map(([by, what]) => {
      try {
        sealed.open(by, what);
        return 'opened';
      } catch (error) {
        return JSON.stringify([error, (error as Error).message]);
      }
    });
    now = new Date(now.getTime() + CONTINUATION_MINUTES * 60_000);
    expect(refusalOf(() => sealed.open(bound, text))).toEqual({
      code: 'continuation.not-valid',
      pointer: '/continuation',
    });
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain('continuation.not-valid');
  });

  it('has one length, so that it does not tell how far it goes', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.array(fc.oneof(fc.nat(), fc.uuid()), { maxLength: 3 }),
        (position, asOf, after) => {
          expect(sealed.seal(bound, { position, incarnation: 1, asOf, after })).toHaveLength(379);
        },
      ),
    );
  });
});

describe('the complete position', () => {
  const log = (published: number, partitions: [key: string, last: number, firstPrevious?: number][]): LogState => ({
    incarnation: 1,
    published,
    head: published,
    now: new Date(0),
    partitions: partitions.map(([key, lastPosition, firstPrevious = 0]) => ({ key, lastPosition, firstPrevious })),
  });
  const nodes = (...applied: [string, number][]) =>
    new Map(applied.map(([key, last]) => [key, { key, last, incarnation: 1 }]));

  it('is the last published one when every partition has what was sent to it, however long ago that was', () => {
    expect(
      completePosition(
        log(900, [
          ['a', 900],
          ['b', 12],
          ['c', 0],
        ]),
        nodes(['a', 900], ['b', 12]),
      ),
    ).toBe(900);
  });

  it('is held back by the partition that is furthest behind', () => {
    expect(
      completePosition(
        log(900, [
          ['a', 900],
          ['b', 880],
        ]),
        nodes(['a', 900], ['b', 850]),
      ),
    ).toBe(850);
    expect(
      completePosition(
        log(900, [
          ['a', 900],
          ['b', 880],
        ]),
        nodes(['a', 870], ['b', 850]),
      ),
    ).toBe(850);
    expect(completePosition(log(900, [['a', 900]]), nodes())).toBe(0);
  });

  it('is not held back by a new generation of a topic before its first event is sent', () => {
    expect(
      completePosition(
        log(900, [
          ['a/1', 900],
          ['a/2', 900, 900],
        ]),
        nodes(['a/1', 900]),
      ),
    ).toBe(900);
  });
});

describe('a list in CSV', () => {
  const list = (text: string) => readList(Buffer.from(text), 5_000);

  it('is read with or without a header, with a byte order mark, quotes and the delimiters of other countries', () => {
    expect(list('+447700900123\r\n"a ""b"" c"\n\nlast')).toEqual([
      { row: 1, value: '+447700900123' },
      { row: 2, value: 'a "b" c' },
      { row: 3, value: '' },
      { row: 4, value: 'last' },
    ]);
    expect(list('\uFEFFKind;Identifier;Note\nphone-number;07700 900123;mum\n;@fast')).toEqual([
      { row: 2, kind: 'phone-number', value: '07700 900123' },
      { row: 3, value: '@fast' },
    ]);
  });

  it('is read in every column of identifiers, as phones and mail programs export contacts', () => {
    expect(
      list(
        'Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value,E-mail 2 Address\nAli,Mobile,+44 1,+44 2,a@b.example\nBo,,,,',
      ),
    ).toEqual([
      { row: 2, value: '+44 1' },
      { row: 2, value: '+44 2' },
      { row: 2, value: 'a@b.example' },
      { row: 3, value: '' },
    ]);
    expect(list('identifier,link\n@fast,https://seen.example/post')).toEqual([{ row: 2, value: '@fast' }]);
  });

  it('is refused where nothing says which of its columns is meant, rather than found unknown by its first', () => {
    const unnamed = () => list('Contact,Nummer\nAli,+44 7400 123456');
    expect(refusalOf(unnamed)?.code).toBe('list.columns-unnamed');
    expect(unnamed).toThrow('Line 1 has several columns');
    expect(list('+44 7400 123456;;\n+44 7400 123457;;')).toHaveLength(2);
  });

  it('is refused as a whole where it is no CSV at all, with the reason', () => {
    expect(refusalOf(() => list('"open'))?.code).toBe('list.not-csv');
    expect(refusalOf(() => readList(Buffer.from([0xff, 0xfe, 0x41]), 10))?.code).toBe('list.not-utf8');
    expect(readList(Buffer.from('a\n'.repeat(50)), 10)).toHaveLength(12);
  });

  it('comes back with every row, and runs no formula in a spreadsheet', () => {
    const written = writeList({
      ...{ asOf: '2026-11-20T10:00:00Z', lagSeconds: 0, truncated: false },
      summary: { rows: 2, hits: 0, noHits: 1, notUnderstood: 1 },
      rows: [
        { row: 1, value: '=cmd|x', outcome: 'no-hit' },
        { row: 2, value: '+44 7700', outcome: 'not-understood', reason: 'a "reason", with comma' },
      ],
    });
    expect(written.split('\r\n').slice(1, 4)).toEqual([
      "1,'=cmd|x,no-hit,,,,,,,,,,,,,",
      '2,+44 7700,not-understood,,,,,,,,,,,,"a ""reason"", with comma",',
      'NOTE: As known at 2026-11-20T10:00:00Z.,,,,,,,,,,,,,,,',
    ]);
  });
});
