/** Subscribers that take their feeds by one channel each, over real HTTP, and lose the connection where a history says. */
import { call } from '../../support/http.js';

/** By what a subscriber takes its feed. */
export const CHANNELS = ['pull', 'sse', 'webhook', 'taxii', 'snapshot', 'thin-webhook'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** The connection breaks off after so many answers, frames or posts; what was under way is lost. */
export interface Trouble {
  after: number;
  /** Whether the rest is asked for at once, or left to the next time. */
  then: 'goes on' | 'leaves';
}

/** How far a feed goes, and how much is asked for at a time. */
export interface Reading {
  head: number;
  limit: number;
  trouble?: Trouble | undefined;
}

/** Where a subscription's deliveries are, and who takes them. */
export interface Door {
  address: string;
  token: string;
  subscription: string;
}

/** Somebody takes what there is of one feed, up to its head or until the connection breaks. */
export interface Reader {
  /** Names of channels that its deliveries may stand under in the ledger. */
  readonly channels: readonly string[];
  read(reading: Reading): Promise<void>;
}

export class Refused extends Error {}

/** @throws {@link Refused} */
export async function get<Body>({ address, token, subscription }: Door, path: string): Promise<Body> {
  const { status, body, text } = await call<Body>(address, `GET /v1/feeds/${subscription}/${path}`, { token });
  if (status !== 200) throw new Refused(`${path} was answered with ${status}: ${text}`);
  return body;
}
