import { randomUUID } from 'node:crypto';
import type { AssertionMade, Marking } from '#events';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import {
  amberFor,
  greenOf,
  organisationEvent,
  subscriptionEvent,
  type Said,
} from '../../../test/support/feed-events.js';
import { FeedStand, type StoredSlot } from '../../../test/support/feed-stand.js';
import type { TestLog } from '../../../test/support/test-log.js';

const SUBJECT = { kind: 'account', key: 'telegram:100012345' } as const;
const NUMBER = { kind: 'phone-number', key: '+447700900123' } as const;
const STATEMENT = { relation: 'USES_NUMBER', object: NUMBER } as const;

let stand: FeedStand<TestLog>;
let source: string;

beforeAll(async () => {
  stand = await FeedStand.empty('fan-out', { atMost: 7 });
  source = await stand.register();
}, STARTUP_MS);
afterAll(() => stand?.close());

const newStream = (): string => `assertion-${randomUUID()}`;

function made(stream: string, marking: Marking = greenOf(source), data: Partial<AssertionMade> = {}): Said {
  return {
    stream,
    source,
    type: 'assertion.made',
    marking,
    data: { subject: SUBJECT, statements: [STATEMENT], ...data },
  };
}

function turned(
  type: 'assertion.withdrawn' | 'assertion.regraded',
  stream: string,
  marking = greenOf(source),
  indexes = [0],
): Said {
  const statements = indexes.map((index) => ({ index, ...STATEMENT }));
  return { stream, source, type, marking, data: { subject: SUBJECT, statements, reason: 'As decided.' } };
}

/** What a subscriber has of what was said after a moment: events by their place in the log, notices by their kind. */
async function feed(subscription: string, after: number): Promise<string[]> {
  return (await stand.slots(subscription)).filter(({ sequence }) => sequence > after).map(worded);
}

function worded({ position, notice, ended }: StoredSlot): string {
  return notice === null
    ? `${ended === null ? '' : 'ended '}${position}`
    : `${notice.kind} of ${notice.sequences.join()}`;
}

async function last(subscription: string): Promise<number> {
  return (await stand.slots(subscription)).at(-1)?.sequence ?? 0;
}

describe('fan-out', () => {
  it('gives each subscriber what it may see, in a gapless sequence of its own, and nothing of its own', async () => {
    const group = `circle-${randomUUID()}`;
    const [inside, outside] = [await stand.register([group]), await stand.register()];
    const [ofInside, ofOutside] = [await stand.subscribe(inside), await stand.subscribe(outside)];
    await stand.toHead();
    const before = await last(ofInside);
    const beforeOutside = await last(ofOutside);
    await stand.say(made(newStream(), amberFor(source, group)), made(newStream()), made(newStream(), amberFor(source)));
    await stand.say({ ...made(newStream()), source: inside, marking: greenOf(inside) });
    await stand.toHead();
    const head = stand.fanOut.position;
    expect(await feed(ofInside, before)).toEqual([`${head - 3}`, `${head - 2}`]);
    expect(await feed(ofOutside, beforeOutside)).toEqual([`${head - 2}`, `${head}`]);
    const slots = await stand.slots(ofOutside);
    expect(slots.map(({ sequence }) => sequence)).toEqual(slots.map((_, place) => place + 1));
    const added = slots.map((slot) => slot.added);
    expect(added.every((at, place) => place === 0 || at >= (added[place - 1] ?? 0) + 256)).toBe(true);
  });

  it('ends what is withdrawn, and recalls it from whoever holds it and from nobody else', async () => {
    const [one, other] = [await stand.subscribe(await stand.register()), await stand.subscribe(await stand.register())];
    const stream = newStream();
    await stand.say(made(stream));
    await stand.toHead();
    const [held, notHeld] = [await last(one), await last(other)];
    await stand.deliver(one, [held]);
    const position = stand.fanOut.position;
    await stand.say(turned('assertion.withdrawn', stream));
    await stand.toHead();
    expect(await feed(one, held - 1)).toEqual([`ended ${position}`, `recall of ${held}`]);
    expect(await feed(other, notHeld - 1)).toEqual([`ended ${position}`]);
  });

  it('tells of a withdrawal in part like of anything else, and holders that what they have changed', async () => {
    const one = await stand.subscribe(await stand.register());
    const stream = newStream();
    await stand.say(made(stream, greenOf(source), { statements: [STATEMENT, { ...STATEMENT, count: 2 }] }));
    await stand.toHead();
    const held = await last(one);
    await stand.deliver(one, [held]);
    const position = stand.fanOut.position;
    await stand.say(turned('assertion.withdrawn', stream));
    await stand.toHead();
    expect(await feed(one, held - 1)).toEqual([`${position}`, `${position + 1}`, `corrected of ${held}`]);
    await stand.say(turned('assertion.withdrawn', stream, greenOf(source), [1]));
    await stand.toHead();
    expect(await feed(one, held - 1)).toEqual([
      `ended ${position}`,
      `ended ${position + 1}`,
      `corrected of ${held}`,
      `recall of ${held}`,
    ]);
  });

  it('follows a regrade: takes back from whom it leaves out, gives the past to whom it lets in, tells who holds it', async () => {
    const group = `circle-${randomUUID()}`;
    const inside = await stand.subscribe(await stand.register([group]));
    const outside = await stand.subscribe(await stand.register());
    const stream = newStream();
    await stand.say(made(stream, greenOf(source)));
    await stand.toHead();
    const position = stand.fanOut.position;
    const [a, b] = [await last(inside), await last(outside)];
    await stand.deliver(inside, [a]);
    await stand.deliver(outside, [b]);
    await stand.say(turned('assertion.regraded', stream, amberFor(source, group)));
    await stand.toHead();
    expect(await feed(inside, a - 1)).toEqual([`${position}`, `${position + 1}`, `regraded of ${a}`]);
    expect(await feed(outside, b - 1)).toEqual([`ended ${position}`, `recall of ${b}`]);
    await stand.say(turned('assertion.regraded', stream, greenOf(source)));
    await stand.toHead();
    expect(await feed(outside, b)).toEqual([`recall of ${b}`, ...[position, position + 1, position + 2].map(String)]);
  });

  it('appends what was missed when rights are gained, and recalls what is held when they are lost', async () => {
    const group = `circle-${randomUUID()}`;
    const organisation = await stand.register();
    const feedOf = await stand.subscribe(organisation);
    await stand.say(
      made(newStream(), amberFor(source, group)),
      made(newStream()),
      made(newStream(), amberFor(source, group)),
    );
    await stand.toHead();
    const position = stand.fanOut.position;
    const before = await last(feedOf);
    const regroup = async (groups: string[]): Promise<void> => {
      const data = { organisation, groups };
      await stand.say({ ...organisationEvent(organisation), type: 'organisation.regrouped', data });
      await stand.toHead();
    };
    await regroup([group]);
    expect(await feed(feedOf, before)).toEqual([`${position - 2}`, `${position}`]);
    await stand.deliver(feedOf, [before + 2]);
    await regroup([]);
    expect(await feed(feedOf, before)).toEqual([
      `ended ${position - 2}`,
      `ended ${position}`,
      `recall of ${before + 2}`,
    ]);
    await stand.say({
      ...organisationEvent(organisation),
      type: 'organisation.departed',
      data: { organisation, reason: 'Over.' },
    });
    await stand.say(made(newStream()));
    await stand.toHead();
    expect((await stand.slots(feedOf)).filter(({ kind, ended }) => kind === 1 && ended === null)).toEqual([]);
  });

  it('appends what a wider filter lets through, and takes nothing back for a narrower one', async () => {
    const organisation = await stand.register();
    const feedOf = await stand.subscribe(organisation, { platforms: ['signal'] });
    await stand.toHead();
    const before = await last(feedOf);
    const account = { kind: 'account', key: 'signal:1' } as const;
    await stand.say(made(newStream(), greenOf(source), { subject: account }), made(newStream()));
    await stand.toHead();
    const position = stand.fanOut.position;
    expect(await feed(feedOf, before)).toEqual([`${position - 1}`]);
    const change = async (platforms: string[]): Promise<void> => {
      const data = { subscription: feedOf, filter: { platforms } };
      await stand.say({ ...subscriptionEvent(feedOf, organisation), type: 'subscription.changed', data });
      await stand.toHead();
    };
    await change(['signal', 'telegram']);
    const widened = await feed(feedOf, before);
    expect(widened[0]).toBe(`${position - 1}`);
    expect(widened.at(-1)).toBe(`${position}`);
    await change(['viber']);
    expect(await feed(feedOf, before)).toEqual(widened);
  });
});
