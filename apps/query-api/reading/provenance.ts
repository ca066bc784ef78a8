import type { EventLog } from '#event-log';
import { recordAnswer } from '#access';
import { toTheSecond } from '../terms/times.js';
import type { Recorded, Sources } from './statement-view.js';

/**
 * What the graph does not hold because it would make every relationship wider: which assertion, recorded when, and the name
 * of the organisation. Read anew for each answer: an organisation renamed or registered a moment ago is named rightly. In the
 * same statement the answer is recorded in the audit: no row, no sources, no answer.
 */

const NAMES = 'SELECT organisation, name FROM organisations';

/** The organisation is known from its statements only; its registration was never recorded here. */
const UNNAMED = 'an organisation without a name here';

export async function sourcesOf(
  log: Pick<EventLog, 'query'>,
  answer: Parameters<typeof recordAnswer>[1],
  positions: readonly number[],
): Promise<Sources> {
  if (positions.length === 0) {
    await recordAnswer(log, answer, []);
    return { recorded: notInTheLog, organisation: () => UNNAMED };
  }
  const [rows, organisations] = await Promise.all([
    recordAnswer(log, answer, positions),
    log.query<{ organisation: string; name: string }>(NAMES, []),
  ]);
  const recorded = new Map<number, Recorded>(
    rows.map(({ position, givenAt, stream }) => [
      position,
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
