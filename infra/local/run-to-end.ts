/** A command that is waited for without stopping everything else: the servers are prepared side by side. */
import { spawn, type SpawnOptions } from 'node:child_process';

/** What it printed, on both channels in the order of arrival, and whether it ended well. Rejects when it cannot be started. */
export async function runToEnd(
  command: string,
  args: string[],
  options: Omit<SpawnOptions, 'stdio'> = {},
): Promise<{ ok: boolean; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const add = (chunk: Buffer) => (output += chunk.toString());
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
