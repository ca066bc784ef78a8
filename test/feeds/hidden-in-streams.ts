/**
 * A history in which what a partner may know and what it may not stand in the same streams, side by side: a referral of which it gets some
 * events, regrades and withdrawals between those of others.
 */
import { bodyOf, type EventBody, type EventType, type Marking } from '#events';
import { greenOf, organisationEvent, subscriptionEvent, type Said } from '../support/feed-events.js';
import type { History } from './shown-world.js';

const idOf = (n: number): string => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [PARTNER, SOURCE, PLATFORM, SUBSCRIPTION, REFERRAL] = [idOf(1), idOf(2), idOf(3), idOf(4), idOf(70)];
const GREEN = greenOf(SOURCE);
const RED: Marking = { ...GREEN, tlp: 'RED' };
const NUMBER = { kind: 'phone-number', key: '+447700900123' } as const;
const SUBJECT = { kind: 'account', key: 'telegram:100012345' } as const;
const ENDS = { subject: SUBJECT, statements: [{ index: 0, relation: 'USES_NUMBER' as const, object: NUMBER }] };
const BEGINNING = Date.parse('2040-01-01T00:00:00Z');
const A_MINUTE = 60_000;

interface Step {
  stream: string;
  body: EventBody;
  marking?: Marking;
  hidden?: true;
}

const made = bodyOf('assertion.made', {
  subject: SUBJECT,
  statements: [{ relation: 'USES_NUMBER', object: NUMBER, confidence: 80 }],
});
const assertion = (n: number, body: EventBody, marking = GREEN): Step => ({
  stream: `assertion-${idOf(n)}`,
  body,
  marking,
});
const hidden = (step: Step): Step => ({ ...step, hidden: true });
const referral = (body: EventBody): Step => ({ stream: `referral-${REFERRAL}`, body });

const STEPS: readonly Step[] = [
  hidden(assertion(20, made, RED)),
  assertion(21, made),
  hidden(
    referral(bodyOf('referral.held', { referral: REFERRAL, until: '2026-03-02T00:00:00.000Z', contact: 'The desk' })),
  ),
  hidden(referral(bodyOf('referral.cleared', { referral: REFERRAL, by: 'hold-expired' }))),
  referral(
    bodyOf('referral.submitted', {
      referral: REFERRAL,
      platform: PLATFORM,
      instrument: 'voluntary',
      theme: 'boat-crossing',
      receivedAt: '2026-03-01T00:00:00.000Z',
      items: [{ kind: 'post', location: { kind: 'item', key: 'https://lumen.example/v/1' } }],
    }),
  ),
  hidden(assertion(20, bodyOf('assertion.withdrawn', { ...ENDS, reason: 'A secret.' }), RED)),
  assertion(22, made),
  hidden(assertion(23, made, { ...GREEN, compartment: 'tern' })),
  assertion(21, bodyOf('assertion.regraded', { ...ENDS, reason: 'Conditions.' }), { ...GREEN, handling: ['C'] }),
  hidden(
    referral(
      bodyOf('deadline.breached', {
        referral: REFERRAL,
        item: 0,
        instrument: 'voluntary',
        dueAt: '2026-03-01T00:00:00.000Z',
      }),
    ),
  ),
  assertion(22, bodyOf('assertion.withdrawn', { ...ENDS, reason: 'The source lied.' })),
  referral(bodyOf('referral.closed', { referral: REFERRAL, reason: 'Done.' })),
];

function said<Type extends EventType>(n: number, said: Omit<Said<Type>, 'id'>): Said {
  return { ...said, id: idOf(n) } as unknown as Said;
}

/** After every second step that it may know of, the partner takes what it has. */
export function hiddenInStreams(): History {
  const registered = [PARTNER, SOURCE, PLATFORM].map((organisation, n) =>
    said(n + 80, {
      ...organisationEvent(organisation),
      type: 'organisation.registered',
      data: { organisation, name: 'One', kind: organisation === PLATFORM ? 'platform' : 'agency', groups: [] },
    }),
  );
  const subscribed = said(90, {
    ...subscriptionEvent(SUBSCRIPTION, PARTNER),
    type: 'subscription.made',
    data: { subscription: SUBSCRIPTION, organisation: PARTNER, name: 'All', filter: {}, channel: { kind: 'pull' } },
  });
  const history: History = {
    organisation: PARTNER,
    visible: [...registered, subscribed].map((each, n) => ({ at: BEGINNING + n, said: each })),
    hidden: [],
  };
  for (const [n, { stream, body, marking = GREEN, hidden: isHidden }] of STEPS.entries()) {
    const at = BEGINNING + (n + 1) * A_MINUTE;
    const { type, data } = body as unknown as { type: EventType; data: never };
    const happening = { at, said: said(n + 100, { stream, source: SOURCE, type, data, marking }) };
    history[isHidden === true ? 'hidden' : 'visible'].push(happening);
    if (isHidden !== true && n % 2 === 0) history.visible.push({ at: at + 1, deliver: true });
  }
  return history;
}
