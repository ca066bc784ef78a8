/**
 * Two logs that differ only in what one organisation may not see give its feeds the same slots, at the same times, with the same
 * notices: everything that a delivery id, a digest or a page is made of.
 */
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Said } from '../support/feeds-stand.js';
import { FeedsStand, openFanOut } from '../support/feeds-stand.js';
import { hiddenActs, histories, type Act } from './feed-acts.js';
import { FeedAuthor } from './feed-author.js';
import type { ModelFeed } from './feeds-model.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 200 : 2));
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 2026);
const RUN_MS = 30_000;
const BEGINNING = Date.parse('2040-01-01T00:00:00Z');

/** What happens at a time: something is said, or all that the organisation has is delivered to it. */
type Happening = { at: number; said: Said } | { at: number; deliver: true };

interface History {
  organisation: string;
  visible: Happening[];
  hidden: Happening[];
}

/** A history and what is hidden in it, in words and without a log. */
async function told(acts: readonly Act[], secrets: readonly (readonly [number, SecretAct])[]): Promise<History> {
  const visible: Happening[] = [];
  const hidden: Happening[] = [];
  const feeds: ModelFeed[] = [];
  let at = BEGINNING;
  const into = (list: Happening[]) => (said: Said) => {
    const id = uuid();
    list.push({ at, said: { ...said, id } });
    if (said.type !== 'subscription.made') return Promise.resolve(id);
    const { subscription, organisation, filter } = said.data as {
      subscription: string;
      organisation: string;
      filter: object;
    };
    if (list === visible) feeds.push({ subscription, organisation, filter, over: false, slots: [], held: new Set() });
    return Promise.resolve(id);
  };
  const author = new FeedAuthor(into(visible), feeds, BEGINNING);
  await author.begin();
  const secretive = author.beside(into(hidden));
  for (const [place, act] of acts.entries()) {
    at += 60_000;
    if (act.type === 'deliver') visible.push({ at, deliver: true });
    else if (act.type === 'pass') at += act.minutes * 60_000;
    else if (act.type !== 'run') await author.act(act);
    author.now = at;
    at += 1_000;
    for (const [where, secret] of secrets) if (where % acts.length === place) await secretive.act(secret);
  }
  return { organisation: author.speakers[0] ?? '', visible, hidden };
}

type SecretAct = Parameters<FeedAuthor['act']>[0];

/** All that the organisation's feeds show, with positions replaced by the ids of their events: positions are nobody's to see. */
async function shown(happenings: readonly Happening[], organisation: string, atMost: number): Promise<unknown[]> {
  const stand = await FeedsStand.open('feeds-noninterference');
  try {
    const fanOut = openFanOut(stand.log, atMost);
    const given: { id: string; at: string }[] = [];
    const decided = async (): Promise<void> => {
      await stand.sequence();
      // Times as the history has them, whatever the clock said: both logs give them to what both say.
      await stand.store.owner.query(
        `UPDATE log_positions p SET given_at = t.at
         FROM unnest($1::uuid[], $2::timestamptz[]) AS t (id, at) JOIN events e USING (id) WHERE p.seq = e.seq`,
        [given.map(({ id }) => id), given.splice(0).map(({ at }) => at)],
      );
      await fanOut.toHead();
    };
    for (const happening of [...happenings].sort((a, b) => a.at - b.at)) {
      if ('said' in happening) {
        const [id = ''] = await stand.say(happening.said);
        given.push({ id, at: new Date(happening.at).toISOString() });
        continue;
      }
      await decided();
      const feeds = await stand.log.query<{ subscription: string }>(
        'SELECT subscription FROM feed_subscribers WHERE organisation = $1',
        [organisation],
      );
      for (const { subscription } of feeds) {
        const live = (await stand.slots(subscription)).filter(({ ended }) => ended === null);
        await stand.deliver(
          subscription,
          live.map(({ sequence }) => sequence),
        );
      }
    }
    await decided();
    return await stand.log.query(
      `SELECT f.subscription, f.sequence AS last, f.added AS "lastAdded", s.sequence, s.added, s.kind, e.id AS event, x.id AS ended,
         n.kind AS notice, n.reason, n.sequences, n.state, n.due_at, n.details
       FROM feed_slots s JOIN feed_subscribers f USING (subscriber)
       JOIN log_positions p ON p.position = s.position JOIN events e ON e.seq = p.seq
       LEFT JOIN log_positions o ON o.position = s.ended LEFT JOIN events x ON x.seq = o.seq
       LEFT JOIN feed_notices n ON n.subscriber = s.subscriber AND n.sequence = s.sequence
       WHERE f.organisation = $1 ORDER BY f.subscription, s.sequence`,
      [organisation],
    );
  } finally {
    await stand.close();
  }
}

describe('what an organisation may not see', () => {
  it(
    'leaves no trace in its feeds: not in a sequence, a time, a notice, or an order',
    async () => {
      const slots = { shown: 0, hidden: 0 };
      const secrets = fc.array(fc.tuple(fc.nat(), hiddenActs), { minLength: 10, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(histories, secrets, async (acts, secret) => {
          const { organisation, visible, hidden } = await told(acts, secret);
          const without = await shown(visible, organisation, 1_000);
          const beside = await shown([...visible, ...hidden], organisation, 3);
          expect(beside).toEqual(without);
          slots.shown += without.length;
          slots.hidden += hidden.length;
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      process.stdout.write(`${RUNS} pairs of logs: ${JSON.stringify(slots)}\n`);
      expect(Math.min(slots.shown, slots.hidden)).toBeGreaterThan(RUNS * 5);
    },
    RUNS * RUN_MS + 60_000,
  );
});
