import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EVENT_LOG, type Viewer } from '#access';
import type { EventLog, LogReads } from '#event-log';
import type { KnownEvent } from '#events';
import { newId } from '#runtime';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { once, type Answered, type Decided } from '../idempotency/once.js';
import { decideParked, parkingStreamOf, type ParkedStream, type ParkingDecision } from './parking.js';

export class DecideParked extends Command<Answered> {
  constructor(
    readonly viewer: Viewer,
    readonly call: IdempotentCall,
    readonly stream: string,
    readonly decision: ParkingDecision,
  ) {
    super();
  }
}

@CommandHandler(DecideParked)
export class DecideParkedHandler implements ICommandHandler<DecideParked> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  execute(command: DecideParked): Promise<Answered> {
    const { viewer, call, decision } = command;
    return once(this.log, { viewer, call, purpose: decision.purpose }, (read) => this.decided(read, command));
  }

  private async decided(read: LogReads, { viewer, stream, decision }: DecideParked): Promise<Decided> {
    const decisions = parkingStreamOf(stream);
    const [parked, history] = await Promise.all([parkedStream(read, stream), read.readStreams([decisions])]);
    const earlier = history.get(decisions) ?? [];
    const draft = decideParked({ ...parked, discarded: discardedIn(earlier) }, decision, {
      viewer,
      id: newId(),
      now: new Date(),
    });
    return {
      append: [{ stream: decisions, expectedVersion: earlier.length, source: viewer.organisation, events: [draft] }],
      answer: () => ({ status: 201, body: { id: draft.id, stream: decisions, version: earlier.length + 1 } }),
      audit: [
        {
          act: 'alteration',
          viewer,
          purpose: decision.purpose,
          ids: [stream, draft.id],
          reason: `parked.${decision.type}`,
        },
      ],
    };
  }
}

/** By its rows and never by its events: a parked stream may hold what cannot be read. */
async function parkedStream(read: LogReads, stream: string): Promise<Omit<ParkedStream, 'discarded'>> {
  const [row] = await read.query<{ version: number | null; originator: string | null; regrades: number[] | null }>(
    `SELECT max(e.stream_version)::int AS version, min(m.marking ->> 'originator') AS originator,
            array_agg(e.stream_version) FILTER (WHERE e.type = 'assertion.regraded') AS regrades
       FROM events e LEFT JOIN markings m USING (audience) WHERE e.stream = $1`,
    [stream],
  );
  const originator = row?.originator ?? undefined;
  const regrades = new Set(row?.regrades ?? []);
  return { stream, version: row?.version ?? 0, regrades, ...(originator === undefined ? {} : { originator }) };
}

function discardedIn(decisions: readonly KnownEvent[]): Set<number> {
  return new Set(decisions.flatMap(({ body }) => (body.type === 'parked.discarded' ? body.data.streamVersions : [])));
}
