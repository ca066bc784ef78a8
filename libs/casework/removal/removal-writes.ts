import type { StreamWrite } from '#event-log';
import type { EventDraft } from '#events';
import { evolve } from './evolve.js';
import { NO_REMOVAL, removalStream, type RemovalHistory, type RemovalState } from './state.js';

/** Removals under decision: what is decided first counts for what is decided next, and all of it is one append. */
export class RemovalWrites {
  private readonly appended = new Map<string, StreamWrite & { events: EventDraft[] }>();

  constructor(private readonly states: Map<string, RemovalState>) {}

  stateOf(removal: string): RemovalState {
    return this.states.get(removal) ?? NO_REMOVAL;
  }

  append(removal: string, source: string, event: EventDraft): void {
    const before = this.stateOf(removal);
    const version = before.status === 'absent' ? 0 : before.version;
    const write = this.appended.get(removal) ?? {
      stream: removalStream(removal),
      expectedVersion: version,
      source,
      events: [],
    };
    write.events.push(event);
    this.appended.set(removal, write);
    const recorded = { ...event, streamVersion: version + 1, recordedTime: event.time.at } as RemovalHistory;
    this.states.set(removal, evolve(before, recorded));
  }

  writes(): StreamWrite[] {
    return [...this.appended.values()];
  }
}
