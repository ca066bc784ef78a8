/** A log, its fan-out and the app, in which everything that has a time has that of the history; and all that one organisation is shown. */
import { text as wholeText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpApp } from '#runtime';
import { Dispatcher } from '../../apps/partner-feeds/webhooks/dispatcher.js';
import type { FanOut } from '../../apps/partner-feeds/fan-out/fan-out.js';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';
import { until } from '../../infra/local/until.js';
import { startTestFeedsApp } from '../support/feeds-app.js';
import { openFanOut, type Said } from '../support/feed-events.js';
import { FeedStand } from '../support/feed-stand.js';
import type { TestLog } from '../support/test-log.js';
import { call } from '../support/http.js';
import { opened } from './channels/sse-reader.js';
import type { Door } from './channels/reader.js';
import { Webhooks } from './channels/webhooks.js';
import { ReadTables } from './read-tables.js';

/** What happens at a time: something is said, or the organisation takes all that it has. */
export type Happening = { at: number } & ({ said: Said } | { deliver: true });

/** What happens where an organisation may see it, and what does besides. */
export interface History {
  organisation: string;
  visible: Happening[];
  hidden: Happening[];
}

type Look = (door: Door, head: number) => Promise<string[]>;

const PAGE = 7;
const OBJECTS_ASKED = [
  'objects/?limit=40',
  'objects/?match[type]=relationship&limit=7',
  'manifest/?match[version]=all&limit=40',
];
const REQUEST_ID = /"(requestId|error_id)":"[^"]*"/g;

export class ShownWorld {
  private readonly posted: string[] = [];
  private readonly given: { id: string; at: string }[] = [];
  private readonly enrolled = new Set<string>();
  private looks = 0;

  private constructor(
    private readonly stand: FeedStand<TestLog>,
    private readonly fanOut: FanOut,
    private readonly tables: ReadTables,
    private readonly app: HttpApp,
    private readonly webhooks: Webhooks,
    private readonly viewer: { organisation: string; token: string },
    /** Milliseconds since 1970. */
    private readonly clock: { now: number },
  ) {}

  /** @param atMost positions that fan-out decides in one transaction */
  static async open(organisation: string, issuer: LocalIssuer, atMost: number): Promise<ShownWorld> {
    const clock = { now: 0 };
    const stand = await FeedStand.empty('feeds-shown', { clock: () => new Date(clock.now) });
    const webhooks = await Webhooks.open(stand.store.owner);
    const app = await startTestFeedsApp(stand.log, {
      BREAKWATER_ENV: 'local',
      BREAKWATER_WEBHOOK_LOCAL_TARGETS: new URL(webhooks.url).host,
      ...issuer.env(),
    });
    webhooks.ring = () => app.app.get(Dispatcher).ring();
    const token = await issuer.tokenFor('partner-feed', { subject: organisation });
    const tables = new ReadTables(stand.store.owner, issuer.issuer);
    const fanOut = openFanOut(stand.log, atMost);
    return new ShownWorld(stand, fanOut, tables, app, webhooks, { organisation, token }, clock);
  }

  async close(): Promise<void> {
    await this.app.close();
    this.webhooks.close();
    await this.stand.close();
  }

  /** Everything that the organisation is shown, in the order in which it is; at the end all of it on every channel. */
  async shown(happenings: readonly Happening[]): Promise<string[]> {
    const shown: string[] = [];
    for (const happening of [...happenings].sort((a, b) => a.at - b.at)) {
      this.clock.now = happening.at;
      if ('said' in happening) await this.say(happening.said);
      else shown.push(...(await this.look('one')));
    }
    return [...shown, ...(await this.look('every'))];
  }

  private async say(said: Said): Promise<void> {
    const [id = ''] = await this.stand.say(said);
    this.given.push({ id, at: new Date(this.clock.now).toISOString() });
    await this.tables.take(said, this.clock.now);
  }

  /** Gives positions at the times of the history, whatever the clock says, and decides everything. */
  private async decide(): Promise<void> {
    await this.stand.sequence();
    await this.stand.store.owner.query(
      `UPDATE log_positions p SET given_at = t.at
       FROM unnest($1::uuid[], $2::timestamptz[]) AS t (id, at) JOIN events e USING (id) WHERE p.seq = e.seq`,
      [this.given.map(({ id }) => id), this.given.splice(0).map(({ at }) => at)],
    );
    await this.fanOut.toHead();
  }

  /** By one channel after the other, or by every one. */
  private async look(channels: 'one' | 'every'): Promise<string[]> {
    await this.decide();
    await this.tables.at(this.clock.now);
    this.looks += 1;
    const { organisation, token } = this.viewer;
    const feeds = await this.stand.log.query<{ subscription: string; head: number; over: boolean; gone: boolean }>(
      `SELECT subscription, sequence AS head, s.state = 'ended' AS over, o.departed_at IS NOT NULL AS gone
       FROM feed_subscribers JOIN (SELECT subscription, state FROM subscriptions) s USING (subscription)
       JOIN organisations o USING (organisation) WHERE organisation = $1 ORDER BY subscription`,
      [organisation],
    );
    const shown: string[] = [];
    for (const { subscription, head, over, gone } of feeds) {
      const door = { address: this.app.address, token, subscription };
      const open = head > 0 && !over && !gone;
      const ways: Look[] = [
        (to) => this.pages(to, 'entries'),
        ...(open ? [(to: Door) => this.stream(to, head)] : []),
        (to) => this.objects(to),
        ...(head > 0 && !over ? [(to: Door) => this.posts(to, head)] : []),
        (to) => this.pages(to, 'recalls'),
      ];
      for (const [place, way] of ways.entries())
        if (channels === 'every' || place === this.looks % ways.length) shown.push(...(await way(door, head)));
    }
    return shown;
  }

  private async pages(door: Door, what: 'entries' | 'recalls'): Promise<string[]> {
    const texts: string[] = [];
    let after = '';
    for (let more = true; more;) {
      const page = await this.asked<{ cursor?: string; more?: boolean }>(
        door,
        `/v1/feeds/${door.subscription}/${what}?limit=${PAGE}${after}`,
      );
      texts.push(page.text);
      more = page.body.more === true;
      after = `&after=${page.body.cursor}`;
    }
    if (what === 'entries') texts.push((await this.asked(door, `/v1/feeds/${door.subscription}/digest`)).text);
    return texts;
  }

  /** The frames of a snapshot, and of a stream from the first delivery on. */
  private async stream(door: Door, head: number): Promise<string[]> {
    const { body } = await this.asked<{ entries: { cursor: string }[] }>(
      door,
      `/v1/feeds/${door.subscription}/entries?limit=1`,
    );
    const resumed = head > 1 ? await framesUpTo(door, `"sequence":${head},`, body.entries[0]?.cursor) : '';
    return [await framesUpTo(door, 'event: snapshot-complete'), resumed];
  }

  private async objects(door: Door): Promise<string[]> {
    const texts: string[] = [];
    for (const asked of OBJECTS_ASKED) {
      let next = '';
      for (let more = true; more;) {
        const page = await this.asked<{ more?: boolean; next?: string }>(
          door,
          `/taxii2/feeds/collections/${door.subscription}/${asked}${next}`,
        );
        texts.push(page.text);
        more = page.body.more === true;
        next = `&next=${page.body.next}`;
      }
    }
    return texts;
  }

  /** Posted since the last time: ids and bodies. */
  private async posts({ subscription }: Door, head: number): Promise<string[]> {
    this.webhooks.endpoints.set(subscription, ({ id, text }) => {
      this.posted.push(`${id} ${text}`);
      return 204;
    });
    if (!this.enrolled.has(subscription)) await this.webhooks.enrol(subscription, 'full');
    this.enrolled.add(subscription);
    await this.webhooks.open(subscription);
    await until('not everything was posted', async () => {
      const now = await this.webhooks.standing(subscription);
      return now !== undefined && now.sent >= head;
    });
    while (!(await this.webhooks.shut(subscription))) await pause(1);
    return this.posted.splice(0);
  }

  /** An answer as it is compared: everything but its own id and the time at which it was given. */
  private async asked<Body>({ address, token }: Door, path: string): Promise<{ text: string; body: Body }> {
    const { status, headers, text, body } = await call<Body>(address, `GET ${path}`, { token });
    const dates = [headers['x-taxii-date-added-first'], headers['x-taxii-date-added-last']];
    return { text: [path, status, ...dates, text.replace(REQUEST_ID, '')].join('\n'), body };
  }
}

/** What a stream writes, to the byte, up to the end of the frame that holds a text. */
async function framesUpTo(door: Door, last: string, cursor?: string): Promise<string> {
  const response = await opened(door, cursor);
  let got = '';
  const pieces = (async function* () {
    for await (const piece of response) {
      got += String(piece);
      yield piece as Buffer;
      const at = got.indexOf(last);
      if (at >= 0 && got.includes('\n\n', at)) return;
    }
  })();
  try {
    return await wholeText(pieces);
  } finally {
    response.destroy();
  }
}
