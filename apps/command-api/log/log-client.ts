import type { Door, ProblemDocument } from '#runtime';
import type { ShownEvent } from './shown-event.js';

export interface LogAnswer {
  events: ShownEvent[];
  truncated: boolean;
}

/** The command interface refused, in its own words. */
export class LogCallRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'LogCallRefused';
  }
}

/** Longer than the statement limit of the server, so that its answer arrives before we give up. */
const ANSWER_WITHIN_MS = 40_000;

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

  private async get<Body>(path: string): Promise<Body> {
    const headers = { authorization: `Bearer ${await this.caller.token()}`, 'breakwater-purpose': this.purpose };
    const url = new URL(path, this.caller.url);
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(
      (error: Error) => {
        throw new LogCallRefused('log.no-answer', `${url.origin} does not answer: ${error.message}`);
      },
    );
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return body as Body;
    const problem = (body ?? {}) as Partial<ProblemDocument>;
    const faults = (problem.faults ?? []).map(({ pointer, detail }) => `\n  ${pointer} ${detail}`).join('');
    throw new LogCallRefused(
      problem.code ?? `http.${answer.status}`,
      `${problem.detail ?? answer.statusText} (${answer.status}, request ${problem.requestId ?? 'unknown'})${faults}`,
    );
  }
}

function query({ after, limit }: { after?: string; limit: number }): string {
  return new URLSearchParams({ limit: String(limit), ...(after === undefined ? {} : { after }) }).toString();
}
