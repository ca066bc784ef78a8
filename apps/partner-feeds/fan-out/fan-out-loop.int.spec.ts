import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { AssertionMade } from '#events';
import { Alarms, createLogger } from '#runtime';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { greenOf } from '../../../test/support/feed-events.js';
import { FeedStand } from '../../../test/support/feed-stand.js';
import type { TestLog } from '../../../test/support/test-log.js';
import { someDraft } from '../../../test/support/log-events.js';
import { FanOutLoop } from './fan-out-loop.js';
import { FanOutMetrics } from './fan-out-metrics.js';
import { FAN_OUT_LEASE, FanOut } from './fan-out.js';

let stand: FeedStand<TestLog>;
beforeAll(async () => {
  stand = await FeedStand.empty('fan-out-loop');
}, STARTUP_MS);
afterAll(() => stand?.close());

/** A process of its own, as far as the database can tell. */
function running(holder: string): { fanOut: FanOut; loop: FanOutLoop; figures: Registry; stop(): Promise<void> } {
  const { log } = stand;
  const figures = new Registry();
  const logger = createLogger('partner-feeds', 'silent');
  const lease = log.lease(FAN_OUT_LEASE, { holder, seconds: 2 });
  const fanOut = new FanOut({ log, lease, recallHours: 72 });
  const alarms = new Alarms('fan_out', logger, figures);
  const loop = new FanOutLoop({ log, lease, fanOut, alarms, metrics: new FanOutMetrics(figures), logger });
  const stop = new AbortController();
  const working = loop.run(stop.signal);
  return { fanOut, loop, figures, stop: () => (stop.abort(), working) };
}

async function say(source: string): Promise<void> {
  const data = someDraft().body.data as AssertionMade;
  await stand.say({
    stream: `assertion-${randomUUID()}`,
    source,
    type: 'assertion.made',
    marking: greenOf(source),
    data,
  });
  await stand.sequence();
}

describe('fan-out at work', () => {
  it('is done by one process at a time, and another one goes on where it stood; whoever waits is told', async () => {
    const source = await stand.register();
    const subscription = await stand.subscribe(await stand.register());
    const [first, second] = [running('first'), running('second')];
    let told = 0;
    const end = first.fanOut.onBatch(() => (told += 1));
    second.fanOut.onBatch(() => (told += 1));
    const holds = (count: number): Promise<unknown> =>
      until(`there were not ${count} slots`, async () => (await stand.slots(subscription)).length === count);
    await say(source);
    await holds(1);
    await until('nobody was told', () => told > 0);
    end();
    await first.stop();
    await say(source);
    await holds(2);
    expect(second.loop.trouble).toBeUndefined();
    expect(await second.figures.metrics()).toContain('fan_out_active 1');
    await second.stop();
  });

  it('tells each subscriber that a new history begins, once', async () => {
    const source = await stand.register();
    const subscription = await stand.subscribe(await stand.register());
    const one = running('third');
    await say(source);
    // What was said before it subscribed is there too.
    const before = 3;
    await until('not all was fanned out', async () => (await stand.slots(subscription)).length === before);
    await stand.store.owner.query('UPDATE log_state SET incarnation = incarnation + 1');
    await until('no epoch was announced', async () => (await stand.slots(subscription)).length > before);
    await say(source);
    await until('nothing came after it', async () => (await stand.slots(subscription)).length > before + 1);
    await one.stop();
    const slots = (await stand.slots(subscription)).slice(before);
    expect(slots.map(({ notice }) => notice?.kind)).toEqual(['epoch', undefined]);
    const [row] = await stand.log.query<{ epochs: unknown }>(
      'SELECT epochs FROM feed_subscribers WHERE subscription = $1',
      [subscription],
    );
    expect(row?.epochs).toEqual([
      { epoch: 1, after: 0 },
      { epoch: 2, after: before },
    ]);
  });
});
