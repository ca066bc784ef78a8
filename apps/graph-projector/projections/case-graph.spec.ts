import {
  bodyOf,
  type EventBody,
  type KnownEvent,
  type Outcome,
  type PlatformAnswer,
  type RecordedEvent,
  type ReferralSubmitted,
} from '#events';
import { Fold } from './fold.js';
import { project } from './project.js';

const AGENCY = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const PLATFORM = '5b0c77a2-0a02-4c21-9b64-00000000b001';
const REFERRAL = '0193a1f2-7c00-7000-8000-000000000011';
const REMOVAL = '5d1c8a2e-9a40-4f60-8d7e-000000000012';
const post = { kind: 'item' as const, key: 'tiktok:video/1', raw: 'https://vm.tiktok.com/1' };
const account = { kind: 'handle' as const, key: 'tiktok:safeway' };
const earlier = { kind: 'handle' as const, key: 'tiktok:safeway_old' };
const idOf = (kind: string, key: string): string => `${kind} ${key}`;

let position = 0;
beforeEach(() => (position = 0));

function event(stream: string, body: EventBody, source = AGENCY): KnownEvent {
  const marking: RecordedEvent['marking'] = {
    gsc: 'OFFICIAL',
    tlp: 'AMBER',
    handling: [],
    conditions: [],
    releasableTo: [],
    originator: AGENCY,
    compartment: null,
  };
  return {
    id: '0193a1f2-7c00-7000-8000-000000000001',
    stream,
    streamVersion: 1,
    source,
    recordedTime: '2026-11-22T12:00:00.000Z',
    time: { at: '2026-11-22', precision: 'day' },
    actor: { organisation: source, user: 'somebody', role: 'referrer' },
    purpose: 'spec',
    basis: [],
    statementKind: { kind: 'fact' },
    marking,
    correlationId: 'c',
    body,
  } as KnownEvent;
}

const submitted = (items: ReferralSubmitted['items']): KnownEvent =>
  event(
    `referral-${REFERRAL}`,
    bodyOf('referral.submitted', {
      referral: REFERRAL,
      platform: PLATFORM,
      instrument: 'voluntary',
      theme: 'boat-crossing',
      receivedAt: '2026-11-22T12:00:00.500Z',
      items,
    }),
  );

const answered = (said: PlatformAnswer, item = 0): KnownEvent =>
  event(
    `referral-${REFERRAL}`,
    bodyOf('referral.answered', { referral: REFERRAL, item, location: post, at: '2026-11-22T13:00:00.000Z', said }),
    PLATFORM,
  );

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  result: 'actioned',
  effect: 'removed',
  effectiveAt: '2026-11-22T12:30:00.000Z',
  ...changes,
});
const RECEIVED = Date.UTC(2026, 10, 22, 12) / 1000;
const EFFECTIVE = RECEIVED + 1800;

/** What the graph says after these events: one line for each statement, the ended ones with `gone`. */
function told(...events: KnownEvent[]): string[] {
  const fold = new Fold(idOf, { parked: [], discarded: new Set() });
  for (const each of events)
    fold.take({ position: ++position, stream: each.stream, streamVersion: position, decoded: { event: each } });
  expect(fold.allParked()).toEqual([]);
  return [...fold.allStatements()].map(({ relation, subject, object, facts }) =>
    [
      `${facts.pos}${facts.i === undefined ? '' : `.${facts.i}`} ${subject} ${relation} ${object}`,
      ...(facts.prop === undefined ? [] : [`${facts.prop}: ${String(facts.val)}`]),
      ...(facts.from === undefined ? [] : [`from ${facts.from - RECEIVED}`]),
      ...(facts.gone === undefined ? [] : [`gone ${facts.gone}`]),
    ].join(', '),
  );
}

const ASKED = `referral breakwater:referral/${REFERRAL}`;
const POST = 'item tiktok:video/1';

describe('a referral in the graph', () => {
  it('refers to each item from the moment when the platform received it, and says what came back as what', () => {
    const items: ReferralSubmitted['items'] = [
      { kind: 'video', location: post },
      { kind: 'account', location: account, successorOf: { location: earlier } },
    ];
    expect(told(submitted(items))).toEqual([
      `1 ${ASKED} REFERS ${POST}, from 0`,
      `1.1 ${ASKED} REFERS handle tiktok:safeway, from 0`,
      `1.201 handle tiktok:safeway SUCCESSOR_OF handle tiktok:safeway_old, from 0`,
    ]);
  });

  it('refers again to an item that came back under the same link, and makes it no successor of itself', () => {
    const [, ...more] = told(submitted([{ kind: 'video', location: post, successorOf: { location: post } }]));
    expect(more).toEqual([]);
  });

  it('says that an item was removed from when it took effect, once the platform has decided so', () => {
    expect(told(answered({ answer: 'acknowledged' }), answered({ answer: 'decided', outcome: outcome() }))).toEqual([
      `2 ${ASKED} REMOVED ${POST}, from ${EFFECTIVE - RECEIVED}`,
    ]);
  });

  it.each(['demoted', 'labelled', 'geo-restricted'] as const)(
    'keeps %s apart from removed: the item is still there',
    (effect) => {
      expect(told(answered({ answer: 'decided', outcome: outcome({ effect }) }))).toEqual([
        `1 ${POST} STATED ${POST}, restriction: ${effect}, from 1800`,
      ]);
    },
  );

  it.each(['rejected', 'no-violation', 'already-gone'] as const)('says nothing of an item that was %s', (result) => {
    expect(told(answered({ answer: 'decided', outcome: { result, effect: 'none' } }))).toEqual([]);
  });

  it('takes a decision back that was wrong, and states what stands instead', () => {
    const decided = answered({ answer: 'decided', outcome: outcome() });
    const later = outcome({ effectiveAt: '2026-11-22T14:00:00Z' });
    const removed = `1 ${ASKED} REMOVED ${POST}, from 1800, gone 2`;
    expect(told(decided, answered({ answer: 'corrected', reason: 'wrong hour', outcome: later }))).toEqual([
      removed,
      `2 ${ASKED} REMOVED ${POST}, from 7200`,
    ]);
    position = 0;
    const labelled = outcome({ effect: 'labelled' });
    expect(told(decided, answered({ answer: 'corrected', reason: 'only a label', outcome: labelled }))).toEqual([
      removed,
      `2 ${POST} STATED ${POST}, restriction: labelled, from 1800`,
    ]);
    position = 0;
    expect(told(decided, answered({ answer: 'corrected', reason: 'another item' }))).toEqual([removed]);
  });

  it('takes only the item back that an appeal was about, and only where it was won', () => {
    const both = [
      answered({ answer: 'decided', outcome: outcome() }),
      answered({ answer: 'decided', outcome: outcome() }, 1),
    ];
    const upheld = answered({ answer: 'appeal-decided', result: 'upheld' });
    const overturned = answered({ answer: 'appeal-decided', result: 'overturned' });
    expect(told(...both, upheld, overturned)).toEqual([
      `1 ${ASKED} REMOVED ${POST}, from 1800, gone 4`,
      `2.1 ${ASKED} REMOVED ${POST}, from 1800`,
    ]);
  });

  it('keeps what the agency saw apart from what the platform did, and a correction leaves it alone', () => {
    const found = (finding: 'verified-unavailable' | 'still-available'): KnownEvent =>
      event(
        `referral-${REFERRAL}`,
        bodyOf('referral.finding-recorded', {
          ...{ referral: REFERRAL, item: 0, location: post, finding, vantage: 'GB', evidence: [] },
          at: '2026-11-22T12:10:00Z',
        }),
      );
    const corrected = answered({ answer: 'corrected', reason: 'another item' });
    expect(told(found('still-available'), found('verified-unavailable'), corrected)).toEqual([
      `1.100 ${POST} STATED ${POST}, availability: still-available, from 600`,
      `2.100 ${POST} STATED ${POST}, availability: verified-unavailable, from 600`,
    ]);
  });

  it('counts what one platform tells several agencies as one source', () => {
    const sourceOf = (referral: string): number | undefined => {
      const projected = project(1, { ...answered({ answer: 'decided', outcome: outcome() }), stream: referral }, idOf);
      return 'change' in projected ? projected.change.statements[0]?.src : NaN;
    };
    expect(sourceOf(`referral-${REFERRAL}`)).toBeDefined();
    expect(sourceOf(`referral-${REFERRAL}`)).toBe(sourceOf(`referral-${REMOVAL}`));
  });
});

describe('a removal in the graph', () => {
  const item = { kind: 'video' as const, location: post };
  const removal = (body: EventBody): KnownEvent => event(`removal-${REMOVAL}`, body, PLATFORM);
  const reported = removal(
    bodyOf('removal.reported', { removal: REMOVAL, platform: PLATFORM, item, outcome: outcome() }),
  );
  const corrected = (changes: object): KnownEvent =>
    removal(
      bodyOf('removal.corrected', {
        ...{ removal: REMOVAL, corrects: '0193a1f2-7c00-7000-8000-000000000001', reason: 'wrong batch', ...changes },
      }),
    );

  it('is stated of the item where the platform acted on its own initiative, until it is corrected', () => {
    expect(told(reported, corrected({ item }))).toEqual([`1 ${POST} REMOVED ${POST}, from 1800, gone 2`]);
  });

  it('says nothing where the decision is for the platform alone', () => {
    const decided = removal(bodyOf('removal.decided', { removal: REMOVAL, outcome: outcome() }));
    const overturned = removal(
      bodyOf('removal.appeal-decided', { removal: REMOVAL, result: 'overturned', reason: 'satire' }),
    );
    expect(told(decided, corrected({}), overturned)).toEqual([]);
  });

  it('says what the platform lets others see, and takes it back when an appeal is won', () => {
    const decided = removal(bodyOf('removal.decided', { removal: REMOVAL, outcome: outcome(), item }));
    const again = corrected({ item, outcome: outcome({ effect: 'disabled' }) });
    const overturned = removal(
      bodyOf('removal.appeal-decided', { removal: REMOVAL, result: 'overturned', reason: 'satire', item }),
    );
    expect(told(decided, again, overturned)).toEqual([
      `1 ${POST} REMOVED ${POST}, from 1800, gone 2`,
      `2 ${POST} REMOVED ${POST}, from 1800, gone 3`,
    ]);
  });
});
