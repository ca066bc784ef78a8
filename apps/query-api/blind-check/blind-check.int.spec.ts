import { ORGANISATIONS } from '../../../infra/local/issuer/index.js';
import { until } from '../../../infra/local/until.js';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { markingFor, QuestionStand } from '../../../test/flow/questions-stand.js';
import { call } from '../../../test/support/http.js';
import { refuseTooMany } from './ask-limits.js';
import { HOLDINGS } from './holders.js';
import type { BlindCheckAnswer } from './blind-checks.js';

const HELD = '+44 7700 900123';
const { coastal, border, partner } = ORGANISATIONS;
let stand: QuestionStand;

beforeAll(async () => {
  stand = await QuestionStand.open({
    BREAKWATER_BLIND_CHECK_SECONDS: '1',
    BREAKWATER_BLIND_CHECKS_PER_MEMBER: '3',
    BREAKWATER_BLIND_CHECKS_PER_ORGANISATION: '4',
  });
  const uses = (number: string): object => ({
    statements: [{ relation: 'USES_NUMBER', object: { kind: 'phone-number', value: number } }],
  });
  await stand.say('coastal', { ...uses(HELD), marking: markingFor() });
  await stand.say('border', { ...uses(HELD), marking: markingFor() });
  await stand.say('partner', { ...uses(HELD), marking: markingFor() });
  const withdrawn = await stand.say('border', { ...uses('+44 7700 900124'), marking: markingFor() });
  await stand.withdraw('border', withdrawn);
  await stand.hold();
}, STARTUP_MS);
afterAll(() => stand?.close());

const contact = 'Operation Tern desk';
const ask = (value: string, as = 'partner-analyst') =>
  stand.ask<BlindCheckAnswer & { code: string }>('blind-check', { seed: { value }, contact }, { as });

async function looked(reference: string): Promise<void> {
  await until('nobody looked for holders', async () => {
    const { rows } = await stand.commands.owner.query(
      'SELECT 1 FROM blind_checks WHERE reference = $1 AND looked_at IS NOT NULL',
      [reference],
    );
    return rows.length > 0;
  });
}

interface NoticePage {
  notices: { kind: string; about: string; details: { asker: { name: string }; contact: string; entities: string[] } }[];
}

async function noticesOf(persona: string): Promise<NoticePage['notices']> {
  const { body } = await call<NoticePage>(stand.commands.address, 'GET /v1/notices', {
    token: await stand.commands.tokenOf(persona),
    headers: { 'breakwater-purpose': 'operation-tern' },
  });
  return body.notices;
}

describe('a blind check', () => {
  it('answers the same whether others hold something, held it once, or nobody ever named it', async () => {
    const answers = await Promise.all([HELD, '+44 7700 900124', '+44 7700 900199'].map((value) => ask(value)));
    const [first] = answers;
    for (const { status, headers, body } of answers) {
      const { date: _, 'request-id': __, traceparent: ___, ...rest } = headers;
      const { date: ____, 'request-id': _____, traceparent: ______, ...same } = first!.headers;
      expect([status, rest, { ...body, reference: '' }]).toEqual([200, same, { ...first!.body, reference: '' }]);
    }
    for (const { body } of answers) await looked(body.reference);
    const told = await noticesOf('coastal-analyst');
    expect(told.map(({ kind, about }) => [kind, about])).toEqual([['blind-check', first!.body.reference]]);
    expect(told[0]?.details).toMatchObject({ asker: { name: 'Partner Agency' }, contact });
    expect((await noticesOf('border-authoriser')).map(({ about }) => about)).toEqual([first!.body.reference]);
    expect(JSON.stringify(told)).not.toContain('900123');
  });

  it('tells whoever asked nothing: no notice of their own, nothing in what their auditors read', async () => {
    expect(await noticesOf('partner-analyst')).toEqual([]);
    const { rows } = await stand.commands.owner.query<{ organisation: string }>(
      `SELECT DISTINCT organisation FROM audit WHERE reason = 'blind-check.told' ORDER BY 1`,
    );
    expect(rows.map(({ organisation }) => organisation)).toEqual([coastal.organisation, border.organisation]);
    const { rows: own } = await stand.commands.owner.query<{ reason: string; recipients: string[] }>(
      `SELECT DISTINCT reason, recipients FROM audit WHERE organisation = $1 AND reason LIKE '%blind%'`,
      [partner.organisation],
    );
    expect(own).toEqual([{ reason: 'question.blind-check', recipients: [] }]);
  });

  it('is asked a few times an hour only, by a member and by an organisation, and says when again', async () => {
    const { status, body, headers } = await ask('+44 7700 900150');
    expect([status, body.code]).toEqual([429, 'blind-check.too-many']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3_500);
    expect((await ask('+44 7700 900150', 'partner-referrer')).status).toBe(200);
    expect((await ask('+44 7700 900150', 'partner-authoriser')).status).toBe(429);
    expect((await ask('+44 7700 900150', 'border-analyst')).status).toBe(200);
  });

  it('waits as long as the longer of the two limits', () => {
    const lately = { bySubject: 3, byOrganisation: 4, subjectAgainIn: 10.2, organisationAgainIn: 90 };
    const limits = { perSubject: 3, perOrganisation: 4 };
    expect(() => refuseTooMany(lately, limits)).toThrow(
      expect.objectContaining({ headers: { 'retry-after': '90' } }) as Error,
    );
    expect(() => refuseTooMany({ ...lately, byOrganisation: 3 }, limits)).toThrow(
      expect.objectContaining({ headers: { 'retry-after': '11' } }) as Error,
    );
    expect(() => refuseTooMany({ ...lately, bySubject: 2, byOrganisation: 3 }, limits)).not.toThrow();
  });

  it('looks for holders by what its Cypher means: every standing statement of the entity, in either direction', () => {
    const entity = (id: string) => ({ id, key: id, label: 'Account' });
    const said = (from: string, to: string, aud: number, more: object = {}) => ({
      relation: 'CONTACTED' as const,
      subject: entity(from),
      object: entity(to),
      pos: 1,
      ref: 1,
      aud,
      org: 1,
      ...more,
    });
    const world = [
      said('a', 'b', 5),
      said('c', 'a', 3),
      said('a', 'd', 5),
      said('a', 'e', 9, { gone: 4 }),
      said('c', 'd', 7),
    ];
    expect(HOLDINGS.meaning(world, { ids: ['a'] })).toEqual([{ aud: 3 }, { aud: 5 }]);
  });
});
