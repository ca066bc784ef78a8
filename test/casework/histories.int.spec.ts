import fc from 'fast-check';
import type { KnownEvent } from '#events';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { histories, type Batch } from './history-commands.js';
import {
  differingReplies,
  illegalSteps,
  miscounted,
  strayRows,
  wrongClocks,
  type KeptReferral,
} from './history-oracle.js';
import { HistoryWorld, type Played } from './history-world.js';

/** With BREAKWATER_PROOF=full 10,000 histories; otherwise a sample. BREAKWATER_HISTORIES names another number. */
const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 10_000 : 20));
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 2026);
const RUN_MS = 4_000;

let world: HistoryWorld;
beforeAll(async () => {
  world = await HistoryWorld.open('histories');
}, STARTUP_MS);
afterAll(() => world?.close());

const seen = { replies: 0, accepted: 0, repeated: 0, breaches: 0, joined: 0, held: 0, declared: 0 };

async function faultsOf(played: Played): Promise<string[]> {
  const { replies, referrals, entities } = played;
  const removals = await world.rows<{ removal: string }>('SELECT removal FROM removals WHERE entity = ANY ($1)', [
    entities,
  ]);
  const interests = await world.rows<{ interest: string }>(
    'SELECT interest FROM interest_entities WHERE entity = ANY ($1)',
    [entities],
  );
  const names = [
    ...referrals.map((id) => `referral-${id}`),
    ...removals.map(({ removal }) => `removal-${removal}`),
    ...interests.map(({ interest }) => `interest-${interest}`),
  ];
  const streams = await streamsOf(names);
  const rows = await world.rows<KeptReferral>(
    'SELECT referral, state, version FROM referrals WHERE referral = ANY ($1::uuid[])',
    [referrals],
  );
  const events = [...streams.values()].flat();
  const now = world.clock.now();
  count(replies, events);
  return [
    ...differingReplies(replies),
    ...miscounted(replies, events),
    ...referrals.flatMap((id) => illegalSteps(streams.get(`referral-${id}`) ?? [])),
    ...referrals.flatMap((id) => wrongClocks(streams.get(`referral-${id}`) ?? [], now)),
    ...strayRows(streams, rows),
    ...(await disagreements(referrals)),
  ];
}

/** Both sides of the record: each submitted item stands in a removal, and what the platform decided is what the agency knows. */
async function disagreements(referrals: readonly string[]): Promise<string[]> {
  const rows = await world.rows<{
    referral: string;
    item: number;
    said: string | null;
    decided: string | null;
    places: number;
  }>(
    `SELECT i.referral, i.item, i.state AS said, q.places::int,
            CASE WHEN q.state = 'decided' THEN q.result WHEN q.state IN ('requested', 'acknowledged', 'needs-information') THEN 'open' END AS decided
       FROM referral_items i JOIN referrals r USING (referral), LATERAL (
         SELECT count(*) AS places, (array_agg(v.state ORDER BY v.received_at DESC, v.removal) FILTER (WHERE s.standing))[1] AS state,
                (array_agg(v.result ORDER BY v.received_at DESC, v.removal) FILTER (WHERE s.standing))[1] AS result
           FROM removal_requests s JOIN removals v USING (removal) WHERE s.referral = i.referral AND s.item = i.item
       ) AS q
      WHERE i.referral = ANY ($1::uuid[]) AND r.submitted_at IS NOT NULL`,
    [referrals],
  );
  const open = ['submitted', 'acknowledged', 'needs-information'];
  return rows.flatMap(({ referral, item, said, decided, places }) => {
    const agrees =
      decided === null || said === 'withdrawn' || said === decided || (decided === 'open' && open.includes(said ?? ''));
    return places > 0 && agrees
      ? []
      : [`item ${item} of ${referral}: the agency knows ${said}, the platform ${decided}`];
  });
}

async function streamsOf(names: readonly string[]): Promise<Map<string, KnownEvent[]>> {
  const streams = new Map<string, KnownEvent[]>();
  for (const name of new Set(names)) streams.set(name, await world.store.store.log.readStream(name));
  return streams;
}

function count(replies: Played['replies'], events: readonly KnownEvent[]): void {
  const of = (type: string): number => events.filter(({ body }) => body.type === type).length;
  seen.replies += replies.length;
  seen.accepted += replies.filter(({ accepted }) => accepted).length;
  seen.repeated += replies.reduce((sum, { said }) => sum + said.length, 0);
  seen.breaches += of('deadline.breached');
  seen.joined += of('removal.joined');
  seen.held += of('referral.held');
  seen.declared += of('interest.declared');
}

describe('any history of referrals, removals and checks', () => {
  it(
    'gives each command exactly one effect and all its replies the same text, reaches no illegal state, and keeps time',
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (history: Batch[]) => {
          expect(await faultsOf(await world.play(history))).toEqual([]);
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      process.stdout.write(`${RUNS} histories: ${JSON.stringify(seen)}\n`);
      // A history in which nothing happens would prove nothing.
      expect(seen.accepted).toBeGreaterThan(RUNS * 3);
      for (const kind of ['breaches', 'joined', 'held'] as const) expect(seen[kind]).toBeGreaterThan(0);
    },
    RUNS * RUN_MS + 60_000,
  );
});
