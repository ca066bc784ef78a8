import { firstFault } from '../noninterference/first-fault.js';
import { LEAKS_IN_CODE } from './leaks-in-code.js';
import { planted } from './planted-module.js';

/** The next one is drawn where a leak needs a rarer story than the worlds of the first tell. */
const SEEDS = [3, 3_000, 30_000, 300_000];
const LIMIT_MS = 120_000;

interface Suite {
  firstFault: typeof firstFault;
}

const WANTED = process.env['BREAKWATER_PROOF'] !== undefined;
if (!WANTED)
  process.stdout.write('the leaks planted into code take a minute and are left to npm run proof -- planted-leaks\n');

(WANTED ? describe : describe.skip)('a leak planted into the code', () => {
  const caught: string[] = [];
  afterAll(() => void process.stdout.write(`${caught.join('\n')}\n`));

  it(
    'is what is caught: nothing is without one',
    async () => {
      expect(await firstFault(SEEDS[0]!)).toBeUndefined();
    },
    LIMIT_MS,
  );

  it.each(LEAKS_IN_CODE.map((leak) => [leak.name, leak]))(
    'is caught: %s',
    async (name, leak) => {
      const fault = await planted(
        leak,
        () => require('../noninterference/first-fault.ts') as Suite,
        async (suite) => {
          for (const seed of SEEDS) {
            const fault = await suite.firstFault(seed);
            if (fault !== undefined) return fault;
          }
          return undefined;
        },
      );
      expect(fault).toBeDefined();
      caught.push(`${String(fault?.cases).padStart(7)} cases  ${fault?.broken.padEnd(20)}  ${name}`);
    },
    LIMIT_MS,
  );
});
