import { ExponentialBackoff, handleWhen, retry, type IPolicy } from 'cockatiel';

/** What the server says of one line. */
export interface BulkAnswer {
  reference: string | null;
  outcome: 'accepted' | 'duplicate-of' | 'refused';
  id?: string;
  code?: string;
  faults?: { pointer?: string; code?: string; detail?: string }[];
}

/**
 * Sends lines in one call and tells each answer as it comes: an answered line is committed, so that a call that breaks off is
 * repeated only for the lines without an answer. Throws {@link CallFailed}.
 */
export type BulkCall = (
  lines: readonly OutgoingLine[],
  onAnswer: (index: number, answer: BulkAnswer) => void,
) => Promise<void>;

export interface OutgoingLine {
  reference: string;
  /** One line of JSON. */
  json: string;
}

/** A call that was not answered whole. */
export class CallFailed extends Error {
  readonly kind = 'Unavailable';

  constructor(
    readonly code: string,
    message: string,
    readonly retriable: boolean,
  ) {
    super(message);
    this.name = 'CallFailed';
  }
}

export interface SendLimits {
  /** Two of the server's chunks of 500: one is committed while the next is read. */
  linesPerCall: number;
  charactersPerCall: number;
  /** One call is answered while the next is on its way; more would only queue in the server. */
  callsInFlight: number;
  /** How long an outage is waited for before the import stops, to be continued by another run. */
  patienceMs: number;
}

export const SEND_LIMITS: SendLimits = {
  linesPerCall: 1000,
  charactersPerCall: 1_500_000,
  callsInFlight: 2,
  patienceMs: 300_000,
};

type OnAnswer = (answer: BulkAnswer) => void;

/** Gathers lines into calls and keeps a few of them in flight; whoever offers a line waits while there is no room. */
export class BulkSender {
  readonly #flying = new Set<Promise<void>>();
  readonly #retry: IPolicy;
  #lines: OutgoingLine[] = [];
  #onAnswers: OnAnswer[] = [];
  #characters = 0;
  #failure: unknown;
  #lastSuccess: number;

  constructor(
    private readonly call: BulkCall,
    private readonly limits: SendLimits = SEND_LIMITS,
    private readonly now: () => number = Date.now,
  ) {
    this.#lastSuccess = now();
    this.#retry = retry(
      handleWhen(
        (error) => error instanceof CallFailed && error.retriable && this.now() - this.#lastSuccess < limits.patienceMs,
      ),
      { maxAttempts: Number.MAX_SAFE_INTEGER, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 5000 }) },
    );
  }

  /** Takes a line. Resolves when there is room for another; throws when the import cannot go on. */
  async offer(line: OutgoingLine, onAnswer: OnAnswer): Promise<void> {
    this.#stopIfFailed();
    const full =
      this.#lines.length >= this.limits.linesPerCall ||
      this.#characters + line.json.length > this.limits.charactersPerCall;
    if (full && this.#lines.length > 0) await this.#launch();
    this.#lines.push(line);
    this.#onAnswers.push(onAnswer);
    this.#characters += line.json.length + 1;
  }

  /** Sends what is left and waits until everything is answered. */
  async finish(): Promise<void> {
    if (this.#failure === undefined && this.#lines.length > 0) await this.#launch();
    await Promise.all(this.#flying);
    this.#stopIfFailed();
  }

  async #launch(): Promise<void> {
    while (this.#flying.size >= this.limits.callsInFlight) await Promise.race(this.#flying);
    this.#stopIfFailed();
    const flight = this.#deliver(this.#lines, this.#onAnswers).catch((error: unknown) => {
      this.#failure ??= error;
    });
    const landed = flight.finally(() => this.#flying.delete(landed));
    this.#flying.add(landed);
    this.#lines = [];
    this.#onAnswers = [];
    this.#characters = 0;
  }

  async #deliver(lines: OutgoingLine[], onAnswers: OnAnswer[]): Promise<void> {
    let open = lines.map((_, index) => index);
    await this.#retry.execute(async () => {
      const answered = new Set<number>();
      const asked = open;
      try {
        await this.call(
          asked.map((index) => lines[index] as OutgoingLine),
          (position, answer) => {
            const index = asked[position];
            if (index === undefined || answered.has(index))
              throw new CallFailed('bulk.unasked', 'The server answered a line that was not sent', false);
            answered.add(index);
            onAnswers[index]?.(answer);
          },
        );
      } finally {
        open = asked.filter((index) => !answered.has(index));
        if (answered.size > 0) this.#lastSuccess = this.now();
      }
      if (open.length > 0)
        throw new CallFailed('bulk.cut-off', `${open.length} lines of the call have no answer`, true);
    });
  }

  #stopIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
