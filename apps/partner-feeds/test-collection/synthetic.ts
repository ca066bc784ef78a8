import { bodyOf, type EventBody, type KnownEvent, type Marking } from '#events';
import type { FeedNotice } from '../deliveries/delivery.js';

/**
 * What the test collection holds: one of everything that a reader has to be able to take. Nothing in it is real; numbers and
 * addresses are of the ranges kept for examples.
 */

const AGENCY = '00000000-0000-4000-8000-00000000feed';
const PLATFORM = '00000000-0000-4000-8000-0000000f1a7f';
const RECORDED = '2026-01-05T09:00:00.000Z';

const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'GREEN',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: AGENCY,
  compartment: null,
};

const ACCOUNT = { kind: 'account', key: 'telegram:100000001', raw: '@crossing-example' } as const;
const NUMBER = { kind: 'phone-number', key: '+447700900001' } as const;
const POST = { kind: 'item', key: 'https://lumen.example/v/1' } as const;

/** Events are numbered, so that their ids are the same everywhere and always. */
function idOf(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

function recorded(number: number, stream: string, body: EventBody, marking: Marking = MARKING): KnownEvent {
  return {
    id: idOf(number),
    body,
    time: { at: '2026-01-04', precision: 'day' },
    actor: { organisation: AGENCY, user: 'test-collection', role: 'analyst' },
    purpose: 'test-collection',
    origin: `synthetic report ${number}`,
    basis: [],
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking,
    source: AGENCY,
    stream,
    streamVersion: 1,
    recordedTime: RECORDED,
    correlationId: idOf(number),
  } as KnownEvent;
}

export type Synthetic =
  | { cause: string; event: KnownEvent }
  | { cause: string; withheld: true }
  | { cause: string; notice: Omit<FeedNotice, 'deliveries'>; about: readonly number[] };

const assertion = (number: number): string => `assertion-${idOf(number)}`;
const referral = idOf(800);
const removal = idOf(900);

/** In order of sequence, from 1. */
export const SYNTHETIC: readonly Synthetic[] = [
  event(
    recorded(
      1,
      assertion(1),
      bodyOf('assertion.made', {
        subject: ACCOUNT,
        statements: [
          { relation: 'USES_NUMBER', object: NUMBER, from: '2025-12', confidence: 80 },
          { relation: 'STATED', property: 'language', value: 'fr' },
        ],
      }),
    ),
  ),
  event(
    recorded(
      2,
      assertion(2),
      bodyOf('assertion.made', {
        subject: ACCOUNT,
        statements: [{ relation: 'ADMINISTERS', object: { kind: 'group', key: 'telegram:1000000002' } }],
      }),
    ),
  ),
  event(
    recorded(
      3,
      `referral-${referral}`,
      bodyOf('referral.submitted', {
        referral,
        platform: PLATFORM,
        instrument: 'terms-referral',
        theme: 'boat-crossing',
        receivedAt: '2026-01-04T10:00:00Z',
        items: [{ kind: 'video', location: POST }],
      }),
    ),
  ),
  event(
    recorded(
      4,
      `removal-${removal}`,
      bodyOf('removal.decided', {
        removal,
        outcome: { result: 'actioned', effect: 'removed', effectiveAt: '2026-01-04T11:00:00Z' },
        item: { kind: 'video', location: POST },
      }),
    ),
  ),
  { cause: idOf(5), withheld: true },
  event(
    recorded(
      6,
      assertion(1),
      bodyOf('assertion.regraded', {
        subject: ACCOUNT,
        statements: [{ index: 0, relation: 'USES_NUMBER', object: NUMBER }],
        reason: 'Seen a second time.',
      }),
      { ...MARKING, handling: ['P'] },
    ),
  ),
  {
    cause: idOf(6),
    notice: { notice: 'regraded', reason: 'assertion.regraded', answerBy: '2026-01-08T09:00:00Z', state: 'pending' },
    about: [1],
  },
  {
    cause: idOf(7),
    notice: { notice: 'recall', reason: 'assertion.withdrawn', answerBy: '2026-01-08T09:00:00Z', state: 'pending' },
    about: [2],
  },
  event(
    recorded(
      8,
      `removal-${removal}`,
      bodyOf('removal.corrected', {
        removal,
        corrects: idOf(4),
        outcome: { result: 'no-violation', effect: 'none' },
        reason: 'The wrong list was sent.',
      }),
    ),
  ),
  {
    cause: idOf(8),
    notice: { notice: 'corrected', reason: 'removal.corrected', answerBy: '2026-01-08T09:00:00Z', state: 'pending' },
    about: [4],
  },
  { cause: idOf(9), notice: { notice: 'epoch', reason: 'log.restored', details: { epoch: 2 } }, about: [] },
  { cause: idOf(10), notice: { notice: 'key-ends', reason: 'key.overlap', details: { key: 1 } }, about: [] },
  { cause: idOf(11), notice: { notice: 'agreement-ends', reason: 'agreement.ending' }, about: [] },
];

function event(one: KnownEvent): Synthetic {
  return { cause: one.id, event: one };
}
