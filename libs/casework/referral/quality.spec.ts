import type { ReferralContent } from '#events';
import { INSTRUMENTS, instrumentOf, paperworkFollowing } from './instruments.js';
import { qualityFaults, type QualityAsked } from './quality.js';
import { START, WINDOW_MS, contentOf, evidence, orderOf } from './referral.fixture.js';

function asked(changes: Partial<QualityAsked> = {}): QualityAsked {
  return {
    content: contentOf(),
    basis: [],
    now: new Date(START),
    leavesAt: new Date(START + WINDOW_MS),
    isFirstOrder: false,
    ...changes,
  };
}

const told = (changes: Partial<QualityAsked> = {}): string[] =>
  qualityFaults(asked(changes)).map(({ pointer, code }) => `${pointer} ${code}`);
const post = contentOf().items[0]!;
const order = orderOf();
const { paperwork = {} } = order;

describe('the quality of a referral at submission', () => {
  it('is enough when everything is there', () => {
    expect(told()).toEqual([]);
    expect(told({ content: orderOf(), isFirstOrder: true })).toEqual([]);
    expect(told({ basis: ['a'], grading: { scheme: '3x5x2', source: '2', information: 'B' } })).toEqual([]);
  });

  it('names everything that is missing at once, each by its place', () => {
    const content = contentOf({
      explanation: '  ',
      instrument: 'dsa-9-order',
      items: [
        { ...post, location: { kind: 'account', key: 'lumen:1' }, evidence: [] },
        { ...post, evidence: [{ ...evidence(), capturedAt: '2026-11-22T08:00:00.001Z' }] },
      ],
    });
    expect(told({ content, basis: ['a'] })).toEqual([
      '/items/0/location item.not-exact',
      '/items/0/evidence evidence.missing',
      '/items/1/evidence/0/capturedAt evidence.in-future',
      '/explanation explanation.missing',
      '/grading grading.missing',
      '/ground/basis ground.not-of-instrument',
      '/reference reference.missing',
      '/paperwork/contactPoint contact-point.missing',
      '/paperwork/redress redress.missing',
      '/territory territory.missing',
      '/language language.missing',
    ]);
  });

  it('is not less where a life is at stake', () => {
    expect(told({ content: contentOf({ urgency: 'threat-to-life', items: [{ ...post, evidence: [] }] }) })).toEqual([
      '/items/0/evidence evidence.missing',
    ]);
  });

  it.each([
    ['BSAI Act 2025 s.17', true],
    ['BSAI Act 2025 s.17(1)(a)', true],
    ['BSAI Act 2025 s.170', false],
    ['BSAI Act 2025 s.18', false],
  ])('knows the provisions of an instrument and their parts: %s', (provision, fits) => {
    const content = contentOf({ instrument: 'uk-advertising-offence', ground: { basis: 'law', provision } });
    expect(told({ content })).toEqual(fits ? [] : ['/ground/provision ground.not-of-instrument']);
  });

  it('refuses an instrument that there is none of', () => {
    expect(told({ content: contentOf({ instrument: 'toString' }) })).toEqual(['/instrument instrument.unknown']);
  });
});

describe('a first one-hour order to a platform', () => {
  const { informedAt: _, ...silent } = paperwork;
  const ordered = (changes: ReferralContent['paperwork']) => ({ content: orderOf({ paperwork: changes ?? {} }) });

  it('needs to come twelve hours after the platform was informed, or an emergency', () => {
    expect(told({ ...ordered(silent), isFirstOrder: true })).toEqual([
      '/paperwork/informedAt first-order.not-informed',
    ]);
    expect(told({ ...ordered({ ...silent, emergency: 'A boat leaves tonight.' }), isFirstOrder: true })).toEqual([]);
    expect(told({ ...ordered(silent), isFirstOrder: false })).toEqual([]);
  });

  it('counts the twelve hours to the millisecond, up to when it can leave', () => {
    const leaves = START + WINDOW_MS;
    const informed = (ms: number) =>
      ordered({ ...silent, informedAt: new Date(leaves - 12 * 3_600_000 + ms).toISOString() });
    expect(told({ ...informed(0), isFirstOrder: true })).toEqual([]);
    expect(told({ ...informed(1), isFirstOrder: true })).toEqual(['/paperwork/informedAt first-order.too-early']);
  });
});

describe('the table of instruments', () => {
  it('says of every row where it was read', () => {
    for (const { source } of INSTRUMENTS) expect(source).toMatch(/\[[VSG]/);
    expect(new Set(INSTRUMENTS.map(({ code }) => code)).size).toBe(INSTRUMENTS.length);
  });

  it.each([
    ['tco-removal-order', 'not-owed', null],
    ['dsa-9-order', 'not-owed', null],
    ['dsa-16-notice', 'expected', 'SOURCE_ARTICLE_16'],
    ['voluntary-referral', 'expected', 'SOURCE_TYPE_OTHER_NOTIFICATION'],
    ['uk-advertising-offence', 'not-applicable', null],
  ])('decides which paperwork follows (R20): %s', (code, statementOfReasons, transparencySource) => {
    expect(paperworkFollowing([code])).toMatchObject({ statementOfReasons, transparencySource });
    expect(paperworkFollowing([code])).toEqual(instrumentOf(code)!.follows);
  });

  it('owes a statement where one of several routes asks for it, and on the platform’s own initiative', () => {
    expect(paperworkFollowing(['tco-removal-order', 'voluntary-referral'])).toEqual({
      statementOfReasons: 'expected',
      transparencySource: 'SOURCE_TYPE_OTHER_NOTIFICATION',
      feedback: 'outcome-and-time-of-effect',
      preservationMonths: 6,
    });
    expect(paperworkFollowing([])).toMatchObject({ transparencySource: 'SOURCE_VOLUNTARY' });
  });
});
