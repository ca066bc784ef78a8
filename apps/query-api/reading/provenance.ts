import type { EventLog } from '#event-log';
import { lookUpShown, printMarking, recordAnswer, type KnownStatement } from '#access';
import { canonicalMarking, type Marking } from '#events';
import type { Recorded, ShownMarking, Sources } from './statement-view.js';

/**
 * What the graph does not hold because it would make every relationship wider: which assertion, recorded when, and the name
 * of the organisation. Read anew for each answer: an organisation renamed or registered a moment ago is named rightly. In the
 * same statement the answer is recorded in the audit: no row, no sources, no answer.
 */

const NAMES = 'SELECT organisation, name FROM organisations';

/** Of each statement as it is in force now, which is what decides who may see it. A look-up for each, as in the audit's statement. */
const MARKINGS = `
  SELECT asked.position, m.marking
  FROM unnest($1::bigint[]) AS asked (position),
    LATERAL (SELECT l.seq FROM log_positions l WHERE l.position = asked.position OFFSET 0) AS placed,
    LATERAL (SELECT e.stream, e.audience FROM events e WHERE e.seq = placed.seq OFFSET 0) AS said,
    LATERAL (
      SELECT coalesce((SELECT f.audience FROM markings_in_force f WHERE f.stream = said.stream), said.audience) AS audience OFFSET 0
    ) AS known
    JOIN markings m ON m.audience = known.audience`;

/** The organisation is known from its statements only; its registration was never recorded here. */
const UNNAMED = 'an organisation without a name here';

/** So many are worth a round trip of their own. */
const WORTH_ASKING = 1_000;

/** Looks up where statements come from while their question is still being drawn, so that a long answer does not wait for it at the end. */
export class SourcesAhead {
  private readonly positions = new Set<number>();
  private waiting: number[] = [];
  private readonly asked: Promise<KnownStatement[]>[] = [];

  constructor(private readonly log: Pick<EventLog, 'query'>) {}

  /** Log positions of statements that the answer will show, unless the question is refused. */
  found(positions: Iterable<number>): void {
    for (const position of positions) {
      if (this.positions.has(position)) continue;
      this.positions.add(position);
      this.waiting.push(position);
    }
    if (this.waiting.length < WORTH_ASKING) return;
    const rows = lookUpShown(this.log, this.waiting);
    rows.catch(() => undefined); // told to whoever waits for them
    this.asked.push(rows);
    this.waiting = [];
  }

  async rows(): Promise<KnownStatement[]> {
    return (await Promise.all(this.asked)).flat();
  }
}

export async function sourcesOf(
  log: Pick<EventLog, 'query'>,
  answer: Parameters<typeof recordAnswer>[1],
  positions: readonly number[],
  { withMarkings = false, ahead }: { withMarkings?: boolean | undefined; ahead?: SourcesAhead } = {},
): Promise<Sources> {
  if (positions.length === 0) {
    await recordAnswer(log, answer, []);
    return { recorded: notInTheLog, organisation: () => UNNAMED };
  }
  const known = await ahead?.rows();
  const [rows, organisations, marked] = await Promise.all([
    recordAnswer(log, answer, positions, known),
    log.query<{ organisation: string; name: string }>(NAMES, []),
    withMarkings ? log.query<{ position: number; marking: Marking }>(MARKINGS, [[...new Set(positions)]]) : undefined,
  ]);
  const recorded = new Map<number, Recorded>(
    rows.map(({ position, givenAt, stream }) => [
      position,
      { assertion: stream.slice(stream.indexOf('-') + 1), at: `${givenAt.slice(0, 19)}Z` },
    ]),
  );
  const names = new Map(organisations.map(({ organisation, name }) => [shortOrganisation(organisation), name]));
  return {
    recorded: (position) => recorded.get(position) ?? notInTheLog(),
    organisation: (short) => names.get(short) ?? UNNAMED,
    ...(marked === undefined ? {} : { marking: markingsFrom(marked) }),
  };
}

/** The same marking is the same object, of however many statements: a file counts them by that. */
function markingsFrom(rows: readonly { position: number; marking: Marking }[]): (position: number) => ShownMarking {
  const known = new Map<string, ShownMarking>();
  const markings = new Map<number, ShownMarking>();
  for (const { position, marking } of rows) {
    const key = canonicalMarking(marking);
    const shown = known.get(key) ?? { marking, shown: printMarking(marking) };
    known.set(key, shown);
    markings.set(Number(position), shown);
  }
  return (position) => markings.get(position) ?? notInTheLog();
}

/** The graph can only hold what the log has; a position that is missing there means another log or a defect. */
function notInTheLog(): never {
  throw new Error('the graph holds a statement of a position that the log does not have');
}

/** Low 32 bits of the organisation's UUID, as statements carry it. */
export function shortOrganisation(organisation: string): number {
  return Number.parseInt(organisation.slice(-8), 16);
}
