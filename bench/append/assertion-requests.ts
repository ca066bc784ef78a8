/** Assertions as callers send them: identifiers as written, whose canonical form is found by the app. */
import type { EntityKind } from '#events';
import { Chance } from '../workload/chance.js';
import { pairsOf, type Pair } from '../workload/pairs.js';

export interface AssertionRequest {
  subject: object;
  statements: object[];
  reference?: string;
}

const WRITTEN: Partial<Record<EntityKind, (number: number) => object>> = {
  account: (number) => ({ value: String(10_000_000 + number), platform: 'telegram' }),
  'phone-number': (number) => ({
    value: `+44 7${String(700_000_000 + number).slice(0, 3)} ${String(700_000_000 + number).slice(3)}`,
  }),
  group: (number) => ({ value: `-100${1_000_000_000 + number}`, platform: 'telegram' }),
  handle: (number) => ({ value: `@Tern_${number.toString(36)}x`, platform: 'telegram' }),
};

function entityOf(kind: EntityKind, number: number): object {
  return { kind, ...WRITTEN[kind]?.(number) };
}

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

function requestOf(pair: Pair, chance: Chance): AssertionRequest {
  const from = new Date(FIRST_DAY + chance.below(300) * DAY_MS).toISOString().slice(0, 10);
  const statement =
    pair.objectKind === undefined || pair.object === undefined
      ? { relation: pair.relation, property: 'bio', value: `text ${chance.below(1_000_000)}`, from }
      : { relation: pair.relation, object: entityOf(pair.objectKind, pair.object), from };
  return {
    subject: entityOf(pair.subjectKind, pair.subject),
    statements: [statement],
    ...{
      grading: { scheme: '3x5x2', source: chance.pick(['1', '2', '3']), information: chance.pick(['A', 'B', 'C']) },
      marking: { gsc: 'OFFICIAL-SENSITIVE', tlp: chance.pick(['GREEN', 'AMBER', 'AMBER+STRICT']), handling: ['P'] },
      statementKind: { kind: 'fact' },
      time: { at: from },
      origin: `report-${chance.below(5_000)}`,
      purpose: 'operation-tern',
    },
  };
}

/** Requests of the Zipf workload in order; `from` skips those that earlier rounds have sent. */
export function assertionRequests(count: number, seed: number): AssertionRequest[] {
  const chance = new Chance(seed ^ 0x2545f491);
  return [...pairsOf('zipf', count, seed)].map((pair) => requestOf(pair, chance));
}

/** An assertion about an account that no other request names. */
export function assertionRequest(subject: number): AssertionRequest {
  const pair: Pair = {
    relation: 'USES_NUMBER',
    subjectKind: 'account',
    subject,
    objectKind: 'phone-number',
    object: subject,
  };
  return requestOf(pair, new Chance(subject));
}
