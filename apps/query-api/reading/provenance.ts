import type { EventLog } from '#event-log';
import { toTheSecond } from '../terms/times.js';
import type { Recorded, Sources } from './statement-view.js';

/**
 * What the graph does not hold because it would make every relationship wider: which assertion, recorded when, and the name
 * of the organisation. Read anew for each answer: an organisation renamed or registered a moment ago is named rightly.
 */

const RECORDED = `
  SELECT p.position, p.given_at, e.stream
  FROM log_positions p
  JOIN LATERAL (SELECT v.stream FROM events v WHERE v.seq = p.seq OFFSET 0) e ON true
  WHERE p.position = ANY ($1::bigint[])`;
const NAMES = 'SELECT organisation, name FROM organisations';

/** The organisation is known from its statements only; its registration was never recorded here. */
const UNNAMED = 'an organisation without a name here';

export async function sourcesOf(log: Pick<EventLog, 'query'>, positions: readonly number[]): Promise<Sources> {
  if (positions.length === 0) return { recorded: notInTheLog, organisation: () => UNNAMED };
  const [rows, organisations] = await Promise.all([
    log.query<{ position: number; given_at: string; stream: string }>(RECORDED, [[...new Set(positions)]]),
    log.query<{ organisation: string; name: string }>(NAMES, []),
  ]);
  const recorded = new Map<number, Recorded>(
    rows.map(({ position, given_at: givenAt, stream }) => [
      Number(position),
      { assertion: stream.slice(stream.indexOf('-') + 1), at: toTheSecond(new Date(givenAt)) },
    ]),
  );
  const names = new Map(organisations.map(({ organisation, name }) => [shortOrganisation(organisation), name]));
  return {
    recorded: (position) => recorded.get(position) ?? notInTheLog(),
    organisation: (short) => names.get(short) ?? UNNAMED,
  };
}

/** The graph can only hold what the log has; a position that is missing there means another log or a defect. */
function notInTheLog(): never {
  throw new Error('the graph holds a statement of a position that the log does not have');
}

/** Low 32 bits of the organisation's UUID, as statements carry it. */
export function shortOrganisation(organisation: string): number {
  return Number.parseInt(organisation.slice(-8), 16);
}
