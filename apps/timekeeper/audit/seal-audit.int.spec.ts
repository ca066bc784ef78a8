import { LOG_MIGRATIONS, type Lease } from '#event-log';
import {
  ACCESS_MIGRATIONS,
  auditKey,
  openCheckpoint,
  readChain,
  readCheckpoints,
  recordActs,
  ChainVerifier,
} from '#access';
import { STARTUP_MS } from '../../../infra/local/test-servers.js';
import { until } from '../../../infra/local/until.js';
import { openTestLog, type TestLog } from '../../../test/support/test-log.js';
import { SealAudit } from './seal-audit.js';

const KEY = auditKey(Buffer.alloc(32, 3));
const settings = { checkpointSeconds: 10, checkpointEntries: 5 };
const TABLES = ['audit', 'audit_chain', 'audit_checkpoints', 'audit_sealed', 'audit_mentions'];

let test: TestLog;
let lease: Lease;
let now: number;
let alarms: string[];

beforeEach(async () => {
  test = await openTestLog('seal-audit', [LOG_MIGRATIONS, ACCESS_MIGRATIONS]);
  lease = test.log.lease('timekeeper', { holder: 'spec', seconds: 60 });
  await lease.take();
  now = Date.parse('2026-11-22T10:00:00.000Z');
  alarms = [];
}, STARTUP_MS);
afterEach(() => test?.close());

function sealer(key = KEY): SealAudit {
  const alarm = (kind: string): void => void alarms.push(kind);
  return new SealAudit({ log: test.log, lease, alarm, key, settings, clock: () => new Date(now) });
}

async function acts(count: number): Promise<void> {
  const viewer = { organisation: '5b0c77a2-0a02-4c21-9b64-00000000a002', subject: 'coastal-analyst' };
  const entry = { act: 'consultation' as const, viewer, purpose: 'OP-TIDE', ids: ['e1'] };
  await recordActs(
    test.log,
    Array.from({ length: count }, () => entry),
  );
}

async function sealedUpTo(place: number, by: SealAudit): Promise<void> {
  await until(`place ${place} was not given`, async () => {
    await by.run();
    return (await readChain(test.log, 0, 1)).head === place;
  });
}

async function signed(): Promise<number[]> {
  const all = await readCheckpoints(test.log, { after: 0, limit: 100, newest: false });
  return all.map(({ jws }) => openCheckpoint(jws)!.place);
}

/** Keeps a copy of the audit beside it, and puts it back later: what a backup that is put back does. */
async function copy(from: '' | 'kept_', to: '' | 'kept_'): Promise<void> {
  for (const table of TABLES) {
    if (to === 'kept_') await test.owner.query(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
    else {
      const given = table === 'audit' ? 'OVERRIDING SYSTEM VALUE' : '';
      await test.owner.query(`TRUNCATE ${table}`);
      await test.owner.query(`INSERT INTO ${table} ${given} SELECT * FROM ${from}${table}`);
    }
  }
}

describe('the sealer', () => {
  it('signs a checkpoint after so many seconds or entries, and none while nothing happens', async () => {
    const one = sealer();
    await one.run();
    expect(await signed()).toEqual([]);
    await acts(1);
    await sealedUpTo(1, one); // the first one at once: nothing was ever signed
    await acts(2);
    await sealedUpTo(3, one);
    expect(await signed()).toEqual([1]);
    now += 10_000;
    await one.run();
    expect(await signed()).toEqual([1, 3]);
    now += 10_000;
    await one.run();
    expect(await signed()).toEqual([1, 3]);
    await acts(5);
    await sealedUpTo(8, one);
    expect(await signed()).toEqual([1, 3, 8]);
    expect(alarms).toEqual([]);
  });

  it('goes on where another one was killed, with the same chain', async () => {
    await acts(3);
    await sealedUpTo(3, sealer());
    await acts(3);
    now += 10_000;
    await sealedUpTo(6, sealer());
    expect(await signed()).toEqual([3, 6]);
    const verifier = new ChainVerifier();
    expect(verifier.take(await readChain(test.log, 0, 10))).toBe(true);
    expect(alarms).toEqual([]);
  });

  it('tells when an older copy of the database was put back while it lived; and a kept checkpoint tells it for ever', async () => {
    const one = sealer();
    await acts(4);
    await sealedUpTo(4, one);
    await copy('', 'kept_');
    await acts(4);
    now += 10_000;
    await sealedUpTo(8, one);
    const all = await readCheckpoints(test.log, { after: 0, limit: 1, newest: true });
    const witness = openCheckpoint(all[0]!.jws)!;
    await copy('kept_', '');
    await one.run();
    expect(alarms).toEqual(['audit-other-history']);
    const faultNow = async (): Promise<string | undefined> => {
      const verifier = new ChainVerifier({ witnesses: [witness] });
      verifier.take(await readChain(test.log, 0, 100));
      return verifier.end()?.code;
    };
    expect(await faultNow()).toBe('witness.beyond-end');
    await acts(6);
    now += 10_000;
    await sealedUpTo(10, one);
    expect(await faultNow()).toBe('witness.contradicts');
  });

  it('tells when the chain is not what was signed, and when another key signs from now on', async () => {
    await acts(3);
    await sealedUpTo(3, sealer());
    await sealer(auditKey(Buffer.alloc(32, 4))).run();
    expect(alarms).toEqual(['audit-key-changed']);
    await test.owner.query(`UPDATE audit_chain SET hash = sha256(hash) WHERE place = 3`);
    await sealer().run();
    expect(alarms).toEqual(['audit-key-changed', 'audit-chain-broken']);
  });
});
