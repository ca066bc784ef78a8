import { Budget } from './budget.js';
import { bar, figureOf, median, quantile } from './figures.js';
import { ProcessorTime, parseStat } from './processor-time.js';
import { sidesTable } from './report.js';
import { byTurns, inTurn, ratioOf, type Side } from './rounds.js';

const nothingCounted = new ProcessorTime([]);

describe('a benchmark', () => {
  it('takes the sides forwards and then backwards, so that a server that warms up favours none', () => {
    expect([0, 1, 2, 3].flatMap((round) => inTurn(['A', 'B'], round)).join(' ')).toBe('A B B A A B B A');
  });

  it('does fewer rounds when the time runs out, and says so', async () => {
    let now = 0;
    const budget = new Budget(10, () => now);
    const side: Side = {
      name: 'slow',
      run: () => {
        now += 4_000;
        return Promise.resolve({ events: 100, seconds: 4 });
      },
    };
    const said: string[] = [];
    const results = await byTurns({
      sides: [side],
      budget,
      cpu: nothingCounted,
      label: 'trial',
      say: (line) => said.push(line),
    });
    expect(results.get('slow')?.rates).toEqual([25, 25]);
    expect(budget.notes).toEqual([expect.stringContaining('trial: 2 rounds instead of 5')]);
    expect(said.at(-1)).toBe(budget.notes[0]);
  });

  it('hands notes of a part of the time on to the whole', () => {
    const budget = new Budget(100, () => 0);
    const half = budget.share(2, 20);
    half.note('a short one');
    expect(half.seconds).toBe(40);
    expect(budget.notes).toEqual(['a short one']);
  });

  it('gives the middle one, and the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(figureOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5, rounds: 3 });
    expect([0.5, 0.99, 1].map((share) => quantile([10, 20, 30, 40], share))).toEqual([20, 40, 40]);
    expect(() => median([])).toThrow('no measurements');
  });

  it('compares with the bar before it rounds', () => {
    expect(bar('ratio', 0.74999, 0.75)).toEqual({ name: 'ratio', value: 0.75, bar: 0.75, ok: false });
  });

  it('reads the processor time of a process whose name looks like numbers', () => {
    const line = '42 (a) 1 2 3) S 7 42 42 0 -1 4194304 1 2 3 4 11 12 13 14 20 0 1 0 900';
    expect(parseStat(line)).toEqual({ parent: 7, own: 23, endedChildren: 27 });
  });

  it('compares round by round, so that a slow moment that met both sides does not show', () => {
    const side = (rates: number[]) => ({ name: '', rate: figureOf(rates), rates, cpuMsPerEvent: {} });
    expect(ratioOf(side([100, 10, 90]), side([50, 5, 60]))).toEqual({ median: 2, low: 1.5, high: 2, rounds: 3 });
  });

  it('shows each side beside the first one', () => {
    const side = (name: string, rate: number) => ({
      name,
      rate: figureOf([rate]),
      rates: [rate],
      cpuMsPerEvent: { Neo4j: 0.05 },
    });
    expect(sidesTable('trial', [side('a', 1000), side('b', 500)]).split('\n')).toEqual([
      'trial  events/s  lowest  highest  rounds  ratio  Neo4j us',
      '-----  --------  ------  -------  ------  -----  --------',
      'a         1,000   1,000    1,000       1   1.00        50',
      'b           500     500      500       1   0.50        50',
    ]);
  });
});
