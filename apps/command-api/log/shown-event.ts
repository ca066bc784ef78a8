import type { Decoded } from '#events';

/** An event as people read it, or why it cannot be read. */
export type ShownEvent = { id: string; stream: string; type: string } & (
  { fault: string } | { version: number; recordedTime: string; [field: string]: unknown }
);

/** Without its version in the stream: a hole in the numbers would tell of an event that the reader may not know of. */
export function shownEvent(row: { id: string; stream: string; type: string }, decoded: Decoded): ShownEvent {
  const { id, stream, type } = row;
  if ('fault' in decoded) return { id, stream, type, fault: decoded.fault };
  const { streamVersion: _, body, ...envelope } = decoded.event;
  return { ...envelope, id, stream, type, version: body.version, data: body.data };
}
