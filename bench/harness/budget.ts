/** The time that one benchmark may take. Whoever runs out does fewer rounds and says so; nothing is cut silently. */
export class Budget {
  private readonly started: number;

  constructor(
    readonly seconds: number,
    private readonly now: () => number = () => performance.now(),
    readonly notes: string[] = [],
  ) {
    this.started = now();
  }

  usedSeconds(): number {
    return (this.now() - this.started) / 1000;
  }

  leftSeconds(): number {
    return this.seconds - this.usedSeconds();
  }

  /** Something that the reader of the figures must know; part of the report. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** The part of what is left now that one of several remaining pieces of work may take; its notes are ours. */
  share(ofRemaining: number, keepSeconds = 0): Budget {
    const seconds = Math.max(0, this.leftSeconds() - keepSeconds) / ofRemaining;
    return new Budget(seconds, this.now, this.notes);
  }
}
