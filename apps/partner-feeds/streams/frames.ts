import { onTheWire, type Delivery } from '../deliveries/delivery.js';

/** What stands in a stream of server-sent events, as text (WHATWG HTML 9.2). Pure. JSON has no line breaks, so one line of data is enough. */

export const RETRY_MS = 3_000;

/** Why a stream ends. `retriable`: connecting again may succeed without any change. */
export interface Closing {
  code: string;
  detail: string;
  retriable: boolean;
}

export function opening(): string {
  return `retry: ${RETRY_MS}\n\n`;
}

/** Keeps proxies and readers from taking a quiet feed for a dead one. */
export const HEARTBEAT = ':\n\n';

export function deliveryFrame(delivery: Delivery): string {
  const name = 'withheld' in delivery ? 'withheld' : delivery.kind;
  return frame(name, onTheWire(delivery), delivery.cursor);
}

/** What stood has been sent; what follows is new. From here on the digest can be carried on. */
export function snapshotComplete(at: { sequence: number; digest: string; cursor: string }): string {
  return frame('snapshot-complete', at, at.cursor);
}

/** The last event of a stream. It has no id, so that whoever resumes does so behind the last delivery. */
export function closingFrame(closing: Closing): string {
  return frame('closing', closing);
}

function frame(event: string, data: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
