import { Registry } from 'prom-client';
import { LOG_MIGRATIONS } from '#event-log';
import { Alarms, createLogger } from '#runtime';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { until } from '../../infra/local/until.js';
import { openTestLog, type TestLog } from '../../test/support/test-log.js';
import type { Duty } from './duty.js';
import { TimekeeperMetrics } from './timekeeper-metrics.js';
import { TIMEKEEPER_LEASE, Timekeeper } from './timekeeper.js';

let test: TestLog;

beforeAll(async () => {
  test = await openTestLog('timekeeper', [LOG_MIGRATIONS]);
}, STARTUP_MS);
afterAll(() => test?.close());

interface Keeper {
  runs: string[];
  lines: string[];
  figures: Registry;
  stop(): Promise<void>;
}

const started: Keeper[] = [];
afterEach(async () => {
  for (const keeper of started.splice(0)) await keeper.stop();
});

function start(holder: string, more: readonly Duty[] = []): Keeper {
  const stop = new AbortController();
  const lines: string[] = [];
  const runs: string[] = [];
  const figures = new Registry();
  const logger = createLogger('timekeeper', 'info', { write: (line) => void lines.push(line) });
  const counting: Duty = { name: 'counting', everyMs: 5, run: async () => void runs.push('run') };
  const working = new Timekeeper({
    log: test.log,
    lease: test.log.lease(TIMEKEEPER_LEASE, { holder, seconds: 1 }),
    duties: [counting, ...more],
    alarms: new Alarms('timekeeper', logger, figures),
    metrics: new TimekeeperMetrics(figures),
    logger,
  }).run(stop.signal);
  const keeper = {
    runs,
    lines,
    figures,
    stop: async () => {
      stop.abort();
      await working;
    },
  };
  started.push(keeper);
  return keeper;
}

describe('the timekeeper', () => {
  it('does each duty again and again, and a duty that always fails stops no other and is told', async () => {
    const failing: Duty = { name: 'failing', everyMs: 5, run: () => Promise.reject(new Error('nothing works')) };
    const keeper = start('one', [failing]);
    await until('the other duty did not go on', () => keeper.runs.length > 20);
    await until('nobody was told', () => keeper.lines.some((line) => line.includes('"alarm":"duty-failed"')));
    const figures = await keeper.figures.metrics();
    expect(figures).toContain('timekeeper_alarms_total{alarm="duty-failed"}');
    expect(figures).toMatch(/timekeeper_duty_runs_total\{duty="counting",outcome="done"\} \d+/);
    expect(figures).toMatch(/timekeeper_duty_runs_total\{duty="failing",outcome="failed"\} \d+/);
    expect(figures).toContain('timekeeper_active 1');
  });

  it('goes on at once when a duty says that there is more', async () => {
    let left = 50;
    const backlog: Duty = { name: 'backlog', everyMs: 60_000, run: async () => (--left > 0 ? 'more' : undefined) };
    start('one', [backlog]);
    await until('the backlog was not done', () => left === 0);
  });

  it('has one at work; a standby takes over when the first falls silent, and the first one stops', async () => {
    const first = start('first');
    await until('the first did not begin', () => first.runs.length > 0);
    const second = start('second');
    await test.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE name = $1`, [TIMEKEEPER_LEASE]);
    await until('the standby did not take over', async () => {
      // The first renews in time unless it is paused; here its lease is taken from it until the second has it.
      await test.owner.query(`UPDATE leases SET until = now() - interval '1 second' WHERE holder = 'first'`);
      return second.runs.length > 0;
    });
    await until('the first did not notice', () => first.lines.some((line) => line.includes('"alarm":"lease-lost"')));
    const done = first.runs.length;
    await until('the second did not go on', () => second.runs.length > 20);
    expect(first.runs.length).toBe(done);
  });

  it('gives the lease back at a clean end, and a standby need not wait', async () => {
    const first = start('first');
    await until('the first did not begin', () => first.runs.length > 0);
    const second = start('second');
    await first.stop();
    await until('the standby did not take over', () => second.runs.length > 0);
  });
});
