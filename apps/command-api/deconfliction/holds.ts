import { maySee, type Viewer } from '#access';
import type { HoldAsked } from '#casework';
import type { LogReads } from '#event-log';
import { type Marking, Refusal } from '#events';

type Reads = Pick<LogReads, 'query'>;

const ASKED = `
  SELECT c."check", c.interest, c.at, c.until, c.answer, c.ended_at IS NOT NULL AS ended, m.marking
    FROM interest_checks c JOIN markings m ON m.audience = c.audience
   WHERE c."check" = $1 AND c.organisation = $2`;

type Row = Omit<HoldAsked, 'until' | 'answer'> & {
  interest: string;
  until: string | null;
  answer: HoldAsked['answer'] | null;
  marking: Marking;
};

/** A check of one's own organisation's interest, as its answer is decided on. @throws Refusal NotFound */
export async function holdAsked(read: Reads, viewer: Viewer, check: string): Promise<HoldAsked & { interest: string }> {
  const [row] = await read.query<Row>(ASKED, [check, viewer.organisation]);
  if (row === undefined || !maySee({ ...viewer, asks: undefined }, row.marking).see)
    throw new Refusal('NotFound', 'hold.unknown', 'There is no such hold.');
  const { until, answer, marking: _, ...rest } = row;
  return { ...rest, ...(until === null ? {} : { until }), ...(answer === null ? {} : { answer }) };
}

export interface Hold {
  check: string;
  interest: string;
  /** Public ids of the identifiers that it touched. */
  entities: string[];
  at: string;
  until: string;
  answer: 'keep' | null;
  escalatedAt: string | null;
}

/** Referrals of others that are held for interests of the caller's organisation: who asks and what for stays with the desk. */
const HOLDS = `
  SELECT "check", interest, entities, at, until, answer, escalated_at AS "escalatedAt"
    FROM interest_checks
   WHERE organisation = $1 AND audience = ANY ($2::bigint[]) AND holds AND ended_at IS NULL
   ORDER BY until, "check" LIMIT $3`;

export async function holdsOf(
  read: Reads,
  { organisation }: Viewer,
  audiences: readonly number[],
  limit: number,
): Promise<{ holds: Hold[]; truncated: boolean }> {
  const rows = await read.query<Hold>(HOLDS, [organisation, audiences, limit + 1]);
  return { holds: rows.slice(0, limit), truncated: rows.length > limit };
}

export interface ListedInterest {
  interest: string;
  covert: boolean;
  declaredAt: string;
  until: string;
  endedAt: string | null;
  entities: string[];
}

const INTERESTS = `
  SELECT i.interest, i.covert, i.declared_at AS "declaredAt", i.until, i.ended_at AS "endedAt",
         ARRAY(SELECT e.entity FROM interest_entities e WHERE e.interest = i.interest ORDER BY 1) AS entities
    FROM interests i
   WHERE i.organisation = $1 AND i.audience = ANY ($2::bigint[])
     AND ($3::uuid IS NULL OR (i.declared_at, i.interest) < (SELECT l.declared_at, l.interest FROM interests l
       WHERE l.interest = $3 AND l.organisation = $1 AND l.audience = ANY ($2::bigint[])))
   ORDER BY i.declared_at DESC, i.interest DESC LIMIT $4`;

/** Newest first. */
export async function interestsOf(
  read: Reads,
  { organisation }: Viewer,
  audiences: readonly number[],
  { limit, after }: { limit: number; after?: string },
): Promise<{ interests: ListedInterest[]; truncated: boolean }> {
  const rows = await read.query<ListedInterest>(INTERESTS, [organisation, audiences, after ?? null, limit + 1]);
  return { interests: rows.slice(0, limit), truncated: rows.length > limit };
}
