import { bodyOf, encodeEvent, type EntityRef, type EventBody } from '#events';
import { addEvent, eventOf, uuidOf, type Terms } from './histories.js';
import type { SimulatedLog } from './simulated-log.js';

/** Small histories that a spec tells event by event. */
const account = (n: number): EntityRef => ({ kind: 'account', key: `telegram/${n}` });
const number = (n: number): EntityRef => ({ kind: 'phone-number', key: `+44770090${n.toString().padStart(4, '0')}` });

export const streamOf = (n: number): string => `assertion-${uuidOf(1, n)}`;

/** Account n uses number n, and number 0 besides: all streams meet there. */
export const uses = (n: number): EventBody =>
  bodyOf('assertion.made', {
    subject: account(n),
    statements: [
      { relation: 'USES_NUMBER', object: number(n) },
      { relation: 'USES_NUMBER', object: number(0), from: '2026-03' },
    ],
  });

/** The first of these statements no longer stands. */
export const usesNoLonger = (n: number): EventBody =>
  bodyOf('assertion.withdrawn', {
    subject: account(n),
    statements: [{ index: 0, relation: 'USES_NUMBER', object: number(n) }],
    reason: 'the source was wrong',
  });

/** Both statements are for others from now on, and may be graded anew. */
export const regraded = (n: number): EventBody =>
  bodyOf('assertion.regraded', {
    subject: account(n),
    statements: [
      { index: 0, relation: 'USES_NUMBER', object: number(n) },
      { index: 1, relation: 'USES_NUMBER', object: number(0) },
    ],
    reason: 'assessed anew',
  });

export const UNREADABLE = undefined;

/** Adds the next event of stream n and returns its position. */
export function tell(log: SimulatedLog, n: number, body: EventBody | undefined, terms?: Terms): number {
  const stream = streamOf(n);
  const streamVersion = 1 + log.rows.filter((row) => row.stream === stream).length;
  addEvent(log, { topic: 'network.events', stream, streamVersion, body, ...(terms !== undefined && { terms }) });
  return log.rows.length;
}

export function decideReplay(log: SimulatedLog, n: number): void {
  decide(log, n, bodyOf('parked.replayed', { stream: streamOf(n), reason: 'the cause was mended' }));
}

export function decideDiscard(log: SimulatedLog, n: number, ...streamVersions: number[]): void {
  decide(log, n, bodyOf('parked.discarded', { stream: streamOf(n), streamVersions, reason: 'sent by mistake' }));
}

function decide(log: SimulatedLog, n: number, body: EventBody): void {
  const stream = `parking-${uuidOf(2, n)}`;
  const streamVersion = 1 + log.rows.filter((row) => row.stream === stream).length;
  addEvent(log, { topic: 'organisation.events', stream, streamVersion, body });
}

/** The cause is mended: the event at this position can be read from now on, where it is read from the log. */
export function mend(log: SimulatedLog, position: number, body: EventBody): void {
  const row = log.rows[position - 1];
  if (row === undefined) throw new Error(`there is no position ${position}`);
  row.body = encodeEvent(eventOf(row, body));
}
