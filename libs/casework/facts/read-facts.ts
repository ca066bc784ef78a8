import type { LogReads } from '#event-log';
import type { DatedFact } from './case-fact.js';

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
  /** One more than these is a sign that there are too many. */
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
  'appeal', ${name}.appeal, 'finding', ${name}.finding, 'told', ${name}.told, 'recordedAt', ${name}.recorded_at))`;

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

const FACTS = (side: 'agency' | 'platform'): string =>
  `SELECT ${FIELDS('f')} AS fact FROM case_facts f WHERE ${OF_SIDE[side]} LIMIT $11`;

export async function readFacts(read: Pick<LogReads, 'query'>, asked: FactsAsked): Promise<DatedFact[]> {
  const rows = await read.query<{ fact: DatedFact }>(FACTS(asked.side), parametersOf(asked));
  return rows.map(({ fact }) => fact);
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

const PAIRS = (side: 'agency' | 'platform'): string =>
  `SELECT ${FIELDS('f')} AS own, CASE WHEN o.side IS NULL THEN NULL ELSE ${FIELDS('o')} END AS other
     FROM case_facts f ${OTHER_SIDE[side]}
    WHERE ${OF_SIDE[side]} AND f.referral IS NOT NULL ORDER BY f.referral, f.item LIMIT $11`;

export async function readPairs(
  read: Pick<LogReads, 'query'>,
  asked: FactsAsked,
): Promise<{ agency?: DatedFact; platform?: DatedFact }[]> {
  const rows = await read.query<{ own: DatedFact; other: DatedFact | null }>(PAIRS(asked.side), parametersOf(asked));
  return rows.map(({ own, other }) => {
    const pair = other === null ? [own] : [own, other];
    return Object.fromEntries(pair.map((fact) => [fact.side, fact]));
  });
}

function parametersOf(asked: FactsAsked): unknown[] {
  const { organisation, audiences, measuredAt, from, to, platform, theme, itemKind, language, territory, limit } =
    asked;
  const filters = [from, to, platform, theme, itemKind, language, territory].map((each) => each ?? null);
  return [organisation, audiences, measuredAt, ...filters, limit + 1];
}
