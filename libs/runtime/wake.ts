/** Lets a loop sleep until there is something to do, its time is over, or it shall end. */
export class Wake {
  private rung = false;
  private end: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.end?.();
  }

  /** Resolves at the next ring (or at once when it rang since the last sleep), after the time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.end = undefined;
        this.rung = false;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.end = wake;
      signal.addEventListener('abort', wake, { once: true });
      if (this.rung || signal.aborted) wake();
    });
  }
}

/** Sleeps, but no longer than until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Wake().sleep(ms, signal);
}
