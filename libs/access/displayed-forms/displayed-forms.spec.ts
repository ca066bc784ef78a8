import fc from 'fast-check';
import { GRADING_SCHEMES, type GradingScheme } from '#events';
import { GSC, GSC_INSTRUCTIONS, HANDLING, TLP } from '../marking-codes.js';
import { markingFaults } from '../marking-faults.js';
import { GSC_DESCRIPTORS } from './gsc-form.js';
import { printGrade, printGsc, printMarking, readGrade, readGsc, readHandling, readMarking, readTlp } from './index.js';

function refusalOf(read: () => unknown): { code: string; message: string } {
  try {
    read();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'none', message: '' };
}

describe('a classification as it is displayed', () => {
  it.each([
    ['OFFICIAL', { gsc: 'OFFICIAL', instructions: [], descriptors: [] }],
    ['official-sensitive', { gsc: 'OFFICIAL-SENSITIVE', instructions: [], descriptors: [] }],
    ['OFFICIAL SENSITIVE', { gsc: 'OFFICIAL-SENSITIVE', instructions: [], descriptors: [] }],
    [
      'OFFICIAL-SENSITIVE - RECIPIENTS ONLY',
      { gsc: 'OFFICIAL-SENSITIVE', instructions: ['RECIPIENTS-ONLY'], descriptors: [] },
    ],
    ['OFFICIAL-SENSITIVE COMMERCIAL', { gsc: 'OFFICIAL-SENSITIVE', instructions: [], descriptors: ['COMMERCIAL'] }],
    [
      'UK OFFICIAL-SENSITIVE – HMG USE ONLY – PERSONAL DATA',
      { gsc: 'OFFICIAL-SENSITIVE', instructions: ['HMG-USE-ONLY'], descriptors: ['PERSONAL DATA'], prefix: 'UK' },
    ],
  ])('is read: %s', (text, expected) => {
    expect(readGsc(text)).toEqual(expected);
  });

  it.each([
    ['RESTRICTED', 'gsc.legacy', /decide anew between OFFICIAL and OFFICIAL-SENSITIVE/],
    ['UK RESTRICTED', 'gsc.legacy', /2014/],
    ['SECRET', 'marking.above-official', /spillage/],
    ['TOP SECRET - UK EYES ONLY', 'marking.above-official', /Nothing of this request was kept/],
    ['OFFICIAL-SENSITIVE - EMBARGOED', 'gsc.without-rule', /EMBARGOED/],
    ['OFFICIAL - BURN AFTER READING', 'gsc.unknown-addition', /BURN AFTER READING/],
    ['OFFICIALLY', 'gsc.unknown', /OFFICIALLY/],
    ['', 'gsc.unknown', /OFFICIAL or OFFICIAL-SENSITIVE/],
  ])('is refused with what to do: %s', (text, code, words) => {
    const refusal = refusalOf(() => readGsc(text));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(words);
  });

  it('is printed so that it reads back', () => {
    const displayed = fc.record({
      gsc: fc.constantFrom(...GSC),
      instructions: fc.subarray([...GSC_INSTRUCTIONS]),
      descriptors: fc.subarray([...GSC_DESCRIPTORS]),
      prefix: fc.constantFrom(undefined, 'UK' as const),
    });
    fc.assert(
      fc.property(displayed, ({ prefix, ...rest }) => {
        const given = prefix === undefined ? rest : { ...rest, prefix };
        expect(readGsc(printGsc(given))).toEqual(given);
      }),
    );
  });
});

describe('a TLP label', () => {
  it('is one of version 2, and WHITE of version 1 is CLEAR', () => {
    expect(TLP.map((tlp) => readTlp(`TLP:${tlp}`))).toEqual([...TLP]);
    expect([readTlp('TLP:WHITE'), readTlp('tlp:amber+strict')]).toEqual(['CLEAR', 'AMBER+STRICT']);
  });

  it.each(['AMBER', 'TLP:EX:CHR', 'TLP:UNCLEAR', 'TLP:', 'TLP:AMBER STRICT'])('is no other: %s', (text) => {
    expect(refusalOf(() => readTlp(text)).code).toBe('tlp.unknown');
  });
});

describe('handling codes', () => {
  it('are read together: those of a report with their conditions, those of Europol in a list', () => {
    expect(readHandling('C A1 S2')).toEqual({ handling: ['C'], conditions: ['A1', 'S2'] });
    expect(readHandling('H1, H2')).toEqual({ handling: ['H1', 'H2'], conditions: [] });
    expect(readHandling('P')).toEqual({ handling: ['P'], conditions: [] });
    expect(refusalOf(() => readHandling('H9')).code).toBe('handling.unknown');
    expect(refusalOf(() => readHandling(' , ')).code).toBe('handling.unknown');
  });
});

describe('R1: a grade as it is displayed', () => {
  it.each([
    ['[1BP]', '3x5x2', '1', 'B', 'P'],
    ['[2CC]', '3x5x2', '2', 'C', 'C'],
    ['[ 3e ]', '3x5x2', '3', 'E', undefined],
    ['5x5x5 B24', '5x5x5', 'B', '2', '4'],
    ['4x4 A1', '4x4', 'A', '1', undefined],
    ['Admiralty B2', 'admiralty', 'B', '2', undefined],
    ['3x5x2 1BP', '3x5x2', '1', 'B', 'P'],
  ])('is read with its scheme: %s', (text, scheme, source, information, handling) => {
    expect(readGrade(text)).toEqual({
      grading: { scheme, source, information },
      ...(handling === undefined ? {} : { handling }),
    });
  });

  it('is refused without its scheme, and the refusal says which it may be of', () => {
    const refusal = refusalOf(() => readGrade('B2'));
    expect(refusal.code).toBe('grading.scheme');
    expect(refusal.message).toContain('"5x5x5 B2" or "4x4 B2" or "Admiralty B2"');
    for (const bare of ['1B', 'A1', 'B24', 'X4']) expect(refusalOf(() => readGrade(bare)).code).toBe('grading.scheme');
  });

  it('has the codes of its scheme and no others', () => {
    for (const wrong of ['[B1]', '[1BX]', '[4A]', '5x5x5 F1', '4x4 A14', 'Admiralty A7'])
      expect(refusalOf(() => readGrade(wrong)).code).toBe('grading.codes');
    expect(refusalOf(() => readGrade('good')).code).toBe('grading.unknown');
  });

  it('is printed so that it reads back, in every scheme', () => {
    const grade = fc.constantFrom(...(Object.keys(GRADING_SCHEMES) as GradingScheme[])).chain((scheme) =>
      fc.record({
        grading: fc.record({
          scheme: fc.constant(scheme),
          source: fc.constantFrom(...GRADING_SCHEMES[scheme].source),
          information: fc.constantFrom(...GRADING_SCHEMES[scheme].information),
        }),
        handling: fc.constantFrom(undefined, ...({ '3x5x2': ['P', 'C'], '5x5x5': ['1', '5'] }[scheme as string] ?? [])),
      }),
    );
    fc.assert(
      fc.property(grade, ({ grading, handling }) => {
        const given = handling === undefined ? { grading } : { grading, handling };
        expect(readGrade(printGrade(given))).toEqual(given);
      }),
    );
  });
});

describe('a whole marking as it is displayed', () => {
  const marking = fc.record({
    gsc: fc.constantFrom(...GSC),
    tlp: fc.constantFrom(...TLP),
    handling: fc.subarray([...HANDLING]),
    conditions: fc.subarray(['A1', 'A2', 'A3', 'S1', 'S2']),
    releasableTo: fc.uniqueArray(fc.constantFrom('border', 'task-force', '7e41d8c3-0a03-4e32-8c75-00000000a003')),
    compartment: fc.constantFrom(null, 'saltmarsh', 'dune+saltmarsh'),
  });

  it('is one line, which reads back', () => {
    fc.assert(
      fc.property(marking, (given) => {
        const { handling, ...read } = readMarking(printMarking(given));
        expect({ ...read, handling: [...handling].sort() }).toEqual({ ...given, handling: [...given.handling].sort() });
      }),
      { numRuns: 500 },
    );
  });

  it('reads like the line above a report', () => {
    const given = {
      gsc: 'OFFICIAL-SENSITIVE',
      tlp: 'AMBER',
      handling: ['C', 'H1', 'H2', 'RECIPIENTS-ONLY'],
      conditions: ['A1', 'S2'],
      releasableTo: ['border', 'partner'],
      compartment: 'saltmarsh',
    };
    const line =
      'OFFICIAL-SENSITIVE - RECIPIENTS ONLY // TLP:AMBER // C A1 S2 // H1, H2 // REL TO border, partner // COMPARTMENT saltmarsh';
    expect(printMarking(given)).toBe(line);
    const rules = { at: '/marking', organisation: 'coastal' };
    expect(markingFaults({ ...readMarking(line), originator: 'coastal' }, rules)).toEqual([]);
  });

  it('is refused where a part of it is not understood, since a part that is dropped protects nobody', () => {
    expect(refusalOf(() => readMarking('OFFICIAL')).code).toBe('tlp.missing');
    expect(refusalOf(() => readMarking('OFFICIAL // TLP:GREEN // NOFORN')).code).toBe('handling.unknown');
    expect(refusalOf(() => readMarking('OFFICIAL // TLP:GREEN // REL TO Border Force')).code).toBe('marking.name');
    expect(refusalOf(() => readMarking('SECRET // TLP:RED')).code).toBe('marking.above-official');
  });

  it('that is any text at all is read or refused, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        for (const read of [readMarking, readGsc, readGrade, readTlp, readHandling]) {
          const { code } = refusalOf(() => read(text));
          expect(code).toMatch(/^(?:none$|gsc\.|tlp\.|handling\.|grading\.|marking\.)/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
