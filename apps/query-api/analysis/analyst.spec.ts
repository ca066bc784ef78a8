import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checkoutRoot } from '../../../infra/local/checkout.js';
import { AnalysisThread } from './analyst.js';
import type { Standing } from './standing.js';
import type { Ties } from './ties.js';
import { MOST_WAITING } from './turns.js';

/** On the real thread, with limits that are over when the spec says so. */

const WORKER = join(checkoutRoot(), 'dist/apps/query-api/analysis/standing.js');
const LIMIT_MS = 20_000;
/** A chain of so many takes minutes. */
const LONG = 200_000;
const pair: Ties = { size: 2, ends: Uint32Array.of(0, 1) };
const chain = (): Ties => ({
  size: LONG,
  ends: new Uint32Array(2 * (LONG - 1)).map((_, at) => Math.floor((at + 1) / 2)),
});
const standings: Standing[] = [
  { degree: 1, betweenness: 0, parts: [1] },
  { degree: 1, betweenness: 0, parts: [1] },
];
const analysisBusy = expect.objectContaining({
  code: 'analysis.busy',
  message: expect.stringMatching(/ Ask again in a minute\.$/) as string,
}) as Error;

let limits: AbortController[];
let thread: AnalysisThread;
beforeEach(() => {
  limits = [];
  thread = new AnalysisThread(LIMIT_MS, WORKER, (ms) => {
    expect(ms).toBe(LIMIT_MS);
    limits.push(new AbortController());
    return limits.at(-1)!.signal;
  });
});
afterEach(() => thread.onModuleDestroy());

/** Somebody who has asked, and waits or is worked for; what they are told. */
async function asks(ties: Ties): Promise<{ told: Promise<Standing[] | Error>; leave: () => void }> {
  const gone = new AbortController();
  const told = thread.standings(ties, gone.signal).catch((error: Error) => error);
  await setImmediate();
  return { told, leave: () => gone.abort() };
}

describe('one analysis at a time', () => {
  it('is worked out in its turn, however long others took before it', async () => {
    const [first, second] = [await asks(chain()), await asks(pair)];
    first.leave();
    expect(await first.told).toMatchObject({ code: 'question.caller-gone' });
    // What was left of the time to wait is no longer anybody's.
    limits[1]!.abort();
    expect(await second.told).toEqual(standings);
    expect(limits).toHaveLength(3);
  });

  it('is stopped when it has itself taken too long, and the next one has its turn', async () => {
    const [first, second] = [await asks(chain()), await asks(pair)];
    limits[0]!.abort();
    expect(await first.told).toMatchObject({ code: 'question.too-long' });
    expect(await second.told).toEqual(standings);
  });

  it('that waited too long was busy, and nothing is said of narrowing it', async () => {
    const [first, second] = [await asks(chain()), await asks(pair)];
    limits[1]!.abort();
    expect(await second.told).toEqual(analysisBusy);
    first.leave();
    await first.told;
    expect(await (await asks(pair)).told).toEqual(standings);
  });

  it('is refused at once where too many wait, until one of them leaves', async () => {
    const first = await asks(chain());
    const waiting = await Promise.all(Array.from({ length: MOST_WAITING }, () => asks(pair)));
    expect(await (await asks(pair)).told).toEqual(analysisBusy);
    waiting[3]!.leave();
    expect(await waiting[3]!.told).toMatchObject({ code: 'question.caller-gone' });
    const late = await asks(pair);
    first.leave();
    await first.told;
    expect(await late.told).toEqual(standings);
    const rest = await Promise.all(waiting.map(({ told }) => told));
    expect(rest.filter((told) => Array.isArray(told))).toHaveLength(MOST_WAITING - 1);
  });

  it('of somebody who has gone already is not begun', async () => {
    const gone = AbortSignal.abort();
    await expect(thread.standings(pair, gone)).rejects.toMatchObject({ code: 'question.caller-gone' });
    expect(limits).toEqual([]);
  });
});
