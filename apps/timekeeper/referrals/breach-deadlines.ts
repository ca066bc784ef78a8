import { recordActs } from '#access';
import {
  caseTime,
  decide,
  keepCases,
  referralFrom,
  referralStream,
  referralWrite,
  type CaseAct,
  type KnownReferral,
} from '#casework';
import type { LogReads, LogWrites, Prepared, StreamWrite } from '#event-log';
import { audienceOf, type ReferralEvent, Refusal } from '#events';
import { newId } from '#runtime';
import type { Duty, DutyParts } from '../duty.js';
import { oneByOne } from '../one-by-one.js';
import { proveLease } from '../under-lease.js';

const EVERY_MS = 250;
const AT_MOST = 100;

const DUE = `
  SELECT referral FROM referral_items WHERE due_at <= clock_timestamp()
   GROUP BY referral ORDER BY min(due_at) LIMIT $1`;

type Parts = Pick<DutyParts, 'log' | 'lease'>;

/**
 * Says that a deadline has passed, in the referral's own stream: once for each item, whoever is killed or overtaken meanwhile.
 * The rules decide on the stream as it stands; the append needs the version that they saw; the lease is proved in the same
 * transaction.
 */
export function breachDeadlines(parts: Parts): Duty {
  return {
    name: 'breach-deadlines',
    everyMs: EVERY_MS,
    run: async (signal) => {
      const due = await parts.log.query<{ referral: string }>(DUE, [AT_MOST]);
      const referrals = due.map(({ referral }) => referral);
      return oneByOne(referrals, AT_MOST, signal, (referral) =>
        parts.log.transact((read) => breach(read, parts, referral)),
      );
    },
  };
}

async function breach(read: LogReads, { lease }: Parts, referral: string): Promise<Prepared<void>> {
  const stream = referralStream(referral);
  const [now, histories] = await Promise.all([caseTime(read), read.readStreams([stream])]);
  const state = referralFrom(histories.get(stream) ?? []);
  if (state.status === 'absent') return { append: 'nothing', result: undefined };
  const bodies = state.items.flatMap((_, item) => breachOf(state, item, now));
  if (bodies.length === 0) return { append: 'nothing', result: undefined };
  const { organisation } = state;
  const act: CaseAct = { actor: { organisation, user: 'timekeeper', role: 'rule' }, purpose: 'deadline', now, newId };
  const { write } = referralWrite(state, referral, bodies, act);
  return {
    append: [write],
    afterwards: async (after, appended) => {
      await proveLease(after, lease);
      await keepCases(after, appended, noNewEntities);
      await recordActs(after, [
        {
          act: 'alteration',
          viewer: { organisation, subject: 'timekeeper' },
          purpose: 'deadline',
          ids: [referral, ...write.events.map(({ id }) => id)],
          reason: 'deadline.breached',
        },
      ]);
      await tell(after, state, write);
    },
  };
}

function breachOf(state: KnownReferral, item: number, now: Date): ReferralEvent[] {
  try {
    return decide(state, { type: 'breach', now, item });
  } catch (error) {
    // Not due, told already, decided in time: then there is nothing to say of this item.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function noNewEntities(): never {
  throw new Error('a deadline names no new entity');
}

/** The agency learns of its referral; the platform of its own item, under its own id and never under the referral's. */
async function tell(after: LogWrites, state: KnownReferral, { events }: StreamWrite): Promise<void> {
  const { referral, organisation, marking } = state;
  const told = events.map(({ id, body }) => ({ id, ...(body.data as { item: number; dueAt: string }) }));
  const rows = JSON.stringify(told.map(({ id, item, dueAt }) => ({ id, item, dueAt })));
  await after.query(TELL_AGENCY, [organisation, referral, rows, audienceOf(marking)]);
  await after.query(TELL_PLATFORM, [referral, rows]);
}

const ROWS = 'AS row (id uuid, item int, "dueAt" text)';

const TELL_AGENCY = `
  INSERT INTO notices (organisation, roles, kind, about, details, audiences)
  SELECT $1, '{referrer,authoriser}', 'deadline.breached', id,
         jsonb_build_object('referral', $2::uuid, 'item', item, 'dueAt', "dueAt"), ARRAY[$4::bigint]
    FROM jsonb_to_recordset($3::jsonb) ${ROWS}
  ON CONFLICT (organisation, kind, about) DO NOTHING`;

/** Once for an item and a moment, however many have asked for it under the same deadline. */
const TELL_PLATFORM = `
  INSERT INTO notices (organisation, roles, kind, about, details)
  SELECT DISTINCT r.platform, '{platform-moderator,administrator}'::text[], 'deadline.breached',
         md5(r.removal || row."dueAt")::uuid, jsonb_build_object('removal', r.removal, 'dueAt', row."dueAt")
    FROM jsonb_to_recordset($2::jsonb) ${ROWS}
    JOIN removal_requests q ON q.referral = $1 AND q.item = row.item
    JOIN removals r ON r.removal = q.removal
  ON CONFLICT (organisation, kind, about) DO NOTHING`;
