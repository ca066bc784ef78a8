/**
 * Two worlds that differ only in what one organisation may not see show its feeds the same to the last byte, on every channel: pages and
 * digests, frames of streams, webhooks and their ids, objects, dates and manifests of TAXII.
 */
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { LocalIssuer } from '../../infra/local/issuer/index.js';
import type { Said } from '../support/feed-events.js';
import { startTestIssuer } from '../support/test-issuer.js';
import { hiddenActs, histories, type Act } from './feed-acts.js';
import { FeedAuthor } from './feed-author.js';
import type { ModelFeed } from './feeds-model.js';
import { hiddenInStreams } from './hidden-in-streams.js';
import { ShownWorld, type Happening, type History } from './shown-world.js';

const FULL = process.env['BREAKWATER_PROOF'] === 'full';
const RUNS = Number(process.env['BREAKWATER_HISTORIES'] ?? (FULL ? 200 : 1));
const SEED = Number(process.env['BREAKWATER_SEED'] ?? 2026);
const RUN_MS = 30_000;
const BEGINNING = Date.parse('2040-01-01T00:00:00Z');

type SecretAct = Parameters<FeedAuthor['act']>[0];

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

let issuer: LocalIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer?.stop());

async function shown(happenings: readonly Happening[], organisation: string, atMost: number): Promise<string[]> {
  const world = await ShownWorld.open(organisation, issuer, atMost);
  try {
    return await world.shown(happenings);
  } finally {
    await world.close();
  }
}

/** What the organisation is shown, which is the same with and without what is hidden. */
async function shownInBoth({ organisation, visible, hidden }: History): Promise<string[]> {
  const without = await shown(visible, organisation, 1_000);
  expect(await shown([...visible, ...hidden], organisation, 3)).toEqual(without);
  return without;
}

describe('what an organisation may not see', () => {
  it(
    'leaves no trace in its feeds, on any channel: not in a sequence, an id, a time, a notice, or an order',
    async () => {
      const counts = { looks: 0, bytes: 0, hidden: 0 };
      const secrets = fc.array(fc.tuple(fc.nat(), hiddenActs), { minLength: 10, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(histories, secrets, async (acts, secret) => {
          const history = await told(acts, secret);
          const looks = await shownInBoth(history);
          counts.looks += looks.length;
          counts.bytes += looks.join('').length;
          counts.hidden += history.hidden.length;
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      process.stdout.write(`${RUNS} pairs of worlds, seed ${SEED}: ${JSON.stringify(counts)}\n`);
      expect(Math.min(counts.looks, counts.hidden)).toBeGreaterThan(RUNS * 5);
    },
    RUNS * RUN_MS + 60_000,
  );

  it('leaves none where it stands in the same streams as what it may see', async () => {
    const looks = (await shownInBoth(hiddenInStreams())).join('\n');
    // Or there would be nothing that could differ.
    const kinds = [
      '"revoked":true',
      '"more":true',
      'event: notice',
      'event: withheld',
      'feed.recall',
      'referral.closed',
    ];
    expect(kinds.filter((kind) => !looks.includes(kind))).toEqual([]);
  });
});
