/** A line that grows in place on a terminal, and now and then a line elsewhere. */
export function progressLine(what: string): { show: (done: number, of: number) => void; end: () => void } {
  const EVERY_MS = process.stderr.isTTY ? 200 : 5_000;
  const began = Date.now();
  let shown = began;
  return {
    show: (done, of) => {
      const now = Date.now();
      if (now - shown < EVERY_MS && done < of) return;
      shown = now;
      const rate = Math.round((done * 1_000) / Math.max(1, now - began));
      const line = `${what}: ${done} of ${of} (${rate}/s)`;
      process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
    },
    end: () => void (process.stderr.isTTY && process.stderr.write('\n')),
  };
}
