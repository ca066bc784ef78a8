import type { Grading, Marking } from '#events';
import { gradingFaults, markingFaults } from './marking-faults.js';
import { isAboveOfficial, isSpillage } from './spillage.js';

const organisation = '5b0c77a2-0a02-4c21-9b64-00000000a002';

function faultsOf(more: Partial<Marking>, bothConditionsUnderC?: boolean): string[] {
  const marking: Marking = {
    gsc: 'OFFICIAL',
    tlp: 'AMBER',
    handling: ['P'],
    conditions: [],
    releasableTo: ['crossing-task-force'],
    originator: organisation,
    compartment: null,
    ...more,
  };
  const rules = {
    at: '/marking',
    organisation,
    ...(bothConditionsUnderC === undefined ? {} : { bothConditionsUnderC }),
  };
  return markingFaults(marking, rules).map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('a marking on its way in', () => {
  it('may be any that the policy understands', () => {
    expect(faultsOf({})).toEqual([]);
    expect(
      faultsOf({
        gsc: 'OFFICIAL-SENSITIVE',
        tlp: 'RED',
        handling: ['C', 'H2'],
        conditions: ['A1', 'S2'],
        compartment: 'saltmarsh',
      }),
    ).toEqual([]);
  });

  it('R2: has conditions only under handling C', () => {
    expect(faultsOf({ handling: ['P'], conditions: ['A1', 'S1'] })).toEqual([
      '/marking/conditions marking.conditions-without-c',
    ]);
    expect(faultsOf({ handling: [], conditions: ['S2'] })).toEqual([
      '/marking/conditions marking.conditions-without-c',
    ]);
    expect(faultsOf({ handling: ['C', 'P'], conditions: ['A3', 'S1'] })).toEqual(['/marking/handling marking.p-and-c']);
  });

  it('R2: has an A and an S condition under handling C, unless that rule is switched off', () => {
    for (const conditions of [[], ['A1'], ['S1', 'S2']]) {
      expect(faultsOf({ handling: ['C'], conditions })).toEqual(['/marking/conditions marking.c-needs-conditions']);
      expect(faultsOf({ handling: ['C'], conditions }, false)).toEqual([]);
    }
  });

  it.each([
    'SECRET',
    'TOP SECRET',
    'top secret',
    'UK SECRET',
    'SECRET//UK EYES ONLY',
    'ＳＥＣＲＥＴ',
    'Confidential',
    'UK_EYES_ONLY',
    'TS',
    'TS//SI',
    'S//NF',
    'S E C R E T',
    'SÉCRET',
    'S\u200bECRET',
    'NATO CONFIDENTIAL',
  ])('R7: is refused as a spillage when it says %s', (gsc) => {
    expect(isAboveOfficial(gsc)).toBe(true);
    expect(faultsOf({ gsc })).toEqual(['/marking/gsc marking.above-official']);
  });

  it('R7: takes OFFICIAL and OFFICIAL-SENSITIVE for no spillage', () => {
    expect(['OFFICIAL', 'OFFICIAL-SENSITIVE'].some(isAboveOfficial)).toBe(false);
  });

  it.each([
    { handling: ['P', 'SECRET'] },
    { conditions: ['top secret'] },
    { tlp: 'SECRET' },
    { releasableTo: ['top-secret-cell'] },
    { compartment: 'uk-eyes-only' },
    { originator: 'SECRET' },
    { note: 'copied from SECRET//REL' },
    { SECRET: true },
    { gsc: { tier: 'SECRET' } },
    { releasableTo: [['SECRET']] },
  ])('R7: is a spillage whatever field of it says so, also one that is faulty itself: %j', (more) => {
    expect(isSpillage({ statements: [], marking: { gsc: 'OFFICIAL', tlp: 'GREEN', ...more } })).toBe(true);
    expect(isSpillage({ words: { items: [{ marking: { gsc: 'OFFICIAL', ...more } }] } })).toBe(true);
  });

  it('R7: is no spillage where a name only looks like one, or where the text of a report speaks of a secret', () => {
    const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', releasableTo: ['secretariat', 'confidentiality-board'] };
    const statements = [{ relation: 'STATED', property: 'text', value: 'marked SECRET, he said' }];
    expect(isSpillage({ marking, statements, reason: 'top secret' })).toBe(false);
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect([isSpillage(deep), isSpillage({ marking: deep })]).toEqual([false, false]);
    for (const nothing of [null, undefined, 'SECRET', 7, [], ['SECRET']]) expect(isSpillage(nothing)).toBe(false);
  });

  it('of before April 2014 is refused with what to do, since no tier of then is one of today', () => {
    for (const gsc of ['RESTRICTED', 'UK RESTRICTED', 'PROTECT - STAFF', 'Not Protectively Marked'])
      expect(faultsOf({ gsc })).toEqual(['/marking/gsc marking.legacy']);
  });

  it('names the place of each code that it does not know', () => {
    expect(faultsOf({ gsc: 'official', tlp: 'TLP:AMBER', handling: ['P', 'H9'], compartment: 'a+b' })).toEqual([
      '/marking/gsc marking.unknown-code',
      '/marking/tlp marking.unknown-code',
      '/marking/handling/1 marking.unknown-code',
      '/marking/compartment marking.name',
    ]);
    expect(faultsOf({ releasableTo: [organisation, 'Not A Name'] })).toEqual(['/marking/releasableTo/1 marking.name']);
  });

  it('names no other organisation as its originator', () => {
    expect(faultsOf({ originator: '7e41d8c3-0a03-4e32-8c75-00000000a003' })).toEqual([
      '/marking/originator marking.not-originator',
    ]);
  });
});

describe('a grading on its way in', () => {
  const codesOf = (grading: object): string[] =>
    gradingFaults(grading as Partial<Grading>, '/grading').map(({ pointer, code }) => `${pointer} ${code}`);

  it('R1: is rejected without a scheme, or with one that nobody knows', () => {
    expect(codesOf({ source: '1', information: 'B' })).toEqual(['/grading/scheme grading.scheme']);
    expect(codesOf({ scheme: 'toString', source: '1', information: 'B' })).toEqual(['/grading/scheme grading.scheme']);
  });

  it('R1: has the codes of its own scheme, since 3x5x2 and 5x5x5 swap letters and digits', () => {
    expect(codesOf({ scheme: '3x5x2', source: '1', information: 'B' })).toEqual([]);
    expect(codesOf({ scheme: '5x5x5', source: 'B', information: '1' })).toEqual([]);
    expect(codesOf({ scheme: '5x5x5', source: '1', information: 'B' })).toEqual(['/grading grading.codes']);
    expect(codesOf({ scheme: '3x5x2', source: '1' })).toEqual(['/grading grading.codes']);
  });
});
