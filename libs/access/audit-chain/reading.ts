import type { EventLog } from '#event-log';
import { BEFORE_FIRST, leafOf, type SealedEntry } from './entry.js';
import type { AuditProof } from './proof.js';
import type { ChainPage } from './verify-chain.js';

/** The sealed audit as the database has it, whole: who may see which entry is decided by whoever shows it. */

type Source = Pick<EventLog, 'query'>;

/** An entry at its place. */
export interface PlacedEntry {
  place: number;
  /** Hash of its place, in hex. */
  hash: string;
  entry: SealedEntry;
}

interface Row {
  place: number;
  hash: string;
  seq: number | null;
  txid: string;
  at: string;
  act: string;
  organisation: string | null;
  subject: string;
  purpose: string;
  ids: string[];
  recipients: string[];
  reason: string | null;
  policy: number;
  correlation_id: string | null;
}

const COLUMNS = `c.place, encode(c.hash, 'hex') AS hash, a.seq, a.txid::text AS txid, a.at, a.act, a.organisation, a.subject, a.purpose,
  a.ids, a.recipients, a.reason, a.policy, a.correlation_id`;
const ENTRY = 'LEFT JOIN LATERAL (SELECT * FROM audit e WHERE e.seq = c.seq OFFSET 0) a ON true';

const PLACES = `
  SELECT ${COLUMNS} FROM audit_chain c ${ENTRY} WHERE c.place > $1 AND c.place <= $2 ORDER BY c.place`;

const CHECKPOINTS = 'SELECT jws FROM audit_checkpoints WHERE place > $1 AND place <= $2 ORDER BY place';

/** Rows between two sealed ones, in the order of sealing, without a place. After a move to another cluster the order begins anew. */
const STRAYS = `
  SELECT a.seq FROM audit a
  WHERE (a.txid, a.seq) > ($1::text::xid8, $2::bigint) AND (a.txid, a.seq) < ($3::text::xid8, $4::bigint)
    AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.seq = a.seq)
  ORDER BY a.txid, a.seq LIMIT 10`;

const MENTIONS = `
  SELECT ${COLUMNS} FROM (
    SELECT DISTINCT m.place FROM audit_mentions m WHERE m.id = ANY ($1::text[]) AND m.place > $2
  ) m JOIN audit_chain c USING (place) ${ENTRY}
  WHERE $3::uuid IS NULL OR a.organisation = $3 ORDER BY c.place LIMIT $4`;

const ONE = `SELECT ${COLUMNS} FROM audit_chain c ${ENTRY} WHERE c.seq = $1`;

/** Places `after` < place <= `after + limit`, and what belongs to checking them. Missing places are simply not there. */
export async function readChain(log: Source, after: number, limit: number): Promise<ChainPage & { head: number }> {
  const upTo = after + limit;
  const [rows, checkpoints, [sealed], [previous]] = await Promise.all([
    log.query<Row>(PLACES, [after, upTo]),
    log.query<{ jws: string }>(CHECKPOINTS, [after, upTo]),
    log.query<{ head: number }>(
      'SELECT greatest(place, (SELECT max(place) FROM audit_chain)) AS head FROM audit_sealed',
      [],
    ),
    log.query<Row>(PLACES, [after - 1, after]),
  ]);
  const last = rows.at(-1);
  const strays =
    last === undefined || last.seq === null
      ? []
      : await log.query<{ seq: number }>(STRAYS, [previous?.txid ?? '0', previous?.seq ?? 0, last.txid, last.seq]);
  return {
    links: rows.map((row) => ({
      place: row.place,
      hash: row.hash,
      ...(row.seq === null ? {} : { entry: entryOf(row) }),
    })),
    checkpoints: checkpoints.map(({ jws }) => jws),
    strays: strays.map(({ seq }) => seq),
    head: sealed?.head ?? 0,
  };
}

/** Sealed entries that name one of the ids, in order of their places; of one organisation only, where one is given. */
export async function readMentions(
  log: Source,
  {
    ids,
    organisation,
    after,
    limit,
  }: { ids: readonly string[]; organisation: string | null; after: number; limit: number },
): Promise<PlacedEntry[]> {
  const rows = await log.query<Row>(MENTIONS, [ids, after, organisation, limit]);
  return rows.map((row) => ({ place: row.place, hash: row.hash, entry: entryOf(row) }));
}

/** That something was disclosed to an organisation, by other ways than its feeds: how often, first and last. */
export interface DisclosedTo {
  recipient: string;
  /** `answer`: one of its members was shown it. */
  by: 'answer' | 'copy' | 'emergency-copy';
  times: number;
  first: string;
  last: string;
}

/** Neither who looked nor what for: that is the affair of those who asked. */
const DISCLOSED = `
  SELECT r.recipient, d.by, count(*)::int AS times, min(d.at) AS first, max(d.at) AS last
    FROM (
      SELECT a.at, a.recipients,
             CASE a.reason WHEN 'release.carry-out' THEN 'copy' WHEN 'disclosure.emergency' THEN 'emergency-copy' ELSE 'answer' END AS by
        FROM (SELECT DISTINCT m.place FROM audit_mentions m WHERE m.id = ANY ($1::text[])) m
        JOIN audit_chain c USING (place) ${ENTRY}
       WHERE a.act = 'disclosure' AND coalesce(a.reason, '') NOT LIKE 'feed.%'
    ) d, unnest(d.recipients) AS r (recipient)
   GROUP BY 1, 2 ORDER BY 1, 2`;

/** To whom the sealed audit says that one of the ids was disclosed. */
export function readDisclosed(log: Source, ids: readonly string[]): Promise<DisclosedTo[]> {
  return log.query<DisclosedTo>(DISCLOSED, [ids]);
}

/** What finds the acts of one organisation's members among the mentions. */
export function actsBy(organisation: string): string {
  return `by-${organisation}`;
}

/** A sealed entry by its number, or undefined where there is none yet. */
export async function readEntry(log: Source, seq: number): Promise<PlacedEntry | undefined> {
  const [row] = await log.query<Row>(ONE, [seq]);
  return row === undefined || row.seq === null ? undefined : { place: row.place, hash: row.hash, entry: entryOf(row) };
}

function entryOf({ seq, correlation_id: correlationId, place: _, hash: __, ...row }: Row): SealedEntry {
  return { ...row, seq: seq ?? 0, correlationId };
}

const PROVING = `
  SELECT k.place, k.jws,
    (SELECT encode(b.hash, 'hex') FROM audit_chain b WHERE b.place = $1::bigint - 1) AS before
  FROM audit_checkpoints k WHERE k.place >= $1 ORDER BY k.place LIMIT 1`;

/** The proof of a sealed entry, or undefined while no checkpoint stands after it. */
export async function readProof(log: Source, { place, entry }: PlacedEntry): Promise<AuditProof | undefined> {
  const [signed] = await log.query<{ place: number; jws: string; before: string | null }>(PROVING, [place]);
  if (signed === undefined) return undefined;
  const following = await log.query<Row>(PLACES, [place, signed.place]);
  return {
    format: 'breakwater-audit-proof-1',
    entry,
    place,
    before: signed.before ?? BEFORE_FIRST,
    after: following.map((row) => leafOf(entryOf(row))),
    checkpoint: signed.jws,
  };
}

/** Signed checkpoints after a place, in order; with `newest` only the last one. */
export async function readCheckpoints(
  log: Source,
  { after, limit, newest }: { after: number; limit: number; newest: boolean },
): Promise<{ place: number; jws: string }[]> {
  return await log.query(
    newest
      ? 'SELECT place, jws FROM audit_checkpoints WHERE place > $1 ORDER BY place DESC LIMIT least($2::int, 1)'
      : 'SELECT place, jws FROM audit_checkpoints WHERE place > $1 ORDER BY place LIMIT $2',
    [after, limit],
  );
}
