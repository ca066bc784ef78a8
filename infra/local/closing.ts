/**
 * What this process has started ends with it: on Ctrl-C and on SIGTERM in order, newest first, and on any other exit
 * at once. Only kill -9 leaves something behind; the next start finds it (servers.ts).
 */
export interface Closable {
  close(): Promise<void>;
  /** The most that can be done without waiting: the process is on its way out. */
  closeNow(): void;
}

const open: Closable[] = [];
const EXIT_CODE_OF_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
let watching = false;
let closing = false;

async function closeAll(): Promise<void> {
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    try {
      await last.close();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      last.closeNow();
    }
    forget(last);
  }
}

function watch(): void {
  if (watching) return;
  watching = true;
  for (const [signal, code] of Object.entries(EXIT_CODE_OF_SIGNALS)) {
    process.on(signal, () => {
      if (closing) process.exit(code); // asked twice: no more patience, closeNow does the rest
      closing = true;
      void closeAll().then(() => process.exit(code));
    });
  }
  process.on('exit', () => {
    for (const closable of open.toReversed()) closable.closeNow();
  });
}

function forget(closable: Closable): void {
  const at = open.indexOf(closable);
  if (at >= 0) open.splice(at, 1);
}

/** Closes it when the process ends. Call the returned function once it was closed in another way. */
export function closeWithProcess(closable: Closable): () => void {
  watch();
  open.push(closable);
  return () => forget(closable);
}
