import {
  CATALOGUE,
  bodyOf,
  isForPartners,
  type EventBody,
  type EventType,
  type KnownEvent,
  type Marking,
} from '#events';
import { PARTNER_DATA } from './partner-data.js';
import { partnerEvent } from './partner-event.js';

const ORGANISATION = '7e41d8c3-0a03-4e32-8c75-00000000a001';
const MARKING: Marking = {
  gsc: 'OFFICIAL',
  tlp: 'GREEN',
  handling: [],
  conditions: [],
  releasableTo: [],
  originator: ORGANISATION,
  compartment: null,
};

/** An event in which everything is filled that its author and the log can fill. */
function recorded(body: EventBody): KnownEvent {
  return {
    id: '01980000-0000-7000-8000-000000000001',
    body,
    time: { at: '2026-03', precision: 'month' },
    actor: { organisation: ORGANISATION, user: 'subject-of-the-actor', role: 'analyst', onBehalfOf: 'the-principal' },
    purpose: 'the-purpose',
    origin: 'report 17',
    basis: ['the-basis'],
    statementKind: { kind: 'assessment', assessor: 'unit 4' },
    grading: { scheme: '3x5x2', source: '2', information: 'B' },
    marking: { ...MARKING, tlp: 'AMBER' },
    keyId: 'the-key',
    correlationId: 'the-correlation',
    causationId: 'the-cause',
    traceparent: 'the-trace',
    source: ORGANISATION,
    stream: 'assertion-01980000-0000-7000-8000-0000000000aa',
    streamVersion: 7,
    recordedTime: '2026-03-09T10:00:00.000Z',
  } as KnownEvent;
}

const MADE = bodyOf('assertion.made', {
  subject: { kind: 'account', key: 'telegram:100012345', raw: '100012345' },
  statements: [
    {
      relation: 'INVOLVED_IN',
      object: { kind: 'incident', key: 'kent/1' },
      category: 'suspect',
      categoriseBy: '2026-04-01',
      confidence: 80,
      from: '2026-03',
    },
    { relation: 'STATED', property: 'language', value: 'fr' },
  ],
  reference: 'the-reference',
  decision: { act: 'same', reason: 'One number.' },
});

describe('what a partner gets of an event', () => {
  it('is the statement with its terms as CloudEvents, under the marking in force', () => {
    expect(partnerEvent(recorded(MADE), MARKING)).toEqual({
      specversion: '1.0',
      id: '01980000-0000-7000-8000-000000000001',
      type: 'assertion.made',
      source: ORGANISATION,
      subject: 'assertion-01980000-0000-7000-8000-0000000000aa',
      time: '2026-03-01T00:00:00.000Z',
      timeprecision: 'month',
      recordedtime: '2026-03-09T10:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:breakwater:partner:assertion.made:1',
      marking: 'OFFICIAL // TLP:GREEN',
      grading: '3x5x2 2B',
      statementkind: 'assessment',
      origin: 'report 17',
      data: {
        subject: { kind: 'account', key: 'telegram:100012345', raw: '100012345' },
        statements: [
          {
            relation: 'INVOLVED_IN',
            object: { kind: 'incident', key: 'kent/1' },
            category: 'suspect',
            confidence: 80,
            from: '2026-03',
          },
          { relation: 'STATED', property: 'language', value: 'fr' },
        ],
        decision: { act: 'same', reason: 'One number.' },
        terms: {
          marking: MARKING,
          grading: { scheme: '3x5x2', source: '2', information: 'B' },
          statementKind: { kind: 'assessment', assessor: 'unit 4' },
          time: { at: '2026-03', precision: 'month' },
        },
      },
    });
  });

  it('says nothing of who did it, what for, on what it rests, how often it changed, nor of what hangs together with it', () => {
    const text = JSON.stringify(partnerEvent(recorded(MADE), MARKING));
    expect(text).not.toMatch(
      /subject-of|principal|purpose|the-basis|the-key|correlation|the-cause|trace|reference|categoriseBy|AMBER|streamVersion/,
    );
  });

  it('has attributes as CloudEvents wants them: scalars under lower-case names', () => {
    const { data: _, ...attributes } = partnerEvent(recorded(MADE), MARKING);
    for (const [name, value] of Object.entries(attributes)) {
      expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      expect(typeof value).toBe('string');
    }
  });

  it('leaves out how and for whom an agency looked, and what is the platform’s own', () => {
    const found = bodyOf('referral.finding-recorded', {
      referral: 'r',
      item: 0,
      location: { kind: 'item', key: 'https://example.org/1' },
      finding: 'still-available',
      at: '2026-03-09T10:00:00Z',
      vantage: 'the-vantage',
      evidence: [{ sha256: 'a'.repeat(64), capturedAt: '2026-03-09T10:00:00Z', custody: 'the-store' }],
    });
    const corrected = bodyOf('removal.corrected', {
      removal: 'r',
      corrects: '01980000-0000-7000-8000-000000000002',
      reason: 'A wrong list.',
      batch: 'the-batch',
      continuedIn: 'the-other-removal',
    });
    const text = JSON.stringify([found, corrected].map((body) => partnerEvent(recorded(body), MARKING)));
    expect(text).not.toMatch(/the-(vantage|store|batch|other-removal)/);
    expect(text).toContain('01980000-0000-7000-8000-000000000002');
    expect(text).toContain('a'.repeat(64));
  });

  it('leaves out what an answer carries beyond what is allowed', () => {
    const said = { answer: 'decided', outcome: { result: 'actioned', effect: 'removed', secret: 1 }, secret: 2 };
    const answered = { referral: 'r', item: 0, location: { kind: 'item', key: 'k', secret: 3 }, at: 't', said };
    expect(PARTNER_DATA['referral.answered'](answered as never)).toEqual({
      referral: 'r',
      item: 0,
      location: { kind: 'item', key: 'k' },
      at: 't',
      said: { answer: 'decided', outcome: { result: 'actioned', effect: 'removed' } },
    });
  });

  it('is answered for each type that the catalogue gives to partners, and for no other', () => {
    const forPartners = (Object.keys(CATALOGUE) as EventType[]).filter(isForPartners);
    expect(Object.keys(PARTNER_DATA).sort()).toEqual([...forPartners].sort());
    const kept = bodyOf('member.removed', { organisation: ORGANISATION, issuer: 'i', subject: 's', reason: 'r' });
    expect(() => partnerEvent(recorded(kept), MARKING)).toThrow('nothing of member.removed');
  });
});
