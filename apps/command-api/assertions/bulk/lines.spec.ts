import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { assertionBody, type AssertionBody } from '../../../../test/support/assertions.js';
import { MakeAssertionRequest } from '../assertion-requests.js';
import { AnswerSpool } from '../../bulk-intake/answer-spool.js';
import { LineSplitter, MAX_LINE_BYTES, type SplitLine } from '../../bulk-intake/line-splitter.js';
import { readLine as readAny } from '../../bulk-intake/read-line.js';
import { ASSERTION_LINE } from './assertion-intake.js';

const readLine = (line: SplitLine) => readAny(line, ASSERTION_LINE);

function split(bytes: Buffer, cuts: readonly number[]): SplitLine[] {
  const splitter = new LineSplitter();
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts = [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  return [...parts.flatMap((part) => splitter.push(part)), ...splitter.end()];
}

const texts = (lines: SplitLine[]): [number, string][] =>
  lines.map((line) => [line.number, 'bytes' in line ? line.bytes.toString('utf8') : 'too long']);

describe('a stream of lines', () => {
  it('is cut the same wherever its parts end, also inside a character', () => {
    const line = fc.oneof(
      fc.constantFrom('', '  ', 'a', 'مهرب', '船', '{"x":"\\n"}'),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    );
    fc.assert(
      fc.property(
        fc.array(line),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(500)),
        fc.boolean(),
        (lines, end, cuts, open) => {
          const clean = lines.map((each) => each.replace(/[\r\n]/g, ''));
          const bytes = Buffer.from(clean.join(end) + (open ? '' : end));
          const expected = clean.flatMap((each, index) =>
            /^[ \t]*$/.test(each) ? [] : [[index + 1, each.replace(/^\ufeff/, index === 0 ? '' : '\ufeff')]],
          );
          expect(texts(split(bytes, cuts))).toEqual(expected.filter(([, each]) => each !== ''));
        },
      ),
    );
  });

  it('keeps nothing of a line that is too long but its number, and goes on behind it', () => {
    const long = Buffer.alloc(10 * 1024 * 1024, 'x');
    const bytes = Buffer.concat([Buffer.from('a\n'), long, Buffer.from('\nb')]);
    expect(texts(split(bytes, [5, 300_000, 5_000_000]))).toEqual([
      [1, 'a'],
      [2, 'too long'],
      [3, 'b'],
    ]);
  });

  it('takes a line of exactly the longest length, and none of one byte more', () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES);
    expect(texts(split(Buffer.from(`${longest}\r\n${longest}y\n`), []))).toEqual([
      [1, longest],
      [2, 'too long'],
    ]);
  });
});

describe('a line', () => {
  it('of any bytes at all is an assertion or has a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.json(), (bytes, json) => {
        for (const each of [Buffer.from(bytes), Buffer.from(json)]) {
          const line = readLine({ number: 1, bytes: each });
          expect('faults' in line ? line.faults.length : 0).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('has the same form as the body of a single call', () => {
    const body = assertionBody({ reference: 'r' }) as Record<string, AssertionBody>;
    const broken: AssertionBody[] = [
      {},
      { colour: 'red' },
      { reference: '' },
      { reference: 'x'.repeat(201) },
      { purpose: 'a\nb' },
      { purpose: undefined },
      { origin: 5 },
      { basis: ['x'] },
      { basis: ['0193A1F2-7C00-7000-8000-000000000001'] },
      { time: '2026' },
      { time: { at: '9 March' } },
      { time: { at: '2026', precision: 'hour' } },
      { statementKind: { kind: 'rumour' } },
      { statementKind: 'fact' },
      { grading: { ...body['grading'], handling: 'P' } },
      { grading: { scheme: '3x5x2', source: 2, information: 'B' } },
      { marking: { ...body['marking'], compartment: null } },
      { marking: { ...body['marking'], compartment: '' } },
      { marking: { ...body['marking'], handling: 'P' } },
      { marking: { gsc: 'OFFICIAL' } },
      { statements: [] },
      { statements: Array.from({ length: 65 }, () => ({ relation: 'STATED' })) },
      { statements: [{ relation: 'KNOWS' }] },
      { statements: [{ relation: 'INVOLVED_IN', category: 'bystander' }] },
      { statements: [{ relation: 'MEMBER_OF', role: 'captain' }] },
      { statements: [{ relation: 'STATED', property: 'x', value: {} }] },
      { statements: [{ relation: 'STATED', property: 'x', value: null }] },
      { statements: [{ relation: 'STATED', property: 'x', value: 'y'.repeat(10_001) }] },
      { statements: [{ relation: 'STATED', property: 'x', value: 1, confidence: 101 }] },
      { statements: [{ relation: 'STATED', property: 'x', value: 1, count: 1.5 }] },
      { statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '1', region: 'GBR' } }] },
      { statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: '1', hidden: true } }] },
      { subject: { kind: 'account', value: '', platform: 'x' } },
      { subject: undefined },
      { subject: [] },
      { statements: [[]] },
      { statements: [null] },
      { statements: {} },
      ...['subject', 'statements', 'grading', 'marking', 'statementKind', 'time', 'origin', 'basis', 'purpose'].map(
        (field) => ({ [field]: null }),
      ),
      ...['object', 'property', 'value', 'unit', 'from', 'to', 'confidence', 'count', 'category', 'role'].map(
        (field) => ({
          statements: [{ relation: 'STATED', [field]: null }],
        }),
      ),
      ...['region', 'platform'].map((field) => ({ subject: { kind: 'account', value: 'x', [field]: null } })),
      ...['handling', 'conditions', 'releasableTo', 'originator'].map((field) => ({
        marking: { ...body['marking'], [field]: null },
      })),
      { statementKind: { kind: 'fact', assessor: null } },
      { time: { at: '2026', precision: null } },
    ];
    for (const changes of broken) {
      const line: unknown = JSON.parse(JSON.stringify({ ...body, ...changes }));
      const byBulk = 'faults' in readLine({ number: 1, bytes: Buffer.from(JSON.stringify(line)) });
      const request = plainToInstance(MakeAssertionRequest, line);
      const bySingle = validateSync(request, { whitelist: true, forbidNonWhitelisted: true }).length > 0;
      expect({ changes, refused: byBulk }).toEqual({ changes, refused: bySingle });
    }
  });
});

describe('an answer on its way', () => {
  it('is whole and in order for a reader who comes late, and holds little meanwhile', async () => {
    const report: string[] = [];
    let readBack = 0;
    const spool = new AnswerSpool((chunk) => {
      readBack += 1;
      return Promise.resolve(report[chunk]);
    });
    for (let chunk = 0; chunk < 50; chunk += 1) {
      report.push(`${chunk};`);
      spool.push(`${chunk};`);
    }
    spool.end('end');
    let text = '';
    for await (const part of spool.read()) text += part;
    expect(text).toBe(`${report.join('')}end`);
    expect(readBack).toBeGreaterThan(40);
  });
});
