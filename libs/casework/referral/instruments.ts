import type { Paperwork } from '#events';

/**
 * On what footing a platform is asked (domain-standards 2.2 to 2.4), as data: what the agency has to bring, when the platform
 * has to answer, and which paperwork follows. A change of law is a change of a row. Codes are wire format: append only.
 */
export interface Instrument {
  code: string;
  name: string;
  nature: 'referral' | 'notice' | 'order';
  /** Where the row was read: [V] in the primary source, [S] in a secondary copy, [G] general knowledge, to be checked. */
  source: string;
  /** What can be wrong with an item under it: a breach of law, of the platform's terms, or either. */
  grounds: readonly ('law' | 'terms')[];
  /** The provisions that it can rest on; absent: any. */
  provisions?: readonly string[];
  /** From receipt to the first moment that is too late. */
  deadlineMinutes?: number;
  /** What the agency has to bring beside what every referral needs. */
  needs: readonly Need[];
  /** Hours before a first order to a platform at which it has to know procedures and deadlines. */
  informHoursBefore?: number;
  follows: FollowingPaperwork;
}

export type Need = Exclude<keyof Paperwork, 'informedAt' | 'emergency'> | 'reference' | 'territory' | 'language';

/** What a platform owes after a decision, by the route on which it was asked (R20). */
export interface FollowingPaperwork {
  /** DSA art. 17, to the uploader; `not-applicable` where the route is not one of EU law. */
  statementOfReasons: 'expected' | 'not-owed' | 'not-applicable';
  /** Source type in the DSA Transparency Database; null: nothing is entered there. */
  transparencySource: 'SOURCE_ARTICLE_16' | 'SOURCE_TYPE_OTHER_NOTIFICATION' | 'SOURCE_VOLUNTARY' | null;
  /** What the agency is told. */
  feedback: 'outcome' | 'outcome-and-time-of-effect';
  /** Months for which content and related data are kept after removal. */
  preservationMonths?: number;
}

const TCO_REASONS = ['(a)', '(b)', '(c)', '(d)', '(e)'].map((letter) => `Regulation (EU) 2021/784 art. 2(7)${letter}`);

export const INSTRUMENTS = [
  {
    code: 'voluntary-referral',
    name: 'Referral for voluntary consideration against the platform’s own terms',
    nature: 'referral',
    source: 'domain-standards 2.3: Europol Regulation art. 4(1)(m) [G]; source type: 2.5 [V]; R20',
    grounds: ['law', 'terms'],
    needs: [],
    follows: {
      statementOfReasons: 'expected',
      transparencySource: 'SOURCE_TYPE_OTHER_NOTIFICATION',
      feedback: 'outcome',
    },
  },
  {
    code: 'tco-removal-order',
    name: 'Removal order for terrorist content, one hour',
    nature: 'order',
    source:
      'Regulation (EU) 2021/784 art. 3 and Annexes I to III: one hour, suspensions, preservation [V], 12 hours and Annex details [G]; R20',
    grounds: ['law'],
    provisions: TCO_REASONS,
    deadlineMinutes: 60,
    needs: ['reference', 'contactPoint', 'redress'],
    informHoursBefore: 12,
    follows: {
      statementOfReasons: 'not-owed',
      transparencySource: null,
      feedback: 'outcome-and-time-of-effect',
      preservationMonths: 6,
    },
  },
  {
    code: 'dsa-16-notice',
    name: 'Notice of illegal content',
    nature: 'notice',
    source: 'Regulation (EU) 2022/2065 art. 16 [V], art. 17 [V/S]; R20',
    grounds: ['law'],
    needs: ['contactPoint', 'goodFaith'],
    follows: { statementOfReasons: 'expected', transparencySource: 'SOURCE_ARTICLE_16', feedback: 'outcome' },
  },
  {
    code: 'dsa-9-order',
    name: 'Order to act against illegal content',
    nature: 'order',
    source: 'Regulation (EU) 2022/2065 art. 9 [V]; no source type for it in the Transparency Database [V]; R20',
    grounds: ['law'],
    needs: ['reference', 'contactPoint', 'redress', 'territory', 'language'],
    follows: { statementOfReasons: 'not-owed', transparencySource: null, feedback: 'outcome-and-time-of-effect' },
  },
  {
    code: 'uk-advertising-offence',
    name: 'Notice of an advertisement of unlawful immigration services',
    nature: 'notice',
    source: 'Border Security, Asylum and Immigration Act 2025 s.17 [V contents], s.18: removal on actual knowledge [S]',
    grounds: ['law'],
    provisions: ['BSAI Act 2025 s.17'],
    needs: [],
    follows: { statementOfReasons: 'not-applicable', transparencySource: null, feedback: 'outcome' },
  },
  {
    code: 'uk-priority-illegal-content',
    name: 'Notice of priority illegal content',
    nature: 'notice',
    source: 'Online Safety Act 2023, Schedule 7 [S], provisions of other Acts in it [G]; no statutory deadline [S]',
    grounds: ['law'],
    provisions: ['Immigration Act 1971 s.24', 'Immigration Act 1971 s.25', 'Modern Slavery Act 2015 s.2'],
    needs: [],
    follows: { statementOfReasons: 'not-applicable', transparencySource: null, feedback: 'outcome' },
  },
] as const satisfies readonly Instrument[];

export type InstrumentCode = (typeof INSTRUMENTS)[number]['code'];

const BY_CODE: ReadonlyMap<string, Instrument> = new Map(INSTRUMENTS.map((each) => [each.code, each]));

export function instrumentOf(code: string): Instrument | undefined {
  return BY_CODE.get(code);
}

/** Milliseconds from receipt to the deadline; undefined where there is none. */
export function periodOf(code: string): number | undefined {
  const minutes = instrumentOf(code)?.deadlineMinutes;
  return minutes === undefined ? undefined : minutes * 60_000;
}

const OWN_INITIATIVE: FollowingPaperwork = {
  statementOfReasons: 'expected',
  transparencySource: 'SOURCE_VOLUNTARY',
  feedback: 'outcome',
};

/**
 * The paperwork that follows a decision taken on some requests at once; on none it was the platform's own initiative (R20).
 * An order owes no statement from its own route; where a notice asked for the same, that notice's statement is owed.
 */
export function paperworkFollowing(codes: readonly string[]): FollowingPaperwork {
  if (codes.length === 0) return OWN_INITIATIVE;
  const routes = codes.flatMap((code) => instrumentOf(code)?.follows ?? []);
  const months = Math.max(0, ...routes.map(({ preservationMonths = 0 }) => preservationMonths));
  return {
    statementOfReasons: firstOf(
      ['expected', 'not-owed', 'not-applicable'],
      routes.map((each) => each.statementOfReasons),
    ),
    transparencySource: firstOf(
      ['SOURCE_ARTICLE_16', 'SOURCE_TYPE_OTHER_NOTIFICATION', null],
      routes.map((each) => each.transparencySource),
    ),
    feedback: firstOf(
      ['outcome-and-time-of-effect', 'outcome'],
      routes.map((each) => each.feedback),
    ),
    ...(months === 0 ? {} : { preservationMonths: months }),
  };
}

function firstOf<T>(order: readonly T[], found: readonly T[]): T {
  return order.find((each) => found.includes(each)) ?? (order.at(-1) as T);
}
