/** Open streams of a hundred agencies: what they can take, how soon an event arrives at half of that, and what a thousand weigh. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openLog, type EventLog } from '#event-log';
import type { LocalServers } from '../../infra/local/index.js';
import { startIssuer, type LocalIssuer } from '../../infra/local/issuer/index.js';
import type { Budget } from '../harness/budget.js';
import { barAtMost, quantile, type Bar } from '../harness/figures.js';
import { table } from '../harness/report.js';
import { startApp, type AppProcess } from '../stack/app-process.js';
import { migratedDatabase } from '../stack/bench-servers.js';
import {
  appendAll,
  markingsFor,
  organisationOf,
  reportsFor,
  subscriptionOf,
  subscriptions,
  type Written,
} from './feed-log.js';
import { StreamReader, type Arrived } from './stream-readers.js';

const STREAMS = 100;
/** As many as make the measured rate steady. */
const BURST = 10_000;
const AT_ONCE = 250;
const PACED_SECONDS = 20;
const SLICE_MS = 20;
const WITHIN_MS = 120_000;
const MOST_STREAMS = 1_000;
const DELAY_BAR_MS = 250;
const WEIGHT_BAR_MB = 300;
const TOKEN_SECONDS = 7_200;

export async function measureStreams(
  servers: LocalServers,
  budget: Budget,
  say: (line: string) => void,
): Promise<{ bars: Bar[]; figures: object; tables: string[] }> {
  const bed = await openBed(servers, say);
  const readers: StreamReader[] = [];
  const arrived = new Map<string, number[]>();
  const take = ({ event, at }: Arrived): void => {
    const times = arrived.get(event);
    if (times === undefined) arrived.set(event, [at]);
    else times.push(at);
  };
  try {
    for (let place = 0; place < STREAMS; place++) readers.push(await bed.open(place, take));
    say(`${STREAMS} streams are open; a burst of ${BURST.toLocaleString('en')} events`);
    const reports = reportsFor(bed.markings, Number.MAX_SAFE_INTEGER, 900);
    const rate = await capacity(bed, reports, arrived);
    say(`they take ${Math.round(rate).toLocaleString('en')} events/s; half of it for ${PACED_SECONDS} s`);
    const delays = await paced(bed, reports, arrived, rate / 2);
    for (const reader of readers.splice(0)) reader.close();
    const before = residentMb(bed.app);
    for (let place = 0; place < MOST_STREAMS; place++) readers.push(await bed.open(place % STREAMS));
    await pause(2_000); // what opening left behind is collected
    const weight = residentMb(bed.app);
    const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
    if (budget.leftSeconds() < 0) budget.note('the streams took longer than was left');
    return {
      bars: [
        barAtMost('ms from append to client at half of capacity, p99', p99, DELAY_BAR_MS),
        barAtMost(`MB with ${MOST_STREAMS.toLocaleString('en')} open streams`, weight, WEIGHT_BAR_MB),
      ],
      figures: { streams: { eventsPerSecond: Math.round(rate), deliveries: delays.length, p50, p99, before, weight } },
      tables: [
        table(
          ['streams', 'events/s', 'deliveries/s', 'delay p50 ms', 'p99 ms', 'MB before', `MB with ${MOST_STREAMS}`],
          [
            [
              String(STREAMS),
              String(Math.round(rate)),
              String(Math.round(rate * 10)),
              p50.toFixed(0),
              p99.toFixed(0),
              before.toFixed(0),
              weight.toFixed(0),
            ],
          ],
        ),
      ],
    };
  } finally {
    for (const reader of readers) reader.close();
    await bed.close();
  }
}

interface StreamBed {
  log: EventLog;
  app: AppProcess;
  markings: ReturnType<typeof markingsFor>;
  open(place: number, told?: (arrived: Arrived) => void): Promise<StreamReader>;
  close(): Promise<void>;
}

async function openBed(servers: LocalServers, say: (line: string) => void): Promise<StreamBed> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).toReversed()) await end();
  };
  try {
    return await beginStreams(servers, say, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function beginStreams(
  servers: LocalServers,
  say: (line: string) => void,
  opened: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<StreamBed> {
  const { ownerUrl, appUrl } = await migratedDatabase(servers, 'feeds_streams');
  const issuer = await startIssuer({ dataDir: servers.dataDir });
  opened.push(() => issuer.stop());
  await admit(ownerUrl, issuer);
  const log = await openLog({ url: appUrl, applicationName: 'bench', poolSize: 4 });
  opened.push(() => log.close());
  await appendAll(log, [...subscriptions(STREAMS)]);
  say('starting event-relay and partner-feeds');
  const env = { ...servers.env(), DATABASE_URL: appUrl };
  const relay = await startApp('event-relay', env);
  opened.push(() => relay.stop());
  const app = await startApp('partner-feeds', {
    ...env,
    ...issuer.env(),
    BREAKWATER_FEED_KEY: randomBytes(32).toString('base64'),
    BREAKWATER_CURSOR_KEY: randomBytes(32).toString('base64'),
  });
  opened.push(() => app.stop());
  const tokens = await Promise.all(
    Array.from({ length: STREAMS }, (_, place) =>
      issuer.tokenFor('partner-feed', { subject: subjectOf(place), seconds: TOKEN_SECONDS }),
    ),
  );
  await untilBegun(log);
  return {
    log,
    app,
    markings: markingsFor(STREAMS),
    open: (place, told) =>
      StreamReader.open(app.port, `/v1/feeds/${subscriptionOf(place)}/stream`, tokens[place] as string, told),
    close,
  };
}

const subjectOf = (place: number): string => `feed-reader-${place}`;

/** What commands would have written beside the events. */
async function admit(ownerUrl: string, { issuer }: LocalIssuer): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const places = Array.from({ length: STREAMS }, (_, place) => place);
  const organisations = places.map(organisationOf);
  await owner.query(
    `INSERT INTO organisations (organisation, name, kind, groups) SELECT o, 'agency', 'agency', '{}' FROM unnest($1::uuid[]) AS o`,
    [organisations],
  );
  await owner.query(
    `INSERT INTO members (issuer, subject, organisation, roles, compartments)
     SELECT $1, s, o, '{feed-subscriber}', '{}' FROM unnest($2::text[], $3::uuid[]) AS m (s, o)`,
    [issuer, places.map(subjectOf), organisations],
  );
  await owner.query(
    `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, version, made_at)
     SELECT s, o, 'everything', 'active', '{}', '{"kind": "pull"}', 1, clock_timestamp() FROM unnest($1::uuid[], $2::uuid[]) AS m (s, o)`,
    [places.map(subscriptionOf), organisations],
  );
  await owner.end();
}

async function untilBegun(log: EventLog): Promise<void> {
  const giveUp = Date.now() + WITHIN_MS;
  for (;;) {
    const [row] = await log.query<{ begun: number }>('SELECT count(*)::int AS begun FROM feed_subscribers', []);
    if (row?.begun === STREAMS) return;
    if (Date.now() > giveUp) throw new Error('fan-out has not reached the subscriptions: see the log of partner-feeds');
    await pause(20);
  }
}

function next(reports: Iterator<Written>, count: number): Written[] {
  return Array.from({ length: count }, () => reports.next().value as Written);
}

const recipientsOf = ({ events }: Written): number => events[0]?.marking.releasableTo.length ?? 0;

async function untilArrived(said: readonly Written[], arrived: ReadonlyMap<string, number[]>): Promise<void> {
  const giveUp = Date.now() + WITHIN_MS;
  for (const each of said)
    while ((arrived.get(each.events[0]?.id ?? '')?.length ?? 0) < recipientsOf(each)) {
      if (Date.now() > giveUp) throw new Error(`${each.events[0]?.id} has not arrived everywhere in time`);
      await pause(5);
    }
}

/** Events a second from the first append to the last arrival. */
async function capacity(
  { log }: StreamBed,
  reports: Iterator<Written>,
  arrived: ReadonlyMap<string, number[]>,
): Promise<number> {
  const said = next(reports, BURST);
  const begun = performance.now();
  for (let from = 0; from < said.length; from += AT_ONCE) await appendAll(log, said.slice(from, from + AT_ONCE));
  await untilArrived(said, arrived);
  return (BURST / (performance.now() - begun)) * 1000;
}

/** Milliseconds from the beginning of each append to each arrival, at a steady rate. */
async function paced(
  { log }: StreamBed,
  reports: Iterator<Written>,
  arrived: ReadonlyMap<string, number[]>,
  rate: number,
): Promise<number[]> {
  const saidAt = new Map<string, number>();
  const said: Written[] = [];
  const begun = performance.now();
  for (let owed = 0; performance.now() - begun < PACED_SECONDS * 1000;) {
    owed = ((performance.now() - begun) / 1000) * rate - said.length;
    const slice = next(reports, Math.max(1, Math.floor(owed)));
    const at = performance.now();
    for (const { events } of slice) saidAt.set(events[0]?.id ?? '', at);
    said.push(...slice);
    await appendAll(log, slice);
    await pause(SLICE_MS);
  }
  await untilArrived(said, arrived);
  return [...saidAt].flatMap(([event, at]) => (arrived.get(event) ?? []).map((time) => time - at));
}

function residentMb(app: AppProcess): number {
  const status = readFileSync(`/proc/${app.pid()}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
