import fc from 'fast-check';
import {
  bodyOf,
  CATALOGUE,
  dataFault,
  ENTITY_KINDS,
  isForPartners,
  RELATIONS,
  relationAllows,
  type EntityRef,
  type EventBody,
  type EventType,
  type KnownEvent,
  type Marking,
  type PartnerType,
  type RelationType,
} from '#events';
import { partnerEvent, type PartnerEvent } from '../payload/partner-event.js';

const ORGANISATION = '7e41d8c3-0a03-4e32-8c75-00000000a001';
export const STREAM = 'assertion-01980000-0000-7000-8000-0000000000aa';
const CASE = '01980000-0000-7000-8000-0000000000bb';

export const MARKING: Marking = {
  gsc: 'OFFICIAL-SENSITIVE',
  tlp: 'GREEN',
  handling: ['C', 'H1'],
  conditions: ['A3', 'S1'],
  releasableTo: [],
  originator: ORGANISATION,
  compartment: null,
};

export function saidIn(body: EventBody, changes: Partial<KnownEvent> = {}): PartnerEvent {
  const event = {
    id: '01980000-0000-7000-8000-0000000000cc',
    body,
    time: { at: '2026-03', precision: 'month' },
    actor: { organisation: ORGANISATION, user: 'subject-of-the-actor', role: 'analyst' },
    purpose: 'the-purpose',
    origin: 'report 17',
    basis: [],
    statementKind: { kind: 'assessment', assessor: 'unit 4' },
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking: MARKING,
    correlationId: 'the-correlation',
    source: ORGANISATION,
    stream: STREAM,
    streamVersion: 1,
    recordedTime: '2026-03-09T10:00:00.123Z',
    ...changes,
  } as KnownEvent;
  return partnerEvent(event, event.marking);
}

export const PARTNER_TYPES = (Object.keys(CATALOGUE) as EventType[]).filter(isForPartners) as PartnerType[];

/** Keys as canonical forms give them, and anything else that an event may hold. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  account: ['telegram:100012345', 'x:123', 'whatsapp:+447400123456', `long:${'0'.repeat(64)}`],
  handle: ['instagram:some.name', 'any:noplatform', 'youtube:Ünïcode'],
  'phone-number': ['+447400123456', 'possible:+447700900123', '+442079460000;ext=12', 'raw:call me'],
  group: ['telegram:somegroup', 'whatsapp:channel/Ab1'],
  invite: ['telegram:AbC_d-1', 'signal:group/x#y'],
  item: ['tiktok:7234', 'https://example.org/a?b=[c]|d#e#f', 'pole:item/9', 'https://exämple.org/ü'],
  url: ['https://t.co/x%', 'raw:not a url', 'tg://resolve?domain=a b', 'mailto:a@b.example'],
  email: ['a.b@example.org', 'raw:nobody', 'x@ü.example'],
  'media-hash': [`sha256:${'a'.repeat(64)}`, `pdq:${'b'.repeat(64)}`, `md5:${'c'.repeat(32)}`, 'raw:??', 'sha1:ab'],
  referral: [`breakwater:referral/${CASE}`, 'other:referral/1'],
  network: [`breakwater:network/${CASE}`],
};

const key = (kind: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(KEYS[kind] ?? [`pole:${kind}/17`])) },
    fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
  );

export const entity = (kinds: readonly string[] = ENTITY_KINDS): fc.Arbitrary<EntityRef> =>
  fc
    .constantFrom(...kinds)
    .chain((kind) =>
      fc.record({ kind: fc.constant(kind), key: key(kind), raw: fc.string() }, { requiredKeys: ['kind', 'key'] }),
    ) as fc.Arbitrary<EntityRef>;

const dated = fc.constantFrom('2026', '2026-03', '2026-03-09', '2026-03-09T21:15Z', '2026-02-30', '0001', '9999');
const terms = {
  from: dated,
  to: dated,
  confidence: fc.integer({ min: 0, max: 100 }),
  count: fc.integer({ min: 1, max: 999_999_999 }),
};

const linkFrom = (subject: EntityRef) =>
  fc
    .constantFrom(...(Object.keys(RELATIONS) as RelationType[]).filter((relation) => relation !== 'STATED'))
    .chain((relation) => {
      const kinds = ENTITY_KINDS.filter((kind) => relationAllows(relation, subject.kind, kind));
      const object = entity(kinds.length > 0 ? kinds : ENTITY_KINDS);
      return fc.record(
        { relation: fc.constant(relation), object, role: fc.constantFrom('recruiter', 'unknown'), ...terms },
        { requiredKeys: ['relation', 'object'] },
      );
    });

const literal = fc.record(
  {
    relation: fc.constant('STATED'),
    property: fc.string({ minLength: 1, maxLength: 64 }),
    value: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    unit: fc.constant('km'),
    ...terms,
  },
  { requiredKeys: ['relation', 'property', 'value'] },
);

const reason = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== '');
const instant = fc.constant('2026-03-09T21:15:00.000Z');
const outcome = fc.record(
  {
    result: fc.constantFrom('actioned', 'rejected'),
    effect: fc.constantFrom('removed', 'none'),
    effectiveAt: instant,
    territory: fc.constantFrom([], ['GB', 'FR']),
    ground: fc.constant({ basis: 'law', provision: 'BSAI Act 2025 s.17' }),
    reason: fc.constant('not-found'),
    words: reason,
    preservedUntil: instant,
  },
  { requiredKeys: ['result', 'effect'] },
);
const location = entity(['item', 'account', 'handle', 'group', 'invite']);
const item = fc.record({ kind: fc.constantFrom('post', 'account', 'group'), location });
const referral = fc.constant(CASE);
const removal = fc.constant(CASE);
const ended = fc.record({ referral, reason });
const ends = entity().chain((subject) =>
  fc.record({
    subject: fc.constant(subject),
    statements: fc.uniqueArray(
      fc.oneof(
        fc.record({ index: fc.nat(63), relation: fc.constantFrom('USES_NUMBER', 'NOT_SAME_AS'), object: entity() }),
        fc.record({ index: fc.nat(63), relation: fc.constant('STATED') }),
      ),
      { minLength: 1, maxLength: 4, selector: ({ index }) => index },
    ),
    reason,
  }),
);

const DATA: Readonly<Record<PartnerType, fc.Arbitrary<unknown>>> = {
  'assertion.made': entity().chain((subject) =>
    fc.record(
      {
        subject: fc.constant(subject),
        statements: fc.array(fc.oneof(linkFrom(subject), literal), { minLength: 1, maxLength: 8 }),
        decision: fc.record({ act: fc.constantFrom('same', 'assess-network'), reason }),
      },
      { requiredKeys: ['subject', 'statements'] },
    ),
  ),
  'assertion.withdrawn': ends,
  'assertion.regraded': ends,
  'referral.submitted': fc.record(
    {
      referral,
      platform: fc.constant(ORGANISATION),
      instrument: fc.constant('voluntary'),
      theme: fc.constant('boat-crossing'),
      receivedAt: instant,
      dueAt: instant,
      items: fc.array(
        fc.record(
          { kind: fc.constant('post'), location, successorOf: fc.record({ location }) },
          { requiredKeys: ['kind', 'location'] },
        ),
        { minLength: 1, maxLength: 5 },
      ),
    },
    { requiredKeys: ['referral', 'platform', 'instrument', 'theme', 'receivedAt', 'items'] },
  ),
  'referral.answered': fc.record({
    referral,
    item: fc.nat(99),
    location,
    at: instant,
    said: fc.oneof(
      fc.constantFrom({ answer: 'acknowledged' }, { answer: 'appeal-opened' }),
      fc.record({ answer: fc.constant('asked'), reason: fc.constant('clarification'), question: reason }),
      fc.record({ answer: fc.constant('decided'), outcome }),
      fc.record({ answer: fc.constant('corrected'), outcome, reason }, { requiredKeys: ['answer', 'reason'] }),
      fc.record({ answer: fc.constant('appeal-decided'), result: fc.constantFrom('upheld', 'overturned') }),
    ),
  }),
  'referral.finding-recorded': fc.record(
    {
      referral,
      item: fc.nat(99),
      location,
      finding: fc.constantFrom('verified-unavailable', 'still-available', 'told-otherwise'),
      at: instant,
      vantage: fc.constant('GB'),
      evidence: fc.constantFrom(
        [],
        [{ sha256: 'a'.repeat(64), capturedAt: '2026-03-09T21:15:00.000Z', custody: 'store' }],
      ),
      outcome,
    },
    { requiredKeys: ['referral', 'item', 'location', 'finding', 'at', 'vantage', 'evidence'] },
  ),
  'referral.withdrawn': ended,
  'referral.closed': ended,
  'referral.reopened': fc.record({ referral, reason, because: fc.constantFrom('reappearance', 'appeal') }),
  'removal.decided': fc.record({ removal, outcome, item }, { requiredKeys: ['removal', 'outcome'] }),
  'removal.reported': fc.record(
    {
      removal,
      platform: fc.constant(ORGANISATION),
      item,
      theme: fc.constant('other'),
      language: fc.constant('fr'),
      outcome,
    },
    { requiredKeys: ['removal', 'platform', 'item', 'outcome'] },
  ),
  'removal.corrected': fc.record(
    { removal, corrects: fc.constant(CASE), outcome, reason, item },
    { requiredKeys: ['removal', 'corrects', 'reason'] },
  ),
  'removal.appeal-decided': fc.record(
    { removal, result: fc.constantFrom('upheld', 'overturned'), reason, item },
    { requiredKeys: ['removal', 'result', 'reason'] },
  ),
};

const marking = fc.record({
  gsc: fc.constantFrom('OFFICIAL', 'OFFICIAL-SENSITIVE', 'UNHEARD-OF'),
  tlp: fc.constantFrom('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'PURPLE'),
  handling: fc.constantFrom([], ['P'], ['C', 'H1', 'ORCON'], ['constructor']),
  conditions: fc.constantFrom([], ['A1', 'S2'], ['Z9']),
  releasableTo: fc.constantFrom([], [ORGANISATION, 'harbour']),
  originator: fc.constant(ORGANISATION),
  compartment: fc.constant(null),
});

/** Any event of a type that partners get; what is drawn is checked against the catalogue, or it would prove nothing. */
export function anyEvent(type: PartnerType): fc.Arbitrary<PartnerEvent> {
  return fc
    .record({
      data: DATA[type],
      marking,
      statementKind: fc.constantFrom({ kind: 'fact' } as const, { kind: 'assessment', assessor: 'unit 4' } as const),
      grading: fc.constantFrom(undefined, { scheme: 'admiralty', source: 'B', information: '2' } as const),
      origin: fc.constantFrom(undefined, 'report 17'),
      stream: fc.constantFrom(STREAM, 'assertion-4b1f7a52-1111-4d0e-9d6e-3f0b8a1c2d47'),
      recordedTime: fc.constantFrom('2026-03-09T10:00:00.123Z', '2024-01-01T00:00:00.000Z'),
    })
    .map(({ data, ...changes }) => {
      const fault = dataFault(type, data);
      if (fault !== undefined) throw new Error(`${type}: ${fault}: ${JSON.stringify(data)}`);
      return saidIn(bodyOf(type, data as never), changes as unknown as Partial<KnownEvent>);
    });
}
