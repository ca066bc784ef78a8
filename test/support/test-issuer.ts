import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIssuer, type LocalIssuer } from '../../infra/local/issuer/index.js';

/** An issuer of a spec's own, whose folder goes with it. */
export async function startTestIssuer(): Promise<LocalIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-issuer-'));
  const issuer = await startIssuer({ dataDir: folder });
  const stop = async (): Promise<void> => {
    await issuer.stop();
    await rm(folder, { recursive: true });
  };
  return { ...issuer, stop };
}
