import { InMemoryStore } from '../support/graph-projector/in-memory-store.js';
import { interleave } from '../support/graph-projector/interleaving.js';
import { seeded, writeHistory } from '../support/graph-projector/histories.js';
import { expectedDigest, idOf, play } from '../support/graph-projector/play.js';
import { SimulatedLog } from '../support/graph-projector/simulated-log.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';

describe('a projection', () => {
  it.each(Array.from({ length: FULL ? 500 : 60 }, (_, seed) => seed))(
    'makes the same graph whatever the order of partitions, repeats and losses (history %i)',
    async (seed) => {
      const draw = seeded(seed);
      const log = new SimulatedLog({ 'network.events': 1 + draw(6) });
      writeHistory(log, { seed, streams: 3 + draw(20), poison: draw(15), decisions: draw(30), referrals: draw(8) });
      const records = log.publish();
      const digests: string[] = [];
      for (let order = 0; order < 4; order++) {
        const graph = new InMemoryStore();
        const stores = { log, graph, idOf };
        const mishaps = { repeats: draw(10), losses: order === 0 ? 0 : draw(10) };
        for (let restarts = draw(3); restarts > 0; restarts--)
          await play(stores, {
            records: interleave(records, draw, mishaps),
            most: 1 + draw(10),
            stopAfter: 1 + draw(20),
          });
        await play(stores, { records: interleave(records, draw, mishaps), most: 1 + draw(10) });
        digests.push((await graph.digest()).hash);
        expect(digests.at(-1)).toBe(await expectedDigest(stores));
      }
      expect(new Set(digests).size).toBe(1);
    },
  );
});
