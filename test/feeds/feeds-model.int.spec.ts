import fc from 'fast-check';
import { histories, type Act } from './feed-acts.js';
import { FeedWorld } from './feed-world.js';

/** With BREAKWATER_PROOF=full 500 histories; otherwise a sample. BREAKWATER_HISTORIES names another number. */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 500 : 4));
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 2026);
const RUN_MS = 10_000;

describe('any history of what is said, regraded and withdrawn, of rights, filters, deliveries and kills', () => {
  it(
    'leaves each subscriber with exactly what the rules say: slots, their order and times, and recalls to whoever holds it',
    async () => {
      const counts = { kills: 0, slots: 0, notices: 0, overtaken: 0 };
      await fc.assert(
        fc.asyncProperty(histories, async (history: Act[]) => {
          const world = await FeedWorld.open('feeds-model');
          try {
            expect(await world.play(history)).toEqual([]);
            for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += world.counts[key];
          } finally {
            await world.close();
          }
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      process.stdout.write(`${RUNS} histories of feeds: ${JSON.stringify(counts)}\n`);
      // Histories in which nothing happens would prove nothing.
      expect(counts.slots).toBeGreaterThan(RUNS * 10);
      expect(counts.notices).toBeGreaterThan(RUNS);
      expect(Math.min(counts.kills, counts.overtaken)).toBeGreaterThan(0);
    },
    RUNS * RUN_MS + 60_000,
  );
});
