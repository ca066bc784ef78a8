import { randomUUID } from 'node:crypto';
import type { Marking } from '#events';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { greenOf, subscriptionEvent, type Said } from '../../../test/support/feed-events.js';
import { FeedStand } from '../../../test/support/feed-stand.js';
import type { TestLog } from '../../../test/support/test-log.js';

const SUBJECT = { kind: 'account', key: 'telegram:100012345' } as const;
const STATEMENT = { relation: 'USES_NUMBER', object: { kind: 'phone-number', key: '+447700900123' } } as const;

let stand: FeedStand<TestLog>;
let source: string;
let plain: string;
let filtered: string;
let organisation: string;

beforeAll(async () => {
  stand = await FeedStand.empty('feeds-parking');
  source = await stand.register();
  organisation = await stand.register();
  plain = await stand.subscribe(organisation);
  // Somebody has to look at what events say, or what cannot be read is nobody's concern here.
  filtered = await stand.subscribe(await stand.register(), { platforms: ['telegram'] });
  await stand.toHead();
}, STARTUP_MS);
afterAll(() => stand?.close());

function made(stream: string, marking: Marking = greenOf(source)): Said {
  return { stream, source, type: 'assertion.made', marking, data: { subject: SUBJECT, statements: [STATEMENT] } };
}

function turned(type: 'assertion.withdrawn' | 'assertion.regraded', stream: string): Said {
  const data = { subject: SUBJECT, statements: [{ index: 0, ...STATEMENT }], reason: 'As decided.' };
  return { stream, source, type, marking: greenOf(source), data };
}

/** Appends an event that cannot be read; returns how to mend it. */
async function saySpoilt(said: Said): Promise<() => Promise<void>> {
  const [id] = await stand.say(said);
  const { rows } = await stand.store.owner.query<{ body: string }>('SELECT body FROM events WHERE id = $1', [id]);
  const put = (body: string | undefined): Promise<unknown> =>
    stand.store.owner.query('UPDATE events SET body = $2 WHERE id = $1', [id, body]);
  await put('{"specversion":"1.0"}');
  return async () => void (await put(rows[0]?.body));
}

async function decide(
  type: 'parked.replayed' | 'parked.discarded',
  stream: string,
  versions: number[] = [],
): Promise<void> {
  const data = { stream, reason: 'Looked at.', ...(type === 'parked.discarded' && { streamVersions: versions }) };
  await stand.say({ stream: `parking-${randomUUID()}`, source, type, data: data as never });
  await stand.toHead();
}

/** Positions of live events and kinds of notices after a place in a sequence. */
async function feed(subscription: string, after: number): Promise<(number | string)[]> {
  const slots = (await stand.slots(subscription)).filter(({ sequence }) => sequence > after);
  return slots.filter(({ ended }) => ended === null).map(({ position, notice }) => notice?.kind ?? position);
}

const last = async (subscription: string): Promise<number> => (await stand.slots(subscription)).at(-1)?.sequence ?? 0;
const parked = (stream: string): Promise<{ version: number; reason: string }[]> =>
  stand.log.query('SELECT stream_version AS version, reason FROM feed_parked WHERE stream = $1 ORDER BY 1', [stream]);

describe('an event that cannot be decided', () => {
  it('parks its stream while the rest flows, and a replay brings it back in order', async () => {
    const stream = `assertion-${randomUUID()}`;
    const before = await last(plain);
    const mend = await saySpoilt(made(stream));
    await stand.say(turned('assertion.regraded', stream), made(`assertion-${randomUUID()}`));
    await stand.toHead();
    const head = stand.fanOut.position;
    expect(await feed(plain, before)).toEqual([head]);
    expect((await parked(stream)).map(({ version }) => version)).toEqual([1, 2]);
    await decide('parked.replayed', stream);
    expect((await parked(stream)).map(({ reason }) => reason.startsWith('behind'))).toEqual([false, true]);
    await mend();
    await decide('parked.replayed', stream);
    expect(await parked(stream)).toEqual([]);
    expect(await feed(plain, before)).toEqual([head, head - 2, head - 1]);
    expect(await feed(filtered, (await last(filtered)) - 2)).toEqual([head - 2, head - 1]);
  });

  it('is without effect for ever when it is discarded, and what stood behind it is decided', async () => {
    const stream = `assertion-${randomUUID()}`;
    await stand.say(made(stream));
    await stand.toHead();
    const before = (await last(plain)) - 1;
    const position = stand.fanOut.position;
    await saySpoilt(turned('assertion.withdrawn', stream));
    await stand.say(turned('assertion.regraded', stream));
    await stand.toHead();
    expect(await feed(plain, before)).toEqual([position]);
    await decide('parked.discarded', stream, [2]);
    expect(await parked(stream)).toEqual([]);
    expect(await feed(plain, before)).toEqual([position, position + 2]);
    await stand.deliver(plain, [before + 1]);
    await decide('parked.discarded', stream, [1, 3]);
    expect(await feed(plain, before)).toEqual(['recall']);
  });

  it('parks a change of rights as well, which takes effect when it is replayed', async () => {
    const before = await last(filtered);
    const [mine] = await stand.log.query<{ organisation: string }>(
      'SELECT organisation FROM feed_subscribers WHERE subscription = $1',
      [filtered],
    );
    const { stream } = subscriptionEvent(filtered, mine?.organisation ?? '');
    const said: Said = {
      ...{ stream, source: mine?.organisation ?? '', type: 'subscription.changed' },
      data: { subscription: filtered, filter: { platforms: ['signal', 'telegram'] } },
    };
    const mend = await saySpoilt(said);
    const signal = made(`assertion-${randomUUID()}`);
    await stand.say({ ...signal, data: { subject: { kind: 'account', key: 'signal:1' }, statements: [STATEMENT] } });
    await stand.toHead();
    const position = stand.fanOut.position;
    expect(await feed(filtered, before)).toEqual([]);
    await mend();
    await decide('parked.replayed', stream);
    expect(await feed(filtered, before)).toEqual([position]);
  });
});
