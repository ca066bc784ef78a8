import fc from 'fast-check';
import { auditKey, openCheckpoint, signCheckpoint, type AuditKey } from './checkpoint.js';
import { BEFORE_FIRST, leafOf, linkOf, type SealedEntry } from './entry.js';
import { checkProof, type AuditProof } from './proof.js';
import { ChainVerifier, type ChainFault, type ChainPage } from './verify-chain.js';

/**
 * Somebody with every right on the database, and time, against one checkpoint that was kept elsewhere. The tables are plain arrays here
 * and read as `readChain` reads the real ones; some tens of tamperings of those are in sealing.int.spec.ts.
 */
const RUNS = 10_000;
const PLACES = 12;
const EVERY = 6;
const KEY = auditKey(Buffer.alloc(32, 1));
const OTHER = auditKey(Buffer.alloc(32, 2));

interface Tables {
  audit: SealedEntry[];
  chain: { place: number; seq: number; hash: string }[];
  checkpoints: { place: number; jws: string }[];
}

function entry(n: number): SealedEntry {
  return {
    // Numbers and transactions do not quite follow each other, as with commits that come late.
    seq: n % 3 === 0 ? n + 1 : n % 3 === 1 && n > 1 ? n - 1 : n,
    txid: String(7_000_000_000 + n * 3),
    at: `2026-11-22T08:00:${String(n).padStart(2, '0')}.123456Z`,
    act: n % 4 === 0 ? 'disclosure' : 'consultation',
    organisation: n % 5 === 0 ? null : '5b0c77a2-0a02-4c21-9b64-00000000a002',
    subject: `member-${n % 3}`,
    purpose: 'OP-TIDE',
    ids: [`e${n}`, `e${n + 1}`],
    recipients: n % 4 === 0 ? ['913fa6d4-0a04-4f43-9d86-00000000a004'] : [],
    reason: n % 2 === 0 ? null : 'question.cluster',
    policy: 1,
    correlationId: n % 7 === 0 ? null : `c${n}`,
  };
}

/** Chains and signs anew from what the rows say now, as the sealer would have. */
function chained(tables: Tables, key: AuditKey | undefined): Tables {
  const bySeq = new Map(tables.audit.map((one) => [one.seq, one]));
  let hash = BEFORE_FIRST;
  const chain = tables.chain.map(({ place, seq }) => {
    const row = bySeq.get(seq);
    if (row !== undefined) hash = linkOf(hash, leafOf(row));
    return { place, seq, hash };
  });
  if (key === undefined) return { ...tables, chain };
  const checkpoints = chain
    .filter(({ place }) => place % EVERY === 0)
    .map((link) => ({ place: link.place, jws: signed(link, key) }));
  return { ...tables, chain, checkpoints };
}

function signed({ place, hash }: { place: number; hash: string }, key: AuditKey): string {
  const time = `2026-11-22T08:01:${String(place).padStart(2, '0')}.000Z`;
  return signCheckpoint(key, { place, hash, time, incarnation: 1 });
}

const audit = Array.from({ length: PLACES }, (_, index) => entry(index + 1));
const RIGHT: Tables = chained(
  { audit, chain: audit.map(({ seq }, index) => ({ place: index + 1, seq, hash: '' })), checkpoints: [] },
  KEY,
);
const WITNESS = openCheckpoint(RIGHT.checkpoints.at(-1)!.jws)!;

function pageOf({ audit: rows, chain, checkpoints }: Tables): ChainPage {
  const bySeq = new Map(rows.map((one) => [one.seq, one]));
  const inChain = new Set(chain.map(({ seq }) => seq));
  const inOrder = chain.toSorted((a, b) => a.place - b.place);
  const last = bySeq.get(inOrder.at(-1)?.seq ?? 0);
  return {
    links: inOrder.map(({ place, seq, hash }) => ({ place, hash, entry: bySeq.get(seq) })),
    checkpoints: checkpoints.map(({ jws }) => jws),
    strays:
      last === undefined
        ? []
        : rows.filter((one) => !inChain.has(one.seq) && isBefore(one, last)).map(({ seq }) => seq),
  } as ChainPage;
}

function isBefore(one: SealedEntry, other: SealedEntry): boolean {
  const [a, b] = [BigInt(one.txid), BigInt(other.txid)];
  return a < b || (a === b && one.seq < other.seq);
}

function faultOf(tables: Tables, options = { witnesses: [WITNESS] }): ChainFault | undefined {
  const verifier = new ChainVerifier(options);
  verifier.take(pageOf(tables));
  return verifier.end();
}

const place = fc.integer({ min: 1, max: PLACES });
const microseconds = fc.integer({ min: 1, max: 86_400_000_000 });

/** Another value of one field of an entry. */
const changedField = fc.oneof(
  microseconds.map((by) => (one: SealedEntry) => ({ ...one, at: datedBack(one.at, by) })),
  fc
    .constantFrom('act', 'subject', 'purpose')
    .map((field) => (one: SealedEntry) => ({ ...one, [field]: `${one[field as 'act']} ` })),
  fc.string().map((text) => (one: SealedEntry) => ({ ...one, reason: one.reason === text ? null : text })),
  fc
    .string()
    .map((text) => (one: SealedEntry) => ({ ...one, correlationId: one.correlationId === text ? null : text })),
  fc.constant((one: SealedEntry) => ({ ...one, organisation: one.organisation === null ? 'another' : null })),
  fc.constant((one: SealedEntry) => ({ ...one, ids: one.ids.slice(1) })),
  fc.constant((one: SealedEntry) => ({ ...one, ids: one.ids.toReversed() })),
  fc.constant((one: SealedEntry) => ({ ...one, ids: [one.ids.join(',')] })),
  fc.string().map((id) => (one: SealedEntry) => ({ ...one, recipients: [...one.recipients, id] })),
  fc.integer({ min: 2, max: 9 }).map((policy) => (one: SealedEntry) => ({ ...one, policy })),
  fc
    .integer({ min: 1, max: 99 })
    .map((by) => (one: SealedEntry) => ({ ...one, txid: String(BigInt(one.txid) + BigInt(by)) })),
);

function datedBack(at: string, by: number): string {
  const whole = BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1000n + BigInt(at.slice(20, 26)) - BigInt(by);
  return `${new Date(Number(whole / 1_000_000n) * 1000).toISOString().slice(0, 19)}.${String(whole % 1_000_000n).padStart(6, '0')}Z`;
}

type Tampering = (tables: Tables) => Tables;
const seqAt = (at: number): number => RIGHT.chain[at - 1]!.seq;

const tamperings: Record<string, fc.Arbitrary<Tampering>> = {
  change: fc.tuple(place, changedField).map(([at, change]) => (tables) => ({
    ...tables,
    audit: tables.audit.map((one) => (one.seq === seqAt(at) ? change(one) : one)),
  })),
  drop: fc
    .tuple(place, fc.constantFrom('row', 'row and place', 'row and place, and close the gap'))
    .map(([at, how]) => (tables) => ({
      ...tables,
      audit: tables.audit.filter(({ seq }) => seq !== seqAt(at)),
      chain:
        how === 'row'
          ? tables.chain
          : closed(
              tables.chain.filter((link) => link.place !== at),
              how.endsWith('gap'),
            ),
    })),
  swap: fc.tuple(place, fc.integer({ min: 1, max: PLACES - 1 })).map(([at, by]) => (tables) => {
    const other = ((at - 1 + by) % PLACES) + 1;
    const seqs = new Map([
      [at, seqAt(other)],
      [other, seqAt(at)],
    ]);
    return { ...tables, chain: tables.chain.map((link) => ({ ...link, seq: seqs.get(link.place) ?? link.seq })) };
  }),
  truncate: place.map((at) => (tables) => ({
    audit: tables.audit.filter(({ seq }) => !tables.chain.some((link) => link.seq === seq && link.place >= at)),
    chain: tables.chain.filter((link) => link.place < at),
    checkpoints: tables.checkpoints.filter((one) => one.place < at),
  })),
  renumber: fc.tuple(place, fc.integer({ min: 100, max: 999 })).map(([at, seq]) => (tables) => ({
    ...tables,
    audit: tables.audit.map((one) => (one.seq === seqAt(at) ? { ...one, seq } : one)),
    chain: tables.chain.map((link) => (link.place === at ? { ...link, seq } : link)),
  })),
  duplicate: fc.tuple(place, place, fc.integer({ min: 100, max: 999 })).map(([of, at, seq]) => (tables) => ({
    ...tables,
    audit: [...tables.audit, { ...tables.audit.find((one) => one.seq === seqAt(of))!, seq }],
    chain: closed(
      [...tables.chain.slice(0, at - 1), { ...tables.chain[of - 1]!, seq }, ...tables.chain.slice(at - 1)],
      true,
    ),
  })),
  'put in without a place': fc
    .tuple(fc.integer({ min: 1, max: PLACES - 1 }), fc.integer({ min: 100, max: 999 }))
    .map(([at, seq]) => (tables) => ({
      ...tables,
      audit: [...tables.audit, { ...tables.audit.find((one) => one.seq === seqAt(at))!, seq, subject: 'nobody' }],
    })),
};

function closed(chain: Tables['chain'], gap: boolean): Tables['chain'] {
  return gap ? chain.map((link, index) => ({ ...link, place: index + 1 })) : chain;
}

/** What is done afterwards to hide it. */
const hidings: Record<string, Tampering> = {
  'leaves it at that': (tables) => tables,
  'takes the checkpoints away': (tables) => ({ ...tables, checkpoints: [] }),
  'makes the chain anew': (tables) => chained(tables, undefined),
  'makes the chain anew and takes the checkpoints away': (tables) => ({
    ...chained(tables, undefined),
    checkpoints: [],
  }),
  'makes the chain anew and signs it with another key': (tables) => chained(tables, OTHER),
  'makes the chain anew and signs it with the stolen key': (tables) => chained(tables, KEY),
};

describe('one checkpoint that was kept elsewhere', () => {
  it('vouches for a chain that nobody touched', () => {
    expect(faultOf(RIGHT)).toBeUndefined();
  });

  it(`shows each of ${RUNS} random tamperings, whatever was done to hide it`, () => {
    const found = new Map<string, number>();
    const any = fc
      .constantFrom(...Object.keys(tamperings))
      .chain((what) => tamperings[what]!.map((tamper) => ({ what, tamper })));
    fc.assert(
      fc.property(any, fc.constantFrom(...Object.keys(hidings)), ({ what, tamper }, hiding) => {
        const fault = faultOf(hidings[hiding]!(tamper(RIGHT)));
        if (fault === undefined) throw new Error(`not found: ${what}, then ${hiding}`);
        const name = `${what}, ${hiding}`;
        found.set(name, (found.get(name) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(RUNS);
    expect(found.size).toBe(Object.keys(tamperings).length * Object.keys(hidings).length);
  });

  it('is needed: with a stolen key and without it, a chain made anew cannot be told from a right one', () => {
    const changed = { ...RIGHT, audit: RIGHT.audit.map((one) => ({ ...one, purpose: 'other' })) };
    expect(faultOf(chained(changed, KEY), { witnesses: [] })).toBeUndefined();
    expect(faultOf(chained(changed, KEY))).toMatchObject({ code: 'witness.contradicts', place: PLACES });
    expect(faultOf(chained(changed, undefined), { witnesses: [] })).toMatchObject({
      code: 'checkpoint.contradicts',
      place: EVERY,
    });
  });

  it('names the place of a change that was not hidden', () => {
    fc.assert(
      fc.property(place, changedField, (at, change) => {
        const tampered = { ...RIGHT, audit: RIGHT.audit.map((one) => (one.seq === seqAt(at) ? change(one) : one)) };
        expect(faultOf(tampered)).toMatchObject({ place: at, code: 'entry.changed' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a proof of one entry', () => {
  const proofOf = (at: number): AuditProof => {
    const end = Math.ceil(at / EVERY) * EVERY;
    const entries = RIGHT.chain.map(({ seq }) => RIGHT.audit.find((one) => one.seq === seq)!);
    return {
      format: 'breakwater-audit-proof-1',
      entry: entries[at - 1]!,
      place: at,
      before: RIGHT.chain[at - 2]?.hash ?? BEFORE_FIRST,
      after: entries.slice(at, end).map(leafOf),
      checkpoint: RIGHT.checkpoints.find((one) => one.place === end)!.jws,
    };
  };

  it('holds for each place, and for no other entry, place, neighbour or key', () => {
    fc.assert(
      fc.property(place, changedField, (at, change) => {
        const proof = proofOf(at);
        expect(checkProof(proof, KEY.id)).toMatchObject({ holds: true });
        expect(checkProof(proof, OTHER.id).holds).toBe(false);
        for (const lie of [
          { ...proof, entry: change(proof.entry) },
          { ...proof, place: at + 1 },
          { ...proof, before: leafOf(proof.entry) },
          { ...proof, after: [...proof.after, leafOf(proof.entry)] },
          { ...proof, format: 'other' as AuditProof['format'] },
        ])
          expect(checkProof(lie, KEY.id).holds).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
