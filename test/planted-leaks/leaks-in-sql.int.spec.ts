import { randomUUID } from 'node:crypto';
import { ORGANISATIONS } from '../../infra/local/issuer/index.js';
import { STARTUP_MS } from '../../infra/local/test-servers.js';
import { markingFor, QuestionStand } from '../flow/questions-stand.js';
import { assertionBody } from '../support/assertions.js';
import { call } from '../support/http.js';
import type { Edit } from './planted-module.js';
import { withLeakInSql } from './planted-sql.js';

/** Each story has one right end. With the leak in the SQL it ends otherwise, so whoever wrote it would have been caught. */

interface Story {
  name: string;
  leak: Edit;
  /** What somebody sees who must not; the same each time it is told, on entities of its own. */
  told: (account: string) => Promise<unknown>;
  right: unknown;
}

let stand: QuestionStand;
const { border, coastal } = ORGANISATIONS;

beforeAll(async () => {
  stand = await QuestionStand.open();
  // Copies that are not kept up, as a cache or a replica would be.
  await stand.commands.owner.query('CREATE TABLE members_before AS TABLE members');
  await stand.commands.owner.query('CREATE TABLE organisations_before AS TABLE organisations');
  await stand.commands.owner.query('GRANT SELECT ON members_before, organisations_before TO breakwater_app');
}, STARTUP_MS);
afterAll(() => stand?.close());

const subject = (account: string): object => ({ kind: 'account', value: account, platform: 'telegram' });
const found = async (account: string, as: string): Promise<unknown> => {
  const { status, body } = await stand.ask('entity-card', { seed: subject(account) }, { as });
  return status === 200 ? body['found'] : status;
};
const owner = (sql: string, params: unknown[]): Promise<unknown> => stand.commands.owner.query(sql, params);

async function posted(as: string, key: string, changes: object): Promise<unknown> {
  const { status, headers, body } = await call<{ duplicate?: boolean }>(stand.commands.address, 'POST /v1/assertions', {
    token: await stand.commands.tokenOf(as),
    headers: { 'idempotency-key': key },
    json: assertionBody({ ...changes }),
  });
  return { status, replayed: headers['idempotency-replayed'] !== undefined, duplicate: body.duplicate === true };
}

const MADE = { status: 201, replayed: false, duplicate: false };

const STORIES: Story[] = [
  {
    name: 'membership is read from a copy: whoever was removed goes on asking',
    leak: {
      find: 'JOIN members USING (issuer, subject)',
      replace: 'JOIN members_before AS members USING (issuer, subject)',
    },
    told: async (account) => {
      await owner(`DELETE FROM members WHERE subject = 'partner-analyst'`, []);
      return found(account, 'partner-analyst').finally(() =>
        owner(`INSERT INTO members SELECT * FROM members_before WHERE subject = 'partner-analyst'`, []),
      );
    },
    right: 401,
  },
  {
    name: 'groups are read from a copy: an organisation that left one goes on reading what is released to it',
    leak: {
      find: 'JOIN organisations USING (organisation)',
      replace: 'JOIN organisations_before AS organisations USING (organisation)',
    },
    told: async (account) => {
      const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], releasableTo: ['crossing-task-force'] };
      await stand.say('coastal', { subject: subject(account), marking });
      await stand.hold();
      await owner(`UPDATE organisations SET groups = '{}' WHERE organisation = $1`, [border.organisation]);
      return found(account, 'border-analyst').finally(() =>
        owner(`UPDATE organisations SET groups = '{crossing-task-force}' WHERE organisation = $1`, [
          border.organisation,
        ]),
      );
    },
    right: false,
  },
  {
    name: 'an agreement that has ended goes on giving its group',
    leak: { find: 'AND (a.ends IS NULL OR a.ends > statement_timestamp())', replace: '' },
    told: async (account) => {
      const group = `ended-${account}`;
      const agreement = randomUUID();
      await owner(
        `INSERT INTO agreements (agreement, "group", title, made_by, starts, ends)
         VALUES ($1, $2, 'ended', $3, now() - interval '2 days', now() - interval '1 day')`,
        [agreement, group, coastal.organisation],
      );
      await owner(`INSERT INTO agreement_parties (organisation, agreement, state) VALUES ($1, $2, 'agreed')`, [
        border.organisation,
        agreement,
      ]);
      const marking = { gsc: 'OFFICIAL', tlp: 'AMBER', handling: ['P'], releasableTo: [group] };
      await stand.say('coastal', { subject: subject(account), marking });
      await stand.hold();
      return found(account, 'border-analyst');
    },
    right: false,
  },
  {
    name: 'what was narrowed is not left out while the graph lags',
    leak: {
      find: 'WHERE (f.incarnation, f.txid, f.seq) >',
      replace: 'WHERE false AND (f.incarnation, f.txid, f.seq) >',
    },
    told: async (account) => {
      const id = await stand.say('coastal', { subject: subject(account), marking: markingFor('border') });
      await stand.hold();
      await stand.regrade('coastal-analyst', id, { marking: markingFor() });
      return found(account, 'border-analyst');
    },
    right: false,
  },
  {
    name: 'what was narrowed is not left out while its stream is parked',
    leak: {
      find: 'FROM markings_in_force f WHERE f.stream = ANY',
      replace: 'FROM markings_in_force f WHERE false AND f.stream = ANY',
    },
    told: async (account) => {
      const id = await stand.say('coastal', { subject: subject(account), marking: markingFor('border') });
      await stand.hold();
      await stand.regrade('coastal-analyst', id, { marking: markingFor() });
      stand.spoil(id);
      await stand.hold();
      return found(account, 'border-analyst');
    },
    right: false,
  },
  {
    name: 'a key that another organisation used gives its answer',
    leak: {
      find: 'WHERE organisation = $1 AND subject = $2 AND key = $3',
      replace: 'WHERE $1::uuid IS NOT NULL AND $2::text IS NOT NULL AND key = $3',
    },
    told: async (account) => {
      const key = randomUUID();
      const marking = markingFor();
      await posted('coastal-analyst', key, { subject: subject(account), marking });
      return posted('border-analyst', key, { subject: subject(account), marking });
    },
    right: MADE,
  },
  {
    name: 'a key that a colleague used gives their answer',
    leak: {
      find: 'WHERE organisation = $1 AND subject = $2 AND key = $3',
      replace: 'WHERE organisation = $1 AND $2::text IS NOT NULL AND key = $3',
    },
    told: async (account) => {
      const key = randomUUID();
      await posted('coastal-saltmarsh', key, {
        subject: subject(account),
        marking: { ...markingFor(), compartment: 'saltmarsh' },
      });
      return posted('coastal-analyst', key, { subject: subject(account), marking: markingFor() });
    },
    right: MADE,
  },
  {
    name: 'a reference that another organisation used is taken for one of ours',
    leak: { find: 'WHERE r.organisation = $1 AND r.reference', replace: 'WHERE $1::uuid IS NOT NULL AND r.reference' },
    told: async (account) => {
      const reference = randomUUID();
      const marking = markingFor();
      await posted('coastal-analyst', randomUUID(), { subject: subject(account), marking, reference });
      return posted('border-analyst', randomUUID(), { subject: subject(account), marking, reference });
    },
    right: MADE,
  },
];

describe.each(STORIES)('$name', ({ name, leak, told, right }) => {
  const at = 910_000 + STORIES.findIndex((story) => story.name === name) * 10;

  it('is not so', async () => {
    expect(await told(`${at}`)).toEqual(right);
  });

  it('would be caught', async () => {
    expect(await withLeakInSql({ ...leak, name }, () => told(`${at + 1}`))).not.toEqual(right);
  });
});
