import { readPositions } from '#graph';
import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { markingFor, PURPOSE, QuestionStand, type OrganisationKey } from '../../../test/flow/questions-stand.js';
import { call } from '../../../test/support/http.js';
import { Cases, freshVideo, nowish } from '../../../test/support/removals.js';
import { leftOutFor, notFollowed } from '../reading/left-out.js';
import type { WhatWouldFall } from '../withdrawals/fall-answer.js';
import { Origins } from '../withdrawals/origins.js';
import type { Changes } from './changes.js';
import type { EntityCard } from './entity-card.js';

/**
 * A regrade takes effect with its commit, for every question and every reader of the log: while the projector stands still,
 * while the stream is parked, and when the graph is put back. The spec says when the graph follows; Neo4j and PostgreSQL are real.
 */

let stand: QuestionStand;
let numbers = 200;

/** Questions are planned at their first use, which takes a busy machine seconds each. */
jest.setTimeout(120_000);

beforeAll(async () => {
  stand = await QuestionStand.open();
}, STARTUP_MS);
afterAll(() => stand.close());

interface Said {
  id: string;
  number: string;
  account: object;
}

/** Says of an account that it uses a number of its own, marked for some. */
async function say(by: OrganisationKey, recipients: OrganisationKey[], changes: object = {}): Promise<Said> {
  numbers += 1;
  const number = `+44 20 7946 0${numbers}`;
  const account = { kind: 'account', value: `${numbers}`, platform: 'telegram' };
  const id = await stand.say(by, {
    subject: account,
    statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: number } }],
    marking: markingFor(...recipients),
    ...changes,
  });
  return { id, number, account };
}

const toNobody = (id: string, by: OrganisationKey = 'coastal'): Promise<void> =>
  stand.regrade(`${by}-analyst`, id, { marking: { ...markingFor(), tlp: 'AMBER' } });

/** Whether an organisation finds a number, the same for every question; what they say must not tell hidden from unknown. */
async function finds(as: OrganisationKey, { number }: Said, terms: object = {}): Promise<boolean> {
  const asAnalyst = { as: `${as}-analyst` };
  const found: boolean[] = [];
  for (const question of ['entity-card', 'neighbours', 'cluster']) {
    const { status, body } = await stand.ask(question, { seed: { value: number }, ...terms }, asAnalyst);
    expect(status).toBe(200);
    found.push(body['found'] === true);
  }
  const list = await stand.ask<{ summary: { hits: number } }>(
    'list-look-up',
    { identifiers: [number], ...terms },
    asAnalyst,
  );
  found.push(list.body.summary.hits === 1);
  expect(new Set(found).size).toBe(1);
  return found[0]!;
}

/** How many events of an assertion somebody finds in the log; its first one by every way or by none. */
async function readsLog(as: string, id: string): Promise<number> {
  const read = async (route: string) =>
    call<{ events: { stream: string }[] }>(stand.commands.address, `GET /v1/log/${route}`, {
      token: await stand.commands.tokenOf(as),
      headers: { 'breakwater-purpose': PURPOSE },
    });
  const stream = await read(`streams/assertion-${id}`);
  const event = await read(`events/${id}`);
  expect([200, 404]).toContain(stream.status);
  expect(event.status).toBe(stream.status);
  await stand.send();
  const tail = await read('tail?limit=200');
  const events = stream.status === 200 ? stream.body.events : [];
  expect(tail.body.events.filter((each) => each.stream === `assertion-${id}`)).toHaveLength(events.length);
  return events.length;
}

async function allAudiences(): Promise<number[]> {
  const { rows } = await stand.commands.owner.query<{ audience: string }>('SELECT audience FROM markings');
  return rows.map(({ audience }) => Number(audience));
}

describe('a regrade that narrows', () => {
  it('takes effect with its commit while the projector stands still, and after it has followed', async () => {
    const said = await say('coastal', ['border', 'partner']);
    const withdrawn = await say('coastal', ['border']);
    await stand.hold();
    const before = await stand.nextSecond();
    await stand.withdraw('coastal', withdrawn.id);
    await stand.hold();
    expect(await finds('border', said)).toBe(true);
    expect(await finds('border', withdrawn, { knownAt: before })).toBe(true);

    await stand.regrade('coastal-analyst', said.id, { marking: markingFor('partner') });
    await toNobody(withdrawn.id);
    for (const follow of ['nothing', 'send', 'hold'] as const) {
      if (follow !== 'nothing') await stand[follow]();
      expect(await finds('border', said)).toBe(false);
      // Access to the past is decided by the marking in force now.
      expect(await finds('border', said, { knownAt: before })).toBe(false);
      expect(await finds('border', withdrawn, { knownAt: before })).toBe(false);
      expect(await finds('partner', said)).toBe(true);
      expect(await finds('coastal', withdrawn, { knownAt: before })).toBe(true);
    }
    const unknown = await stand.ask('entity-card', { seed: { value: '+44 20 7946 0999' } }, { as: 'border-analyst' });
    const hidden = await stand.ask('entity-card', { seed: { value: said.number } }, { as: 'border-analyst' });
    const shape = (text: string): string => text.replaceAll(/7946 0\d{3}|\d{6,}|"asOf":"[^"]*"|"lagSeconds":\d+/g, '');
    expect(shape(hidden.text)).toBe(shape(unknown.text));
  });

  it('is not seen before its own statement is in the graph, nor when both come at once', async () => {
    const said = await say('coastal', ['border']);
    await toNobody(said.id);
    expect(await finds('border', said)).toBe(false);
    await stand.hold();
    expect(await finds('border', said)).toBe(false);
    expect(await finds('coastal', said)).toBe(true);
  });

  it('takes effect while its stream is parked, however far the graph is', async () => {
    const said = await say('coastal', ['border']);
    await stand.hold();
    stand.spoil(said.id);
    await stand.regrade('coastal-analyst', said.id, { grading: { scheme: '3x5x2', source: '3', information: 'E' } });
    await stand.hold();
    expect(await finds('border', said)).toBe(true); // parked, and still for border
    await toNobody(said.id);
    await stand.hold();
    await say('coastal', ['border']);
    await stand.hold();
    expect(await finds('border', said)).toBe(false);
    expect(await finds('coastal', said)).toBe(true);
  });

  it('stays in effect when an older copy of the graph is put back', async () => {
    const said = await say('coastal', ['border']);
    await stand.hold();
    const place = (await readPositions(stand.graph)).find(({ key }) => key.startsWith('network.events'))!;
    const [row] = await stand.graph.read<{ pos: number; aud: number }>(
      'MATCH ()-[r]->() WHERE r.pos = $pos RETURN r.pos AS pos, r.aud AS aud',
      { pos: place.last },
    );
    await toNobody(said.id);
    await stand.hold();
    expect(await finds('border', said)).toBe(false);
    await stand.graph.command('MATCH ()-[r]->() WHERE r.pos = $pos SET r.aud = $aud', { ...row });
    await stand.graph.command('MATCH (p:Position {key: $key}) SET p.last = $last, p.event = $event', {
      key: place.key,
      last: place.last,
      event: place.event,
    });
    expect(await finds('border', said)).toBe(false);
    await stand.hold();
    expect(await finds('border', said)).toBe(false);
  });

  it('is left out of everything while the graph is filled from the beginning, and where its position means nothing', async () => {
    const { log } = stand.commands.store;
    const left = async (position: number): Promise<number> =>
      leftOutFor(await notFollowed(log, { position, parked: [] }), []).length;
    const head = await log.positions.head();
    const { rows } = await stand.commands.owner.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM events e JOIN markings_in_force f USING (stream)',
    );
    expect(rows[0]!.n).toBeGreaterThan(0);
    expect(await left(0)).toBe(rows[0]!.n);
    expect(await left(head + 1_000)).toBe(rows[0]!.n);
    expect(await left(head)).toBe(0);
    expect(leftOutFor(await notFollowed(log, { position: 0, parked: [] }), await allAudiences())).toEqual([]);
  });

  it('is followed by the readers of the log, for what was said before it too', async () => {
    const said = await say('coastal', ['border']);
    expect(await readsLog('border-auditor', said.id)).toBe(1);
    await toNobody(said.id);
    expect(await readsLog('border-auditor', said.id)).toBe(0);
    expect(await readsLog('coastal-auditor', said.id)).toBe(2);
    await stand.regrade('coastal-authoriser', said.id, { marking: markingFor('border') });
    expect(await readsLog('border-auditor', said.id)).toBe(3);
    await stand.hold();
    expect(await finds('border', said)).toBe(true);
  });

  it('R4: narrows what rests on it at once, for those who may see only that', async () => {
    const said = await say('coastal', ['border', 'partner']);
    const derived = await say('border', ['partner'], { basis: [said.id] });
    const further = await say('partner', [], { basis: [derived.id] });
    await stand.hold();
    expect(await finds('partner', derived)).toBe(true);
    await toNobody(said.id);
    for (const follow of ['nothing', 'hold'] as const) {
      if (follow !== 'nothing') await stand.hold();
      expect(await finds('partner', derived)).toBe(false);
      expect(await finds('border', derived)).toBe(true);
      expect(await finds('partner', further)).toBe(true);
    }
    expect(await readsLog('partner-auditor', derived.id)).toBe(0);
  });
});

describe('R1: a regrade of the grading', () => {
  it('counts from then on; what was known before is graded as it was', async () => {
    const said = await say('coastal', ['border']);
    await stand.hold();
    const before = await stand.nextSecond();
    await stand.regrade('coastal-analyst', said.id, { grading: { scheme: '3x5x2', source: '3', information: 'D' } });
    await stand.hold();
    const graded = async (terms: object): Promise<unknown> => {
      const { body } = await stand.ask<EntityCard>(
        'entity-card',
        { seed: { value: said.number }, ...terms },
        { as: 'border-analyst' },
      );
      return body.claims?.[0]?.statements[0]?.grading;
    };
    expect(await graded({})).toEqual({ scheme: '3x5x2', source: '3', information: 'D' });
    expect(await graded({ knownAt: before })).toEqual({ scheme: '3x5x2', source: '2', information: 'B' });
    const minimumGrading = { scheme: '3x5x2', source: '2', information: 'B' };
    expect(await graded({ minimumGrading })).toBeUndefined();
    expect(await graded({ minimumGrading, knownAt: before })).toBeDefined();
    const changes = async (): Promise<unknown> => {
      const asked = { seed: { value: said.number }, since: before };
      const { body } = await stand.ask<Changes>('changes', asked, { as: 'border-analyst' });
      return body.changes?.map(({ change, graded: grades }) => [change, grades?.before.grading?.source]);
    };
    expect(await changes()).toEqual([['graded-anew', '2']]);
    await stand.regrade('coastal-authoriser', said.id, { marking: markingFor('border', 'partner') });
    await stand.hold();
    expect(await changes()).toEqual([['graded-anew', '2']]);
  });
});

describe('what would fall with a source', () => {
  it('is asked of the log, and narrowed with the commit of a regrade', async () => {
    const origin = `report ${numbers}`;
    const said = await say('coastal', ['border', 'partner'], { origin });
    const derived = await say('border', ['partner'], { basis: [said.id] });
    await say('partner', [], { origin, basis: [derived.id] });
    const fall = async (as: OrganisationKey, source: object): Promise<unknown> => {
      const { status, body } = await stand.ask<WhatWouldFall>(
        'what-would-fall',
        { ...source, seed: { value: said.number } },
        { as: `${as}-analyst` },
      );
      expect(status).toBe(200);
      const { totals, cluster, found } = body;
      return found ? [totals?.statements, totals?.resting, cluster?.leaving] : found;
    };
    expect(await fall('coastal', { origin })).toBe(false); // not in the graph yet
    await stand.hold();
    expect(await fall('partner', { origin })).toEqual([2, 1, 1]);
    expect(await fall('partner', { assertion: said.id })).toEqual([1, 2, 1]);
    expect(await fall('border', { origin })).toEqual([1, 1, 1]);
    expect(await fall('coastal', { origin })).toEqual([1, 0, 1]);
    await toNobody(said.id);
    for (const follow of ['nothing', 'hold'] as const) {
      if (follow !== 'nothing') await stand.hold();
      expect(await fall('border', { origin })).toBe(false);
      expect(await fall('border', { assertion: said.id })).toBe(await fall('border', { origin: 'nobody said so' }));
      expect(await fall('coastal', { origin })).toEqual([1, 0, 1]);
    }
  });

  it('counts what was referred and what a platform answered, by the id of the record and by that of the platform', async () => {
    const cases = new Cases(stand.commands);
    const { url } = freshVideo();
    const referral = await cases.referred('coastal', url);
    const outcome = { result: 'actioned', effect: 'removed', effectiveAt: nowish() };
    const route = `inbox/${await cases.removalOf(url)}/decide`;
    expect((await cases.send('lumen-moderator', route, { outcome })).status).toBe(200);
    await stand.hold();
    const fall = async (as: OrganisationKey, source: object): Promise<unknown> => {
      const { body } = await stand.ask<WhatWouldFall>('what-would-fall', source, { as: `${as}-analyst` });
      return body.falls?.map(({ relation }) => relation).sort() ?? body.found;
    };
    const { organisation } = ORGANISATIONS.lumen;
    expect(await fall('coastal', { assertion: referral })).toEqual(['REFERS', 'REMOVED']);
    expect(await fall('coastal', { origin: organisation })).toEqual(['REMOVED']);
    expect(await fall('border', { assertion: referral })).toBe(false);
    expect(await fall('border', { origin: organisation })).toBe(false);
  });

  it('is not answered for a position up to which no origins could be read', async () => {
    const { log } = stand.commands.store;
    const origins = new Origins(log);
    const head = await log.positions.head();
    await origins.holdsUpTo(head, () => false);
    await origins.holdsUpTo(head, () => true); // read already, by whomever
    await expect(origins.holdsUpTo(head + 1_000_000, () => false)).rejects.toMatchObject({ code: 'origins.filling' });
  });
});
