import { maySee } from '#access';
import { Chance } from '../../bench/workload/chance.js';
import { anyCode } from './any-code.js';
import { anyViewer } from './cast.js';
import { compareWithWords } from './must-see.js';
import { compareWorlds } from './noninterference.js';
import { whoSeesTooMuch } from './what-rests-on-others.js';
import { wordsAllow } from './words-of-the-policy.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const PAIRS = FULL ? 1_000_000 : 100_000;
const WORLDS = FULL ? 1_000 : 60;
const SEED = 20_261_122;
const HOUR = 3_600_000;

describe('nobody learns what they may not see', () => {
  it(
    'what they get from the whole world is what they get from the part that they may see, whatever else happens in secret',
    async () => {
      const started = process.cpuUsage();
      const extent = { pairs: PAIRS, seed: 1, untilFirst: true };
      const { pairs, touched, twoWorlds, differences } = await compareWorlds(extent);
      expect(differences).toEqual([]);
      expect(pairs).toBeGreaterThanOrEqual(PAIRS);
      const seconds = Math.round(process.cpuUsage(started).user / 1_000_000);
      process.stdout.write(
        `${pairs} pairs of world and viewer with a question, ${twoWorlds} of them against other secrets too; ` +
          `hidden data touch ${((100 * touched) / pairs).toFixed(1)} % of them (${seconds} s of a processor)\n`,
      );
      // Where hidden data never mattered, the equality would prove nothing.
      expect(touched / pairs).toBeGreaterThanOrEqual(0.5);
    },
    HOUR,
  );
});

describe('R4: what rests on others', () => {
  it(
    'is seen by nobody who may not see each of them, whatever was regraded since',
    () => {
      const { cases, wider } = whoSeesTooMuch(FULL ? 3_000 : 150, SEED % 1_000_000);
      expect(wider).toEqual([]);
      expect(cases).toBeGreaterThan(100);
    },
    HOUR,
  );
});

describe('nobody is kept from what they may see', () => {
  it('the policy allows what its words allow, and nothing else, for every code known or not', () => {
    const chance = new Chance(SEED);
    const drawn = Array.from({ length: 50_000 }, () => ({ viewer: anyViewer(chance), marking: anyCode(chance) }));
    const differing = drawn.filter(
      ({ viewer, marking }) => maySee(viewer, marking).see !== wordsAllow(viewer, marking),
    );
    expect(differing).toEqual([]);
    const allowed = drawn.filter(({ viewer, marking }) => wordsAllow(viewer, marking)).length;
    expect(Math.min(allowed, drawn.length - allowed)).toBeGreaterThan(5_000);
  });

  it(
    'each statement that the words release stands on the cards of both its ends, and no other does',
    async () => {
      const { shown, faults } = await compareWithWords(WORLDS, SEED % 1_000_000);
      expect(faults).toEqual([]);
      expect(shown).toBeGreaterThan(WORLDS * 20);
    },
    HOUR,
  );
});
