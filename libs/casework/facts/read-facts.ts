import type { LogReads } from '#event-log';
import type { DatedFact } from './case-fact.js';
import type { CountedFacts } from './figures.js';

/** Facts of one side as they stood, of those that the viewer may see: filtered before anything is counted. */
export interface FactsAsked {
  side: 'agency' | 'platform';
  /** Organisation whose record it is. */
  organisation: string;
  audiences: readonly number[];
  /** As of when (ISO 8601, UTC). */
  measuredAt: string;
  /** Received in this period, the end excluded. */
  from?: string;
  to?: string;
  platform?: string;
  theme?: string;
  itemKind?: string;
  language?: string;
  territory?: string;
  /** Most rows; one more than these is a sign that there are too many. */
  limit: number;
}

const FIELDS = (
  name: string,
): string => `jsonb_strip_nulls(jsonb_build_object('side', ${name}.side, 'caseId', ${name}.case_id,
  'referral', ${name}.referral, 'item', ${name}.item, 'organisation', ${name}.organisation, 'platform', ${name}.platform,
  'audience', ${name}.audience, 'itemKind', ${name}.item_kind, 'theme', ${name}.theme, 'instrument', ${name}.instrument,
  'language', ${name}.language, 'territory', ${name}.territory, 'receivedAt', ${name}.received_at,
  'acknowledgedAt', ${name}.acknowledged_at, 'decidedAt', ${name}.decided_at, 'effectiveAt', ${name}.effective_at,
  'status', ${name}.status, 'result', ${name}.result, 'effect', ${name}.effect, 'reason', ${name}.reason,
  'appeal', ${name}.appeal, 'dueAt', ${name}.due_at, 'deadline', ${name}.deadline, 'finding', ${name}.finding, 'told', ${name}.told, 'recordedAt', ${name}.recorded_at))`;

/** What had become of a deadline by the time of measuring, as `deadlineBy` says it. */
const DEADLINE = (name: string): string => `CASE
  WHEN ${name}.deadline = 'running' AND ${name}.due_at <= $3::timestamptz THEN 'breached'
  WHEN ${name}.deadline = 'stopped' THEN 'running' ELSE ${name}.deadline END`;

const ASKED = `
    f.audience = ANY ($2::bigint[]) AND f.recorded_at <= $3::timestamptz AND f.superseded_at > $3::timestamptz
    AND ($4::timestamptz IS NULL OR f.received_at >= $4) AND ($5::timestamptz IS NULL OR f.received_at < $5)
    AND ($6::uuid IS NULL OR f.platform = $6) AND ($7::text IS NULL OR f.theme = $7)
    AND ($8::text IS NULL OR f.item_kind = $8) AND ($9::text IS NULL OR f.language = $9)
    AND ($10::text IS NULL OR $10 = ANY (f.territory))`;

const OF_SIDE = {
  agency: `f.side = 'agency' AND f.organisation = $1 AND ${ASKED}`,
  platform: `f.side = 'platform' AND f.platform = $1 AND ${ASKED}`,
} as const;

/** Seconds between two times, each cut to the second first. */
const SECONDS = (to: string): string =>
  `coalesce(array_agg(extract(epoch FROM date_trunc('second', ${to}) - date_trunc('second', f.received_at))::int)
     FILTER (WHERE ${to} IS NOT NULL), '{}')`;

/** Alike facts are counted where they lie: figures of a year are some thousand rows, however many items it had. */
const COUNTED = (side: 'agency' | 'platform'): string => `
  SELECT f.platform, f.organisation, f.theme, f.item_kind AS "itemKind", f.language, f.territory, f.instrument,
         to_char(f.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, f.status, f.result, f.effect, f.reason,
         ${DEADLINE('f')} AS deadline, count(*)::int AS items, ${SECONDS('f.acknowledged_at')} AS "secondsToAcknowledgement",
         ${SECONDS('f.effective_at')} AS "secondsToEffect"
    FROM case_facts f WHERE ${OF_SIDE[side]}
   GROUP BY f.platform, f.organisation, f.theme, f.item_kind, f.language, f.territory, f.instrument, day, f.status,
            f.result, f.effect, f.reason, ${DEADLINE('f')}
   LIMIT $11`;

export async function readCounted(read: Pick<LogReads, 'query'>, asked: FactsAsked): Promise<CountedFacts[]> {
  const rows = await read.query<CountedFacts>(COUNTED(asked.side), parametersOf(asked));
  return rows.map(
    (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as CountedFacts,
  );
}

/**
 * Both sides' facts of the requests of one's own side. To an agency the other side is what the platform's record says of its own
 * requests, which it was told; to a platform it is the agencies' records as far as their markings let it see them.
 */
const OTHER_SIDE = {
  agency: `LEFT JOIN case_facts o ON o.side = 'platform' AND o.referral = f.referral AND o.item = f.item
     AND o.organisation = f.organisation AND o.recorded_at <= $3::timestamptz AND o.superseded_at > $3::timestamptz`,
  platform: `JOIN case_facts o ON o.side = 'agency' AND o.referral = f.referral AND o.item = f.item
     AND o.audience = ANY ($2::bigint[]) AND o.recorded_at <= $3::timestamptz AND o.superseded_at > $3::timestamptz`,
} as const;

/** Where they may say different things; whether they do is decided on the facts themselves. */
const UNLIKE = `(o.side IS NULL OR f.finding IS NOT NULL OR o.finding IS NOT NULL OR f.told IS NOT NULL OR o.told IS NOT NULL
  OR (f.status, f.result, f.effect, f.reason, date_trunc('second', f.acknowledged_at), date_trunc('second', f.effective_at))
    IS DISTINCT FROM (o.status, o.result, o.effect, o.reason, date_trunc('second', o.acknowledged_at),
      date_trunc('second', o.effective_at))
  OR (${DEADLINE('f')} = 'breached') IS DISTINCT FROM (${DEADLINE('o')} = 'breached'))`;

const PAIRS = (side: 'agency' | 'platform'): string => `
  SELECT ${FIELDS('f')} AS own, CASE WHEN o.side IS NULL THEN NULL ELSE ${FIELDS('o')} END AS other
    FROM case_facts f ${OTHER_SIDE[side]}
   WHERE ${OF_SIDE[side]} AND f.referral IS NOT NULL AND ${UNLIKE} ORDER BY f.referral, f.item LIMIT $11`;

const COMPARED = (side: 'agency' | 'platform'): string => `
  SELECT count(*)::int AS compared FROM case_facts f ${OTHER_SIDE[side]}
   WHERE ${OF_SIDE[side]} AND f.referral IS NOT NULL AND $11::int IS NOT NULL`;

export interface ComparedFacts {
  /** Requests of which both records were looked at. */
  compared: number;
  /** Those that may differ, sorted by referral and place. */
  pairs: { agency?: DatedFact; platform?: DatedFact }[];
}

export async function readPairs(read: Pick<LogReads, 'query'>, asked: FactsAsked): Promise<ComparedFacts> {
  const parameters = parametersOf(asked);
  const rows = await read.query<{ own: DatedFact; other: DatedFact | null }>(PAIRS(asked.side), parameters);
  const [count] = await read.query<{ compared: number }>(COMPARED(asked.side), parameters);
  const pairs = rows.map(({ own, other }) => {
    const facts = other === null ? [own] : [own, other];
    return Object.fromEntries(facts.map((fact) => [fact.side, fact]));
  });
  return { compared: count?.compared ?? 0, pairs };
}

function parametersOf(asked: FactsAsked): unknown[] {
  const { organisation, audiences, measuredAt, from, to, platform, theme, itemKind, language, territory, limit } =
    asked;
  const filters = [from, to, platform, theme, itemKind, language, territory].map((each) => each ?? null);
  return [organisation, audiences, measuredAt, ...filters, limit + 1];
}
