import type { Desk } from './desk.js';
import type { Header } from './log-reading.js';

/** Why an event is parked that is itself in order. */
export const BEHIND = 'behind: an earlier event of its stream is parked';

/** Parks an event, and with it whatever comes of its stream: told out of order it would say something else. */
export async function park({ turn, state }: Desk, header: Header, reason: string): Promise<void> {
  const { position, stream, streamVersion, type } = header;
  state.parked.set(stream, (state.parked.get(stream) ?? new Set()).add(streamVersion));
  await turn.write.query(
    `INSERT INTO feed_parked (position, stream, stream_version, type, reason) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (position) DO UPDATE SET reason = excluded.reason`,
    [position, stream, streamVersion, type, reason.slice(0, MAX_REASON)],
  );
}

const MAX_REASON = 1_000;

const RELEASED = `
  SELECT f.position, (extract(epoch FROM p.given_at) * 1000000)::bigint AS "givenAt", e.id, e.stream,
    e.stream_version AS "streamVersion", e.type, e.audience,
    e.type = 'assertion.made' AND position('breakwater:network/' IN e.body) > 0 AS "namesNetwork"
  FROM feed_parked f JOIN log_positions p ON p.position = f.position JOIN events e ON e.seq = p.seq
  WHERE f.stream = $1 ORDER BY f.position`;

/** What is parked of a stream, in order. */
export function parkedOf({ turn }: Pick<Desk, 'turn'>, stream: string): Promise<Header[]> {
  return turn.write.query<Header>(RELEASED, [stream]);
}

export async function unpark({ turn, state }: Desk, { stream, streamVersion, position }: Header): Promise<void> {
  const versions = state.parked.get(stream);
  versions?.delete(streamVersion);
  if (versions?.size === 0) state.parked.delete(stream);
  await turn.write.query('DELETE FROM feed_parked WHERE position = $1', [position]);
}
