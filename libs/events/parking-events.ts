/**
 * Decisions about events that a projection could not take (DESIGN 1, "Poison and outage"). They are events, so that a
 * rebuild makes the same graph, and the projector carries them out in stream order between two batches.
 */

export interface ParkedReplayed {
  /** Stream that is projected again from its first event. */
  stream: string;
  reason: string;
}

export interface ParkedDiscarded {
  stream: string;
  /** Versions of the stream that shall have no effect on the graph, now and in every rebuild. */
  streamVersions: number[];
  reason: string;
}

export type ParkingEvent =
  | { type: 'parked.replayed'; version: 1; data: ParkedReplayed }
  | { type: 'parked.discarded'; version: 1; data: ParkedDiscarded };
