import type { Door } from '#runtime';
import { callApi } from './call-api.js';
import type { ShownEvent } from './shown-event.js';

export interface LogAnswer {
  events: ShownEvent[];
  truncated: boolean;
}

/** Reads the log over HTTP, as an auditor would from anywhere. */
export class LogClient {
  constructor(
    private readonly caller: Door,
    private readonly purpose: string,
  ) {}

  stream(stream: string, page: { after?: string; limit: number }): Promise<LogAnswer> {
    return this.get<LogAnswer>(`/v1/log/streams/${encodeURIComponent(stream)}?${query(page)}`);
  }

  event(id: string): Promise<ShownEvent> {
    return this.get<ShownEvent>(`/v1/log/events/${encodeURIComponent(id)}`);
  }

  tail(page: { after?: string; limit: number }): Promise<LogAnswer> {
    return this.get<LogAnswer>(`/v1/log/tail?${query(page)}`);
  }

  private get<Body>(path: string): Promise<Body> {
    return callApi<Body>(this.caller, this.purpose, path);
  }
}

function query({ after, limit }: { after?: string; limit: number }): string {
  return new URLSearchParams({ limit: String(limit), ...(after === undefined ? {} : { after }) }).toString();
}
