import { randomUUID } from 'node:crypto';
import { recordActs } from '#access';
import { createLogger, type HttpApp } from '#runtime';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { sealEverything } from '../../../test/support/audit-sealer.js';
import { FeedStand, GREEN, type Placed, type SubscribedFeed } from '../../../test/support/feed-stand.js';
import { call, type Answer } from '../../../test/support/http.js';
import { startCommandApi } from '../command-api.js';
import type { Held } from './held.js';

let stand: FeedStand;
let app: HttpApp;
beforeAll(async () => {
  stand = await FeedStand.open('held');
  const quiet = { ownsProcess: false, log: createLogger('command-api', 'silent') };
  app = await startCommandApi(stand.store.environment, quiet);
}, STARTUP_MS);
afterAll(async () => {
  await app?.close();
  await stand?.close();
});

const { coastal, border, partner } = ORGANISATIONS;
const ask = async (persona: string, item: string): Promise<Answer<Held & { code: string }>> =>
  call(app.address, `GET /v1/held?item=${item}`, {
    token: await stand.store.tokenOf(persona),
    headers: { 'breakwater-purpose': 'recall' },
  });

/** A slot that went out. */
async function delivered(feed: SubscribedFeed, said: Placed, channels: string[]): Promise<number> {
  const sequence = await stand.slot(feed, said);
  for (const channel of channels)
    await stand.store.owner.query(
      `INSERT INTO feed_ledger (subscriber, sequence, channel, audience, basis, audit) VALUES ($1, $2, $3, 7, 'ground.community', 1)`,
      [feed.subscriber, sequence, channel],
    );
  return sequence;
}

describe('who still holds an item', () => {
  it('is told with channel, time, ground and recall, and with who was shown it otherwise', async () => {
    const said = await stand.said();
    const feed = await stand.subscribed();
    const sequence = await delivered(feed, said, ['pull', 'webhook']);
    await stand.slot(feed, said, { kind: 'recall', sequences: [sequence], state: 'pending', reason: 'withdrawn' });
    const other = await stand.subscribed(border.organisation);
    await stand.slot(other, said);
    const shown = { viewer: { organisation: border.organisation, subject: 'analyst' }, purpose: 'operation-tern' };
    await recordActs(stand.log, [
      { ...shown, act: 'disclosure', ids: [said.stream], recipients: [border.organisation], reason: 'question.paths' },
      { ...shown, act: 'disclosure', ids: [said.id], recipients: [partner.organisation], reason: 'release.carry-out' },
      { ...shown, act: 'disclosure', ids: [said.stream], recipients: [partner.organisation], reason: 'feed.pull' },
      { ...shown, act: 'consultation', ids: [said.stream], reason: 'question.paths' },
    ]);
    await sealEverything(stand.log);
    const { status, body, text } = await ask('coastal-authoriser', said.stream);
    expect(status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
    const delivery = { event: said.id, type: 'assertion.made', at: time, ground: 'ground.community' };
    const recall = { notice: 'recall', reason: 'withdrawn', state: 'pending', dueAt: time };
    const once = { times: 1, first: time, last: time };
    expect(body).toEqual({
      item: said.stream,
      recipients: [
        {
          organisation: border.organisation,
          name: border.name,
          deliveries: [],
          disclosures: [{ by: 'answer', ...once }],
        },
        {
          organisation: partner.organisation,
          name: partner.name,
          deliveries: [
            { ...delivery, channel: 'pull', recall },
            { ...delivery, channel: 'webhook', recall },
          ],
          disclosures: [{ by: 'copy', ...once }],
        },
      ],
      truncated: false,
    });
    expect(text).not.toMatch(/sequence|operation-tern|question/);
    await stand.store.owner.query(
      `UPDATE feed_notices SET state = 'applied', answered_at = now() WHERE subscriber = $1`,
      [feed.subscriber],
    );
    const later = await ask('coastal-auditor', said.stream);
    expect(later.body.recipients[1]?.deliveries[0]?.recall).toEqual({ ...recall, state: 'applied', answeredAt: time });
  });

  it('is told of own items alone: those of others, and those the caller may not see, are as if they were not', async () => {
    const theirs = await stand.said({ ...GREEN, originator: border.organisation });
    const secret = await stand.said({ ...GREEN, compartment: 'saltmarsh' });
    const narrowed = await stand.said();
    await stand.regraded(narrowed, { ...GREEN, compartment: 'saltmarsh' });
    const nothing = `assertion-${randomUUID()}`;
    for (const item of [theirs.stream, secret.stream, narrowed.stream, nothing]) {
      const { status, body } = await ask('coastal-authoriser', item);
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
    expect((await ask('coastal-analyst', theirs.stream)).status).toBe(403);
    expect((await ask('coastal-authoriser', 'moth')).status).toBe(400);
    expect((await ask('border-authoriser', theirs.stream)).body.recipients).toEqual([]);
    expect(coastal.organisation).toBe(GREEN.originator);
  });
});
