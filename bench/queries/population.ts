/**
 * The people of the benchmark of questions: accounts in circles of fifty that deal with each other, and hubs that everybody
 * meets (call shops, groups, names that are common), by Zipf. Two entities come with each account and ten statements are made of
 * it, five an entity. What is said of an account never depends on how many follow, so a graph grows from size to size.
 */
import type { EntityKind, EntityRef, Grading, LinkStatement, Marking, Statement } from '#events';
import { GRADING_SCHEMES } from '#events';
import { canonical } from '#identifiers';
import { newId } from '#runtime';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import type { Said } from '../stack/filled-stores.js';
import { Chance } from '../workload/chance.js';
import { uuidOf } from '../workload/reports.js';
import { nameOf } from './names.js';

/** Accounts that deal with each other. */
export const CIRCLE = 50;
/** One network is assessed among so many accounts. */
const ACCOUNTS_OF_A_NETWORK = 250;
const MEMBERS = 20;
const LOCATIONS = 300;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = 300;
const ORIGINS = 20_000;
/** What comes with every tenth account: five numbers, two handles, two names, one group. */
const OWN: readonly EntityKind[] = [
  ...Array<EntityKind>(5).fill('phone-number'),
  ...Array<EntityKind>(2).fill('handle'),
  ...Array<EntityKind>(2).fill('name'),
  'group',
];

const { coastal, border, partner } = ORGANISATIONS;
const marking = (originator: { organisation: string }, tlp: string, ...to: { organisation: string }[]): Marking => ({
  gsc: 'OFFICIAL-SENSITIVE',
  tlp,
  handling: ['P'],
  conditions: [],
  releasableTo: to.map(({ organisation }) => organisation),
  originator: originator.organisation,
  compartment: null,
});
/** The last two are hidden from whoever asks, who is of the first organisation. */
const MARKINGS: readonly Marking[] = [
  marking(coastal, 'AMBER'),
  marking(coastal, 'AMBER+STRICT'),
  marking(coastal, 'GREEN'),
  marking(coastal, 'AMBER', partner),
  marking(border, 'GREEN'),
  marking(border, 'AMBER', coastal),
  marking(partner, 'GREEN'),
  marking(partner, 'AMBER', coastal),
  marking(border, 'AMBER+STRICT'),
  marking(partner, 'RED'),
];
const VISIBLE = 8;
const GRADINGS: Grading[] = GRADING_SCHEMES['3x5x2'].source.flatMap((source) =>
  GRADING_SCHEMES['3x5x2'].information.map((information) => ({ scheme: '3x5x2' as const, source, information })),
);

export function account(number: number): EntityRef {
  return { kind: 'account', key: `telegram:${10_000_000 + number}` };
}

/** What came with an account: its number, handle, name or group. */
export function ownOf(number: number): EntityRef {
  const kind = OWN[number % OWN.length]!;
  return { kind, key: KEYS[kind]!(number) };
}

const KEYS: Partial<Record<EntityKind, (number: number) => string>> = {
  'phone-number': (number) => `+4474${String(number).padStart(8, '0')}`,
  handle: (number) => `telegram:tern_${number.toString(36)}`,
  name: (number) => canonical('name', nameOf(numberAmong('name', number))).key,
  group: (number) => `telegram:${1_000_000_000 + number}`,
};

/** A name that came before that account or with it. */
export function nameAmong(number: number): string {
  const first = OWN.indexOf('name');
  return nameOf(numberAmong('name', number - (number % OWN.length) + first));
}

/** How many of a kind came before that account. */
function numberAmong(kind: EntityKind, number: number): number {
  const each = OWN.filter((own) => own === kind).length;
  return Math.floor(number / OWN.length) * each + (number % OWN.length) - OWN.indexOf(kind);
}

/** The account with which the one of that rank came. */
function accountOf(kind: EntityKind, rank: number): number {
  const each = OWN.filter((own) => own === kind).length;
  return Math.floor(rank / each) * OWN.length + OWN.indexOf(kind) + (rank % each);
}

/** By Zipf (exponent 1) among those of a kind that came before an account; undefined where there is none. */
function byZipf(kind: EntityKind, before: number, chance: Chance): EntityRef | undefined {
  const whole = Math.floor(before / OWN.length) * OWN.filter((own) => own === kind).length;
  return whole === 0 ? undefined : ownOf(accountOf(kind, rankByZipf(whole, chance)));
}

/** 0 to count - 1. */
function rankByZipf(count: number, chance: Chance): number {
  return Math.floor((count + 1) ** chance.unit()) - 1;
}

/** Whether whoever asks may see what is said of an account. */
export function isVisible(number: number): boolean {
  return markingNumber(number) < VISIBLE;
}

function markingNumber(number: number): number {
  return new Chance(number * 31 + 7).below(MARKINGS.length);
}

/** Earlier accounts of its circle that it deals with. */
export function contactsOf(number: number): number[] {
  const before = number % CIRCLE;
  const chance = new Chance(number * 17 + 3);
  return before === 0 ? [] : Array.from({ length: 3 }, () => number - 1 - chance.below(before));
}

function statementsOf(number: number, chance: Chance): Statement[] {
  const [friend, other, associate] = contactsOf(number).map(account);
  const decade = number - (number % OWN.length);
  const said: (Link | undefined)[] = [
    { relation: HAS[ownOf(number).kind]!, object: ownOf(number) },
    link('HAS_NAME', byZipf('name', number, chance)),
    link(
      'USES_NUMBER',
      chance.happens(0.3) ? byZipf('phone-number', number, chance) : ownOf(decade + Math.min(number - decade, 4)),
    ),
    link('MEMBER_OF', byZipf('group', number, chance)),
    link('CONTACTED', number === 0 ? undefined : account(rankByZipf(number, chance))),
    link('CONTACTED', friend),
    link('CONTACTED', other),
    link('ASSOCIATED_WITH', associate),
    link('LOCATED_AT', { kind: 'location', key: `pole:location/${rankByZipf(LOCATIONS, chance)}` }),
  ];
  const count = chance.happens(0.5) ? { count: 1 + chance.below(40) } : {};
  return [
    ...said.flatMap((one): Statement[] => (one === undefined ? [] : [{ ...one, ...period(chance), ...count }])),
    { relation: 'STATED', property: 'bio', value: `boat, ${1_000 + chance.below(4_000)}`, ...period(chance) },
  ];
}

type Link = Pick<LinkStatement, 'relation' | 'object'>;
const HAS: Partial<Record<EntityKind, LinkStatement['relation']>> = {
  'phone-number': 'USES_NUMBER',
  handle: 'HAS_HANDLE',
  name: 'HAS_NAME',
  group: 'ADMINISTERS',
};

function link(relation: LinkStatement['relation'], object: EntityRef | undefined): Link | undefined {
  return object === undefined ? undefined : { relation, object };
}

function period(chance: Chance): { from?: string; to?: string } {
  const first = chance.below(DAYS);
  const day = (at: number): string => new Date(FIRST_DAY + at * DAY_MS).toISOString().slice(0, 10);
  return {
    ...(chance.happens(0.7) ? { from: day(first) } : {}),
    ...(chance.happens(0.2) ? { to: day(first + 1 + chance.below(60)) } : {}),
  };
}

export function anyOrigin(chance: Chance): string {
  return `report-${chance.below(ORIGINS)}`;
}

/** One report: statements about one subject. */
export function report(subject: EntityRef, statements: Statement[], chance: Chance, mark: Marking, id = newId()): Said {
  return {
    source: mark.originator,
    draft: {
      id,
      body: { type: 'assertion.made', version: 1, data: { subject, statements } },
      time: { at: '2026-11-01', precision: 'day' },
      actor: { organisation: mark.originator, user: 'bench', role: 'analyst' },
      purpose: 'bench',
      ...(chance.happens(0.8) && { origin: anyOrigin(chance) }),
      basis: [],
      statementKind: { kind: 'fact' },
      grading: chance.pick(GRADINGS),
      marking: mark,
    },
  };
}

/** What everybody of the asking organisation may see. */
export const SEEN: Marking = MARKINGS[0]!;

/** What is said of accounts from one number up to another, and of the networks that are complete with them. */
export function* reportsOf(from: number, upTo: number): Generator<Said> {
  for (let number = from; number < upTo; number += 1) {
    const chance = new Chance(number * 7_919 + 11);
    yield report(account(number), statementsOf(number, chance), chance, MARKINGS[markingNumber(number)]!);
    if ((number + 1) % ACCOUNTS_OF_A_NETWORK === 0) yield* assessed(number, chance);
  }
}

/** The network whose members are among the accounts up to this one. */
export function networkOf(last: number): EntityRef {
  return { kind: 'network', key: `breakwater:network/${uuidOf('network', last)}` };
}

/** Last accounts of the networks that are complete among so many accounts; at least one, known or not. */
export function networksAmong(accounts: number): number[] {
  const count = Math.max(1, Math.floor(accounts / ACCOUNTS_OF_A_NETWORK));
  return Array.from({ length: count }, (_, at) => (at + 1) * ACCOUNTS_OF_A_NETWORK - 1);
}

function* assessed(last: number, chance: Chance): Generator<Said> {
  const network = networkOf(last);
  const name = canonical('name', `Network ${nameOf(last)}`).key;
  const about: Statement[] = [
    { relation: 'HAS_NAME', object: { kind: 'name', key: name } },
    { relation: 'STATED', property: 'threat', value: chance.pick(['low', 'moderate', 'high']) },
    { relation: 'STATED', property: 'status', value: 'active' },
  ];
  yield report(network, about, chance, SEEN, uuidOf('network', last));
  for (let member = 0; member < MEMBERS; member += 1) {
    const statement: Statement = { relation: 'MEMBER_OF', object: network, ...period(chance) };
    yield report(account(last - member * 3), [statement], chance, chance.happens(0.9) ? SEEN : MARKINGS[8]!);
  }
}
