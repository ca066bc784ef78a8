/** The start of a Jest run: uses the set that is kept up, or opens an own control, which starts a server when a spec asks. */
import { closeWithProcess } from '../closing.js';
import { TestControl } from './control.js';
import { CONTROL_TOKEN, CONTROL_URL, RUN, askControl, keptServers, newRun, type KeptServers } from './run.js';

function announce(control: { url: string; token: string }, run: string): void {
  process.env[CONTROL_URL] = control.url;
  process.env[CONTROL_TOKEN] = control.token;
  process.env[RUN] = run;
}

function useKept(kept: KeptServers): () => Promise<void> {
  const run = newRun();
  announce(kept, run);
  return async () => {
    await askControl(kept, '/run/end', { run });
  };
}

/** Tells the specs where to ask for servers; returns what ends the run. */
export async function beginRun(): Promise<() => Promise<void>> {
  const kept = keptServers();
  if (kept !== undefined) return useKept(kept);
  const control = new TestControl((line) => process.stderr.write(`${line}\n`));
  const unlist = closeWithProcess({ close: async () => await control.stop(), closeNow: () => undefined });
  announce(await control.start(), newRun());
  return async () => {
    unlist();
    await control.stop();
  };
}
