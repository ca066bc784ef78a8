/** Where one server keeps what it has, and how it reports. */
export interface Place {
  /** Its own folder, as a real path: it stands in the command line, by which an orphan is recognised. */
  folder: string;
  logFile: string;
  /** Thrown away after the stop: nothing has to be flushed, and a stop is a kill. */
  ephemeral: boolean;
  /** A secret of this data folder, made at first use. */
  secret(name: string): string;
  /** A line for the person who waits. */
  say(line: string): void;
}
