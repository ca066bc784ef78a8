/** Histories of feeds: what is said, who joins and leaves, what is delivered, and where fan-out is killed. */
import fc from 'fast-check';
import type { FeedFilter } from '#events';
import { CHANNELS, type ChannelName, type Trouble } from './channels/reader.js';
import type { Break } from '../support/breaking-off.js';

export const MARKINGS = [
  'green',
  'group-0',
  'group-1',
  'agreement-0',
  'agreement-1',
  'named',
  'red',
  'home',
  'cell',
] as const;
export type MarkingName = (typeof MARKINGS)[number];
export const PLATFORMS = ['telegram', 'signal'] as const;
/** Organisations that subscribe, and speak as well. */
export const PARTNERS = 3;
export const FILTERS: readonly FeedFilter[] = [
  {},
  { own: true },
  { platforms: ['signal'] },
  { types: ['assertion.made', 'removal.reported'] },
  { themes: ['boat-crossing'] },
  { networks: ['00000000-0000-4000-8000-0000000000aa'] },
];

/** What is said of the account and the network. */
export type InNetwork = 'nothing' | 'joins' | 'was never there' | 'has left' | 'will leave';

export type Act =
  | { type: 'assert'; by: number; marking: MarkingName; platform: 0 | 1; statements: 1 | 2; network: InNetwork }
  | { type: 'withdraw'; of: number; part: boolean }
  | { type: 'regrade'; of: number; marking: MarkingName }
  | { type: 'report'; marking: MarkingName; themed: boolean }
  | { type: 'correct'; of: number }
  | { type: 'appeal'; of: number; overturned: boolean }
  | { type: 'regroup'; of: number; groups: number[] }
  | { type: 'agree'; by: number; which: 0 | 1; startsIn: number; lasts: number }
  | { type: 'join' | 'leave'; which: 0 | 1; of: number }
  | { type: 'dated'; which: 0 | 1; as: 'agreement.began' | 'agreement.lapsed' | 'agreement.ended' }
  | { type: 'depart' | 'readmit'; of: number }
  | { type: 'subscribe'; of: number; filter: number; channel: ChannelName }
  | { type: 'refilter'; of: number; filter: number }
  | { type: 'end'; of: number }
  | { type: 'pass'; minutes: number }
  /** A subscriber takes what there is; `behind`: while fan-out has not come to what was said last. */
  | { type: 'deliver'; of: number; behind: boolean; limit: number; trouble: Trouble | undefined }
  | { type: 'answer'; of: number }
  | { type: 'run'; kills: (Break | undefined)[]; atMost: number };

const of = fc.nat(30);
const partner = fc.nat(PARTNERS - 1);
const which = fc.constantFrom<0 | 1>(0, 1);
/** Mostly such as somebody may see: what nobody sees shows little. */
const marking = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<MarkingName>('green', 'group-0', 'agreement-0') },
  { weight: 1, arbitrary: fc.constantFrom(...MARKINGS) },
);
const network = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<InNetwork>('nothing', 'joins') },
  { weight: 2, arbitrary: fc.constantFrom<InNetwork>('was never there', 'has left', 'will leave') },
);
const filter = fc.nat(FILTERS.length - 1);

const channel = fc.constantFrom(...CHANNELS);
const trouble = fc.record({ after: fc.nat(3), then: fc.constantFrom<Trouble['then']>('goes on', 'leaves') });

function act<Type extends Act['type']>(type: Type, terms: object): fc.Arbitrary<Act> {
  return fc.record({ type: fc.constant(type), ...terms }) as unknown as fc.Arbitrary<Act>;
}

const kills = fc.array(fc.option(fc.oneof(fc.nat(6), fc.constant<Break>('after the commit')), { nil: undefined }), {
  maxLength: 4,
});

const anyAct = fc.oneof(
  {
    weight: 12,
    arbitrary: act('assert', {
      ...{ by: fc.nat(PARTNERS), marking, platform: which },
      ...{ statements: fc.constantFrom(1, 2), network },
    }),
  },
  { weight: 6, arbitrary: act('withdraw', { of, part: fc.boolean() }) },
  { weight: 9, arbitrary: act('regrade', { of, marking }) },
  { weight: 3, arbitrary: act('report', { marking, themed: fc.boolean() }) },
  { weight: 2, arbitrary: act('correct', { of }) },
  { weight: 2, arbitrary: act('appeal', { of, overturned: fc.boolean() }) },
  { weight: 3, arbitrary: act('regroup', { of: partner, groups: fc.uniqueArray(fc.nat(1)) }) },
  {
    weight: 3,
    arbitrary: act('agree', {
      by: partner,
      which,
      startsIn: fc.integer({ min: -60, max: 60 }),
      lasts: fc.integer({ min: 1, max: 120 }),
    }),
  },
  { weight: 2, arbitrary: act('join', { which, of: partner }) },
  { weight: 1, arbitrary: act('leave', { which, of: partner }) },
  {
    weight: 2,
    arbitrary: act('dated', { which, as: fc.constantFrom('agreement.began', 'agreement.lapsed', 'agreement.ended') }),
  },
  { weight: 1, arbitrary: act('depart', { of: partner }) },
  { weight: 2, arbitrary: act('readmit', { of: partner }) },
  { weight: 4, arbitrary: act('subscribe', { of: partner, filter, channel }) },
  { weight: 2, arbitrary: act('refilter', { of, filter }) },
  { weight: 1, arbitrary: act('end', { of }) },
  { weight: 2, arbitrary: act('pass', { minutes: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 9,
    arbitrary: act('deliver', {
      ...{ of, behind: fc.boolean(), limit: fc.integer({ min: 1, max: 5 }) },
      trouble: fc.option(trouble, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: act('answer', { of }) },
  { weight: 6, arbitrary: act('run', { kills, atMost: fc.integer({ min: 1, max: 9 }) }) },
);

export const histories = fc.array(anyAct, { minLength: 40, maxLength: 60, size: 'max' });

const secret = fc.constantFrom<MarkingName>('red', 'home', 'cell');
const another = fc.constantFrom(1, 2);

/** What the first partner can neither see nor be told of: others' secrets, and others' rights and subscriptions. */
export const hiddenActs = fc.oneof(
  {
    weight: 4,
    arbitrary: act('assert', {
      ...{ by: fc.constantFrom(1, 2, PARTNERS), marking: secret, platform: which },
      ...{ statements: fc.constantFrom(1, 2), network },
    }),
  },
  { weight: 2, arbitrary: act('withdraw', { of, part: fc.boolean() }) },
  { weight: 2, arbitrary: act('regrade', { of, marking: secret }) },
  { weight: 1, arbitrary: act('report', { marking: secret, themed: fc.boolean() }) },
  { weight: 1, arbitrary: act('regroup', { of: another, groups: fc.uniqueArray(fc.nat(1)) }) },
  { weight: 1, arbitrary: act('depart', { of: another }) },
  { weight: 1, arbitrary: act('readmit', { of: another }) },
  { weight: 1, arbitrary: act('subscribe', { of: another, filter, channel }) },
) as fc.Arbitrary<Exclude<Act, { type: 'pass' | 'deliver' | 'run' }>>;
