import fc from 'fast-check';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';
import { startTestIssuer } from '../support/test-issuer.js';
import { histories, type Act } from './feed-acts.js';
import { FeedWorld } from './feed-world.js';

/** With BREAKWATER_PROOF=full 500 histories; otherwise a sample. BREAKWATER_HISTORIES names another number. */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 500 : 3));
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 2026);
/** As a failure names it: only that history. */
const PATH = process.env['BREAKWATER_PATH'];
const RUN_MS = 20_000;

let issuer: LocalIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer?.stop());

describe('any history of what is said, regraded and withdrawn, of rights, filters, deliveries and kills', () => {
  it(
    'leaves each subscriber with exactly what the rules say: slots, their order and times, and recalls to whoever holds it',
    async () => {
      const total: Partial<FeedWorld['counts']> = {};
      await fc.assert(
        fc.asyncProperty(histories, async (history: Act[]) => {
          const world = await FeedWorld.open('feeds-model', issuer);
          try {
            expect(await world.play(history)).toEqual([]);
            for (const [key, count] of Object.entries(world.counts) as [keyof FeedWorld['counts'], number][])
              total[key] = (total[key] ?? 0) + count;
          } finally {
            await world.close();
          }
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true, ...(PATH !== undefined && { path: PATH }) },
      );
      process.stdout.write(`${RUNS} histories of feeds, seed ${SEED}: ${JSON.stringify(total)}\n`);
      // Histories in which nothing happens would prove nothing; some things are too rare for a sample.
      const { slots = 0, taken = 0, notices = 0, ...others } = total;
      expect(Math.min(slots, taken)).toBeGreaterThan(RUNS * 10);
      expect(notices).toBeGreaterThan(RUNS);
      const { kills, troubles, withheld, recalled } = others;
      expect(Object.values(FULL ? others : { kills, troubles, withheld, recalled })).not.toContain(0);
    },
    RUNS * RUN_MS + 60_000,
  );
});
