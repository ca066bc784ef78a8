import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import {
  audienceOf,
  bodyOf,
  canonicalMarking,
  CATALOGUE,
  dataFault,
  decodeEvent,
  encodeEvent,
  gradingIsKnown,
  networkEntity,
  PlainEventCodec,
  relationAllows,
  type GradingScheme,
  type Marking,
  type RecordedEvent,
} from '#events';

const AGENCY = '018f2b6a-0000-7000-8000-00000000000a';

const marking: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'AMBER',
  handling: ['C'],
  conditions: ['A3', 'S1'],
  releasableTo: [AGENCY],
  originator: AGENCY,
  compartment: null,
};

const made = bodyOf('assertion.made', {
  subject: { kind: 'account', key: 'instagram:@crossings' },
  statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' }, from: '2026-03' }],
});

function recorded(body: RecordedEvent['body'] = made): RecordedEvent {
  return {
    id: '018f2b6a-0000-7000-8000-000000000001',
    body,
    source: AGENCY,
    stream: 'assertion-018f2b6a-0000-7000-8000-000000000002',
    streamVersion: 1,
    time: { at: '2026-03-09', precision: 'day' },
    recordedTime: '2026-03-10T08:00:00.000Z',
    actor: { organisation: AGENCY, user: 'subject-1', role: 'analyst' },
    purpose: 'OP-TIDE',
    basis: [],
    statementKind: { kind: 'fact' },
    grading: { scheme: '3x5x2', source: '1', information: 'A' },
    marking,
    correlationId: 'c-1',
  };
}

describe('an event', () => {
  it('reads back as it was written', async () => {
    const codec = new PlainEventCodec();
    const [body = ''] = await codec.encode([recorded()]);
    expect(await codec.decode([body])).toEqual([{ event: recorded() }]);
  });

  it('of an unknown type, a newer version or broken bytes is a fault that names what is wrong, never an exception', () => {
    expect(decodeEvent('{"id":')).toEqual({ fault: 'the body is not JSON' });
    expect(decodeEvent(encodeEvent(recorded({ type: 'assertion.guessed', version: 1, data: {} })))).toEqual({
      fault: 'no event type "assertion.guessed" is known',
    });
    expect(decodeEvent(encodeEvent(recorded({ ...made, version: 9 })))).toEqual({
      fault: 'assertion.made version 9 is newer than this build (1)',
    });
    expect(decodeEvent(encodeEvent(recorded({ ...made, data: { ...made.data, statements: [] } })))).toEqual({
      fault: 'assertion.made: data/statements must NOT have fewer than 1 items',
    });
  });

  it('without a marking cannot be read', () => {
    const { marking: _, ...unmarked } = recorded();
    expect(decodeEvent(encodeEvent(unmarked as RecordedEvent))).toEqual({
      fault: "envelope must have required property 'marking'",
    });
  });

  it('that is any text at all gives an event or a fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Object.keys(decodeEvent(text))).toEqual(['fault']);
      }),
    );
  });

  it('of each type in the catalogue has a schema that is one, and that refuses an empty body', () => {
    const schemas = new Ajv2020();
    for (const [type, { schema }] of Object.entries(CATALOGUE)) {
      expect([type, schemas.validateSchema(schema), schemas.errors]).toEqual([type, true, null]);
      expect(dataFault(type, {})).toMatch(/^data must have required property/);
    }
  });
});

describe('a stored sample of each version ever written', () => {
  const samples: [string, string][] = [
    [
      'assertion.made 1',
      '{"specversion":"1.0","id":"018f2b6a-0000-7000-8000-000000000001","source":"018f2b6a-0000-7000-8000-00000000000a","stream":"assertion-018f2b6a-0000-7000-8000-000000000002","streamVersion":1,"time":{"at":"2026-03-09","precision":"day"},"recordedTime":"2026-03-10T08:00:00.000Z","actor":{"organisation":"018f2b6a-0000-7000-8000-00000000000a","user":"subject-1","role":"analyst"},"purpose":"OP-TIDE","basis":[],"statementKind":{"kind":"fact"},"grading":{"scheme":"3x5x2","source":"1","information":"A"},"marking":{"gsc":"OFFICIAL","tlp":"AMBER","handling":["C"],"conditions":["A3","S1"],"releasableTo":["018f2b6a-0000-7000-8000-00000000000a"],"originator":"018f2b6a-0000-7000-8000-00000000000a","compartment":null},"correlationId":"c-1","type":"assertion.made","version":1,"data":{"subject":{"kind":"account","key":"instagram:@crossings"},"statements":[{"relation":"USES_NUMBER","object":{"kind":"phone-number","key":"+447700900123"},"from":"2026-03"}]}}',
    ],
  ];

  it.each(samples)('%s is still read', (_name, stored) => {
    expect(decodeEvent(stored)).toEqual({ event: recorded() });
  });

  it('may say what it decides and what a member does, and only in words of the closed lists', () => {
    const member = { relation: 'MEMBER_OF', object: networkEntity(AGENCY), role: 'transporter' } as const;
    const data = { ...made.data, statements: [member], decision: { act: 'add-member', reason: 'Drives.' } } as const;
    const event = recorded({ ...made, data });
    expect(decodeEvent(encodeEvent(event))).toEqual({ event });
    for (const wrong of [
      { statements: [{ ...member, role: 'captain' }] },
      { decision: { act: 'guess', reason: 'Drives.' } },
      { decision: { act: 'same' } },
    ])
      expect(dataFault('assertion.made', { ...data, ...wrong })).toMatch(/^data\/(statements|decision)/);
  });

  it('assertion.regraded 1 is still read', () => {
    const stored =
      '{"specversion":"1.0","id":"018f2b6a-0000-7000-8000-000000000003","source":"018f2b6a-0000-7000-8000-00000000000a","stream":"assertion-018f2b6a-0000-7000-8000-000000000002","streamVersion":2,"time":{"at":"2026-03-11T09:00:00Z","precision":"second"},"recordedTime":"2026-03-11T09:00:00.000Z","actor":{"organisation":"018f2b6a-0000-7000-8000-00000000000a","user":"subject-1","role":"authoriser"},"purpose":"OP-TIDE","basis":["018f2b6a-0000-7000-8000-000000000001"],"statementKind":{"kind":"fact"},"grading":{"scheme":"3x5x2","source":"2","information":"B"},"marking":{"gsc":"OFFICIAL","tlp":"RED","handling":[],"conditions":[],"releasableTo":[],"originator":"018f2b6a-0000-7000-8000-00000000000a","compartment":null},"correlationId":"c-2","type":"assertion.regraded","version":1,"data":{"subject":{"kind":"account","key":"instagram:@crossings"},"statements":[{"index":0,"relation":"USES_NUMBER","object":{"kind":"phone-number","key":"+447700900123"}}],"reason":"A second source disagrees."}}';
    expect(decodeEvent(stored)).toMatchObject({
      event: { grading: { source: '2' }, marking: { tlp: 'RED' }, body: { data: { statements: [{ index: 0 }] } } },
    });
  });
});

describe('an audience', () => {
  it('is the same for markings that mean the same, whatever the order of their codes', () => {
    expect(audienceOf({ ...marking, conditions: ['S1', 'A3', 'A3'] })).toBe(audienceOf(marking));
  });

  it('is a safe integer, and differs where any part of the marking differs', () => {
    const others: Marking[] = [
      { ...marking, gsc: 'OFFICIAL-SENSITIVE' },
      { ...marking, tlp: 'RED' },
      { ...marking, handling: ['P'] },
      { ...marking, conditions: ['A1', 'S1'] },
      { ...marking, releasableTo: [] },
      { ...marking, originator: 'other' },
      { ...marking, compartment: 'TIDE' },
    ];
    const audiences = [marking, ...others].map(audienceOf);
    expect(new Set(audiences).size).toBe(8);
    expect(audiences.every(Number.isSafeInteger)).toBe(true);
  });

  it('cannot be made equal by moving a code from one list to another', () => {
    expect(canonicalMarking({ ...marking, handling: ['C', 'A3'], conditions: ['S1'] })).not.toBe(
      canonicalMarking(marking),
    );
  });
});

describe('R1: a grade', () => {
  it('is known only with its scheme, and only by codes of that scheme', () => {
    expect(gradingIsKnown({ scheme: '3x5x2', source: '1', information: 'B' })).toBe(true);
    expect(gradingIsKnown({ scheme: '3x5x2', source: 'B', information: '1' })).toBe(false);
    expect(gradingIsKnown({ scheme: '5x5x5', source: 'B', information: '1' })).toBe(true);
    expect(gradingIsKnown({ scheme: 'toString' as GradingScheme, source: '1', information: 'A' })).toBe(false);
  });
});

describe('a relation', () => {
  it('joins only the kinds that it can be said of', () => {
    expect(relationAllows('USES_NUMBER', 'account', 'phone-number')).toBe(true);
    expect(relationAllows('USES_NUMBER', 'phone-number', 'account')).toBe(false);
    expect(relationAllows('SAME_AS', 'account', 'account')).toBe(true);
    expect(relationAllows('SAME_AS', 'account', 'phone-number')).toBe(false);
  });
});
