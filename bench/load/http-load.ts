/** Many requests at a fixed number in flight, sent by a process of its own, whose processor time is then counted apart. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HttpRequest } from './http-connection.js';

export interface LoadJob {
  port: number;
  inFlight: number;
  requests: HttpRequest[];
  /** Status that every answer must have: a fast refusal must not count as speed. */
  expectedStatus: number;
}

export interface LoadResult {
  seconds: number;
  latenciesMs: number[];
  /** Of the last answer. */
  lastBody: string;
  /** The first answer of each other status. */
  unexpected: { status: number; count: number; example: string }[];
}

export type LoadMessage = { ready: true } | { result: LoadResult } | { failed: string };

export class HttpLoad {
  private constructor(private readonly child: ChildProcess) {}

  static start(): HttpLoad {
    return new HttpLoad(
      fork(join(import.meta.dirname, 'http-load-process.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Hands the requests over, untimed. The returned function sends them. */
  async prepare(job: LoadJob): Promise<() => Promise<LoadResult>> {
    this.child.send(job);
    await this.answer('ready');
    return async () => {
      this.child.send('go');
      const answer = await this.answer('result');
      const [wrong] = answer.result.unexpected;
      if (wrong !== undefined)
        throw new Error(
          `${wrong.count} of ${job.requests.length} requests were answered with ${wrong.status} in place of ${job.expectedStatus}; the first said: ${wrong.example}`,
        );
      return answer.result;
    };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private async answer<Kind extends 'ready' | 'result'>(
    kind: Kind,
  ): Promise<Extract<LoadMessage, Record<Kind, unknown>>> {
    const ended = new AbortController();
    const exited = once(this.child, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('The process that sends the load has ended.');
    });
    exited.catch(() => undefined);
    try {
      const [message] = (await Promise.race([once(this.child, 'message'), exited])) as [LoadMessage];
      if ('failed' in message) throw new Error(`The load could not be sent: ${message.failed}`);
      if (!(kind in message)) throw new Error(`The process that sends the load did not say "${kind}".`);
      return message as Extract<LoadMessage, Record<Kind, unknown>>;
    } finally {
      ended.abort();
    }
  }
}
