import { firstFault } from '../noninterference/first-fault.js';
import { LEAKS_IN_CODE } from './leaks-in-code.js';
import { planted } from './planted-module.js';

const SEED = 3;
const LIMIT_MS = 120_000;

interface Suite {
  firstFault: typeof firstFault;
}

describe('a leak planted into the code', () => {
  const caught: string[] = [];
  afterAll(() => void process.stdout.write(`${caught.join('\n')}\n`));

  it(
    'is what is caught: nothing is without one',
    async () => {
      expect(await firstFault(SEED)).toBeUndefined();
    },
    LIMIT_MS,
  );

  it.each(LEAKS_IN_CODE.map((leak) => [leak.name, leak]))(
    'is caught: %s',
    async (name, leak) => {
      const fault = await planted(
        leak,
        () => require('../noninterference/first-fault.ts') as Suite,
        (suite) => suite.firstFault(SEED),
      );
      expect(fault).toBeDefined();
      caught.push(`${String(fault?.cases).padStart(7)} cases  ${fault?.broken.padEnd(20)}  ${name}`);
    },
    LIMIT_MS,
  );
});
