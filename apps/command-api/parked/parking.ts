import { v5 } from 'uuid';
import { actDraft, bodyOf, ownMarking, type EventDraft, Refusal, refusedFor, type Fault } from '#events';
import { actorOf, type Viewer } from '#access';
import { OPERATORS } from '../organisations/organisation.js';

/**
 * Decisions about events that the graph could not take (DESIGN 1). They are events of a stream of their own, because the
 * parked stream may hold what nobody can read; the projector carries them out between two batches.
 */
export interface ParkedStream {
  stream: string;
  /** Version of its last event; 0 when there is no such stream. */
  version: number;
  /** Organisation that owns it; undefined where that cannot be read. */
  originator?: string;
  /** Versions that gave the stream another marking or grading. */
  regrades: ReadonlySet<number>;
  /** Versions that have been discarded before. */
  discarded: ReadonlySet<number>;
}

export type ParkingDecision =
  | { type: 'replay'; reason: string; purpose: string }
  | { type: 'discard'; streamVersions: readonly number[]; reason: string; purpose: string };

export interface DecisionContext {
  viewer: Viewer;
  id: string;
  now: Date;
}

/** @throws {@link Refusal} */
export function decideParked(parked: ParkedStream, decision: ParkingDecision, context: DecisionContext): EventDraft {
  const { viewer, id, now } = context;
  const { stream } = parked;
  // Operators mend an installation, and see no more intelligence for that.
  const mine = parked.originator === viewer.organisation || viewer.groups.includes(OPERATORS);
  if (parked.version === 0 || !mine) throw new Refusal('NotFound', 'stream.unknown', 'There is no such stream.');
  const body =
    decision.type === 'replay'
      ? bodyOf('parked.replayed', { stream, reason: decision.reason })
      : bodyOf('parked.discarded', {
          stream,
          streamVersions: discardable(parked, decision.streamVersions),
          reason: decision.reason,
        });
  const { purpose } = decision;
  const actor = actorOf(viewer, 'administrator');
  return actDraft({ id, now, purpose, actor }, body, ownMarking(viewer.organisation, { tlp: 'AMBER+STRICT' }));
}

function discardable({ version, discarded, regrades }: ParkedStream, wanted: readonly number[]): number[] {
  const versions = [...new Set(wanted)].sort((a, b) => a - b);
  const faults: Fault[] = wanted.flatMap((each, index) =>
    each > version
      ? [
          {
            pointer: `/streamVersions/${index}`,
            code: 'parked.no-such-version',
            detail: `the stream ends at version ${version}`,
          },
        ]
      : // Access is decided by the marking in force: without its regrade the graph would show the old one for ever.
        regrades.has(each)
        ? [
            {
              pointer: `/streamVersions/${index}`,
              code: 'parked.regrade-stands',
              detail: 'is a regrade, which decides who may see; it can be mended and replayed, and never discarded',
            },
          ]
        : [],
  );
  const [first, ...others] = faults;
  if (first !== undefined) throw refusedFor('The decision cannot be taken', [first, ...others]);
  if (versions.every((each) => discarded.has(each)))
    throw new Refusal('RuleRefused', 'parked.discarded-already', 'All of these events have been discarded already.');
  return versions;
}

const PARKING_STREAMS = '5f2c3c1e-8d0b-4c53-9f0a-6d9b1e0c7a11';

/** The stream of the decisions about a stream: always the same one, so that two decisions at once are seen to conflict. */
export function parkingStreamOf(stream: string): string {
  return `parking-${v5(stream, PARKING_STREAMS)}`;
}
