import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { LOG_MIGRATIONS, type Lease } from '#event-log';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { openTestLog, type TestLog } from '../../../test/support/test-log.js';
import { recordActs, type AuditEntry } from '../audit.js';
import { ACCESS_MIGRATIONS } from '../migrations/index.js';
import { auditKey, openCheckpoint, signCheckpoint } from './checkpoint.js';
import { linkOf, leafOf } from './entry.js';
import { readChain, readEntry, readMentions } from './reading.js';
import { newestCheckpoint, oldestUnsealedSeconds, recordCheckpoint, sealAudit } from './sealing.js';
import { ChainVerifier, type ChainFault } from './verify-chain.js';

const ORGANISATION = '5b0c77a2-0a02-4c21-9b64-00000000a002';
const SECRET = Buffer.alloc(32, 5);
const TABLES = ['audit', 'audit_chain', 'audit_checkpoints', 'audit_sealed'];
const ODD = ['a"b\\c/d', 'new\nline\ttab', '\u0001\u001f\u007f', 'ö ß 日本 😀', '\u2028\u2029', '{},"', ''];

let test: TestLog;
let lease: Lease;

beforeEach(async () => {
  test = await openTestLog('sealing', [LOG_MIGRATIONS, ACCESS_MIGRATIONS]);
  lease = test.log.lease('timekeeper', { holder: 'spec', seconds: 60 });
  await lease.take();
}, STARTUP_MS);
afterEach(() => test?.close());

function act(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    act: 'consultation',
    viewer: { organisation: ORGANISATION, subject: 'coastal-analyst' },
    purpose: 'OP-TIDE',
    ids: ['e1', 'e2'],
    reason: 'question.entity-card',
    ...changes,
  };
}

async function sealAll(): Promise<number> {
  for (;;) {
    const { sealed, head } = await sealAudit(test.log, lease, 7);
    if (sealed === 0) return head;
  }
}

/** Everything sealed, checked from the first place on. */
async function verified(options?: ConstructorParameters<typeof ChainVerifier>[0]): Promise<ChainVerifier> {
  const verifier = new ChainVerifier(options);
  for (let after = 0, head = 1; after < head; after += 50) {
    const page = await readChain(test.log, after, 50);
    head = page.head;
    if (!verifier.take(page)) return verifier;
  }
  verifier.end();
  return verifier;
}

async function checkpointed(): Promise<string> {
  const { head, hash } = await sealAudit(test.log, lease, 500);
  const time = new Date().toISOString();
  const jws = signCheckpoint(auditKey(SECRET), { place: head, hash, time, incarnation: 1 });
  await recordCheckpoint(test.log, lease, { place: head, hash, jws });
  return jws;
}

async function owner(sql: string): Promise<void> {
  await test.owner.query(sql);
}

describe('the sealer', () => {
  it('makes the same text of every row as whoever checks it, whatever characters it holds', async () => {
    const entries = ODD.flatMap((text) => [
      act({ purpose: text, ids: [text, 'x'], recipients: [text, ORGANISATION], reason: text }),
      act({ viewer: { organisation: null, subject: text }, ids: [], reason: undefined, act: 'refusal' }),
    ]);
    await recordActs(test.log, entries);
    await until('not sealed', async () => (await sealAll()) === entries.length);
    const verifier = await verified();
    expect([verifier.fault, verifier.place]).toEqual([undefined, entries.length]);
  });

  it('loses no row and keeps their order under writers with early transaction ids, late commits and rollbacks, two sealers at once', async () => {
    const pool = new Pool({ connectionString: test.url, max: 8 });
    let writing = true;
    const sealer = async (): Promise<void> => {
      while (writing) {
        await sealAudit(test.log, lease, 5);
        await pause(1);
      }
    };
    const writer = async (number: number): Promise<void> => {
      for (let round = 0; round < 30; round++) {
        const client = await pool.connect();
        const target = {
          query: async <Row>(sql: string, params: readonly unknown[]) =>
            (await client.query(sql, [...params])).rows as Row[],
        };
        await client.query('BEGIN');
        if (round % 2 === 0) await client.query('SELECT pg_current_xact_id()'); // its id is early, its rows come late
        if (round % 3 === 0) await pause((number * 7 + round) % 11);
        await recordActs(target, [act({ ids: [`w${number}-${round}`] }), act({ ids: [] })]);
        if (round % 4 === 1) await pause((number + round) % 5);
        await client.query(round % 5 === 4 ? 'ROLLBACK' : 'COMMIT');
        client.release();
      }
    };
    const sealers = [sealer(), sealer()];
    await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
    writing = false;
    await Promise.all(sealers);
    await pool.end();
    const head = await until('not all was sealed', async () => {
      const place = await sealAll();
      return place === 8 * 24 * 2 && place;
    });
    const verifier = await verified();
    expect([verifier.fault, verifier.place]).toEqual([undefined, head]);
    const rows = await test.log.query<{ seq: number; ordered: boolean }>(
      `SELECT c.seq, (a.txid, a.seq) > lag((a.txid, a.seq)) OVER (ORDER BY place) AS ordered
         FROM audit_chain c JOIN audit a USING (seq) ORDER BY place`,
      [],
    );
    expect(rows.slice(1).every(({ ordered }) => ordered)).toBe(true);
    // What a plain "number > last" would have lost: some were sealed after a row with a higher number.
    expect(rows.some(({ seq }, place) => seq < (rows[place - 1]?.seq ?? 0))).toBe(true);
  });

  it('was overtaken: it changes nothing any more', async () => {
    await recordActs(test.log, [act()]);
    await owner(`UPDATE leases SET holder = 'other', fence = fence + 1`);
    // Not at once: while a transaction of another database on the same server is open, there is nothing to seal yet.
    await until('it was not refused', () =>
      sealAudit(test.log, lease, 10).then(
        () => false,
        (error: { code?: string }) => error.code === 'lease.lost',
      ),
    );
    await expect(recordCheckpoint(test.log, lease, { place: 1, hash: '00', jws: 'x' })).rejects.toMatchObject({
      code: 'lease.lost',
    });
    expect((await readChain(test.log, 0, 10)).links).toEqual([]);
    expect(await oldestUnsealedSeconds(test.log)).toBeGreaterThan(0);
  });

  it('leaves the application no way to rewrite or to forge: neither rows, nor chain, nor checkpoints', async () => {
    for (const statement of [
      `UPDATE audit SET purpose = 'other'`,
      'DELETE FROM audit',
      'TRUNCATE audit',
      `INSERT INTO audit (at, act, subject, purpose, ids, recipients, policy) VALUES (now(), 'refusal', 's', 'p', '{}', '{}', 1)`,
      `INSERT INTO audit_chain VALUES (1, 1, '')`,
      'DELETE FROM audit_chain',
      'UPDATE audit_sealed SET place = 0',
      `INSERT INTO audit_checkpoints (place, jws) VALUES (1, '')`,
      'DELETE FROM audit_mentions',
    ])
      await expect(test.log.query(statement, [])).rejects.toMatchObject({ code: '42501' });
  });

  it('goes on after a move to another cluster, which counts transactions anew', async () => {
    await recordActs(test.log, [act({ ids: ['sealed'] }), act()]);
    await until('not sealed', async () => (await sealAll()) === 2);
    await recordActs(test.log, [act({ ids: ['left'] })]);
    // As a dump leaves it: rows and state of a cluster that had run for much longer, under the name of the old one.
    await owner(`UPDATE audit SET txid = (txid::text::bigint + 4000000000000)::text::xid8`);
    await owner(
      `UPDATE audit_sealed SET txid = (txid::text::bigint + 4000000000000)::text::xid8, cluster = 'the old one'`,
    );
    await recordActs(test.log, [act({ ids: ['young'] })]);
    await until('the young one was not sealed', async () => {
      await sealAudit(test.log, lease, 10);
      return (await readChain(test.log, 0, 10)).head === 4;
    });
    const { links } = await readChain(test.log, 0, 10);
    expect(links.map(({ entry }) => entry?.ids[0])).toEqual(['sealed', 'e1', 'left', 'young']);
  });

  it('notes which entries name an id, off the way of the acts', async () => {
    await recordActs(test.log, [act({ ids: ['e1', 'e1'] }), act({ ids: ['e2'] })]);
    await until('not sealed', async () => (await sealAll()) === 2);
    const of = async (id: string, organisation: string | null = null): Promise<number[]> =>
      (await readMentions(test.log, { ids: [id], organisation, after: 0, limit: 10 })).map(({ entry }) => entry.seq);
    expect([await of('e1'), await of('e2'), await of('e3')]).toEqual([[1], [2], []]);
    expect(await of(`by-${ORGANISATION}`)).toEqual([1, 2]);
    expect(await of('e1', '0c9e5b1e-0a01-4d10-8a53-00000000a001')).toEqual([]);
    expect((await readEntry(test.log, 2))?.place).toBe(2);
    expect(await readEntry(test.log, 9)).toBeUndefined();
  });
});

describe('whoever has the password of the owner', () => {
  const tamperings: [string, string[], ChainFault['code']][] = [
    ['changes a purpose', [`UPDATE audit SET purpose = 'other' WHERE seq = 5`], 'entry.changed'],
    ['changes who it was', [`UPDATE audit SET subject = 'somebody' WHERE seq = 9`], 'entry.changed'],
    ['takes away an id', [`UPDATE audit SET ids = '{}' WHERE seq = 3`], 'entry.changed'],
    [
      'dates back by a microsecond',
      [`UPDATE audit SET at = at - interval '1 microsecond' WHERE seq = 7`],
      'entry.changed',
    ],
    ['drops a row', ['DELETE FROM audit WHERE seq = 6'], 'entry.missing'],
    [
      'drops a row and its place',
      ['DELETE FROM audit WHERE seq = 6', 'DELETE FROM audit_chain WHERE seq = 6'],
      'place.missing',
    ],
    [
      'drops a row and closes the gap',
      [
        'DELETE FROM audit WHERE seq = 6',
        'DELETE FROM audit_chain WHERE seq = 6',
        'UPDATE audit_chain SET place = -place WHERE place > 6',
        'UPDATE audit_chain SET place = -place - 1 WHERE place < 0',
      ],
      'entry.changed',
    ],
    [
      'swaps two rows',
      [
        'UPDATE audit_chain SET seq = -seq WHERE seq IN (4, 8)',
        'UPDATE audit_chain SET seq = CASE seq WHEN -4 THEN 8 ELSE 4 END WHERE seq < 0',
      ],
      'entry.changed',
    ],
    [
      'cuts off the end',
      [
        'DELETE FROM audit WHERE seq > 8',
        'DELETE FROM audit_chain WHERE place > 8',
        'DELETE FROM audit_checkpoints',
        'UPDATE audit_sealed SET place = 8',
      ],
      'witness.beyond-end',
    ],
    [
      'puts a row in later, between others',
      [
        `INSERT INTO audit (txid, act, subject, purpose, ids, recipients, policy) SELECT txid, 'refusal', 's', 'p', '{}', '{}', 1 FROM audit WHERE seq = 2`,
      ],
      'entry.added',
    ],
    ['forges a checkpoint', [`UPDATE audit_checkpoints SET jws = left(jws, -6) || 'AAAAAA'`], 'checkpoint.forged'],
    [
      'empties the tables',
      ['TRUNCATE audit, audit_chain, audit_checkpoints', 'UPDATE audit_sealed SET place = 0'],
      'witness.beyond-end',
    ],
  ];
  const rechained = `
    DO $$ DECLARE r record; h bytea := decode(repeat('00', 32), 'hex'); BEGIN
      FOR r IN SELECT c.place, audit_entry_text(a) AS entry FROM audit_chain c JOIN audit a USING (seq) ORDER BY c.place LOOP
        h := sha256(h || sha256(convert_to(r.entry, 'UTF8')));
        UPDATE audit_chain SET hash = h WHERE place = r.place;
      END LOOP;
    END $$`;

  it('is found out, and the first bad place is named', async () => {
    for (let i = 0; i < 12; i++) await recordActs(test.log, [act({ ids: [`e${i}`] })]);
    await until('not sealed', async () => (await sealAll()) === 12);
    const witness = openCheckpoint(await checkpointed())!;
    for (const table of TABLES) await owner(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
    expect((await newestCheckpoint(test.log))?.place).toBe(12);
    expect((await verified({ witnesses: [witness] })).fault).toBeUndefined();
    for (const [what, statements, code] of tamperings) {
      for (const again of [false, true]) {
        await owner('BEGIN');
        for (const statement of statements) await owner(statement);
        // A chain made anew after the change is right in itself; the checkpoints still know better.
        if (again) await owner(rechained);
        await owner('COMMIT');
        const { fault } = await verified({ witnesses: [witness] });
        expect([what, again, fault === undefined]).toEqual([what, again, false]);
        if (!again) expect([what, fault?.code]).toEqual([what, code]);
        await restore();
        expect((await verified({ witnesses: [witness] })).fault).toBeUndefined();
      }
    }
  });

  async function restore(): Promise<void> {
    for (const table of TABLES) {
      await owner(`TRUNCATE ${table}`);
      await owner(
        `INSERT INTO ${table} ${table === 'audit' ? 'OVERRIDING SYSTEM VALUE' : ''} SELECT * FROM kept_${table}`,
      );
    }
  }
});

describe('an entry', () => {
  it('has a hash that follows from the one before and its own', async () => {
    await recordActs(test.log, [act(), act()]);
    await until('not sealed', async () => (await sealAll()) === 2);
    const [first, second] = (await readChain(test.log, 0, 2)).links;
    expect(second?.hash).toBe(linkOf(first!.hash, leafOf(second!.entry!)));
  });
});
