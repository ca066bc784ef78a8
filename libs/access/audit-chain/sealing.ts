import type { EventLog, Lease } from '#event-log';

/** What the sealer does with the database: each step is one function of it that proves the timekeeper's lease. */

export interface Sealed {
  /** Entries that got their place in this round. */
  sealed: number;
  /** Last place given. */
  head: number;
  /** Its hash, in hex. */
  hash: string;
}

/** Seals up to `atMost` entries that no open transaction can still come before. @throws `lease.lost`, `log.unavailable` */
export async function sealAudit(log: EventLog, lease: Lease, atMost: number): Promise<Sealed> {
  const [row] = await log.query<Sealed>(
    `SELECT sealed, head, encode(hash, 'hex') AS hash FROM seal_audit($1, $2, $3, $4, $5, $6)`,
    [...lease.proof(), atMost],
  );
  return row ?? { sealed: 0, head: 0, hash: '' };
}

/** Keeps a signed checkpoint, if the chain still has that hash at that place. */
export async function recordCheckpoint(
  log: EventLog,
  lease: Lease,
  { place, hash, jws }: { place: number; hash: string; jws: string },
): Promise<void> {
  await log.query(`SELECT record_audit_checkpoint($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8)`, [
    ...lease.proof(),
    place,
    hash,
    jws,
  ]);
}

export interface NewestCheckpoint {
  place: number;
  jws: string;
  /** Hash that the chain has at that place now. */
  hash: string | null;
}

export async function newestCheckpoint(log: Pick<EventLog, 'query'>): Promise<NewestCheckpoint | undefined> {
  const [row] = await log.query<NewestCheckpoint>(
    `SELECT k.place, k.jws, encode(c.hash, 'hex') AS hash
       FROM audit_checkpoints k LEFT JOIN audit_chain c USING (place) ORDER BY k.place DESC LIMIT 1`,
    [],
  );
  return row;
}

/**
 * Seconds since the oldest entry without a place was written; 0 where every entry has one. LATERAL, so that the index is entered
 * at the cursor: as a plain join, each look would read the whole audit.
 */
export async function oldestUnsealedSeconds(log: Pick<EventLog, 'query'>): Promise<number> {
  const [row] = await log.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM clock_timestamp() - next.at)::double precision AS seconds
       FROM audit_sealed s, LATERAL (
         SELECT a.at FROM audit a WHERE (a.txid, a.seq) > (s.txid, s.seq) AND a.seq > s.floor
         ORDER BY a.txid, a.seq LIMIT 1) next`,
    [],
  );
  return Math.max(0, row?.seconds ?? 0);
}
