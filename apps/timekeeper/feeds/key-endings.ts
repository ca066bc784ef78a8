import { recordActs } from '#access';
import { caseTime } from '#casework';
import type { LogReads, LogWrites, Prepared } from '#event-log';
import { actDraft, ownMarking } from '#events';
import { subscriptionFrom, subscriptionStream } from '#feeds';
import { newId } from '#runtime';
import type { Duty, DutyParts } from '../duty.js';
import { oneByOne } from '../one-by-one.js';
import { proveLease } from '../under-lease.js';
import { keyEnding } from './dates-due.js';
import type { NoticeSettings } from './notice-settings.js';

const EVERY_MS = 5_000;
const AT_MOST = 100;
const HOUR_MS = 3_600_000;
const PURPOSE = 'key-overlap';

const DUE = `
  SELECT subscription FROM subscriptions
   WHERE key_told < key AND key_overlap_until > clock_timestamp() AND state <> 'ended'
     AND key_overlap_until <= clock_timestamp() + $1::int * interval '1 hour'
   ORDER BY subscription LIMIT $2`;

type Parts = Pick<DutyParts, 'log' | 'lease'> & { settings: Readonly<NoticeSettings> };

/** Says in its own stream that a key of a webhook is about to sign no more: once for each rotation. */
export function keyEndings(parts: Parts): Duty {
  return {
    name: 'key-endings',
    everyMs: EVERY_MS,
    run: async (signal) => {
      const due = await parts.log.query<{ subscription: string }>(DUE, [parts.settings.keyHours, AT_MOST]);
      const subscriptions = due.map(({ subscription }) => subscription);
      return oneByOne(subscriptions, AT_MOST, signal, (subscription) =>
        parts.log.transact((read) => tell(read, parts, subscription)),
      );
    },
  };
}

async function tell(read: LogReads, { lease, settings }: Parts, subscription: string): Promise<Prepared<unknown>> {
  const stream = subscriptionStream(subscription);
  const [now, histories] = await Promise.all([caseTime(read), read.readStreams([stream])]);
  const state = subscriptionFrom(histories.get(stream) ?? []);
  const body = state.status === 'absent' ? undefined : keyEnding(state, now, settings.keyHours * HOUR_MS);
  if (state.status === 'absent' || body === undefined) return { append: 'nothing', result: undefined };
  const { organisation, version: expectedVersion, key } = state;
  const act = { id: newId(), now, purpose: PURPOSE, actor: { organisation, user: 'timekeeper', role: 'rule' } };
  const draft = actDraft(act, body, ownMarking(organisation, { tlp: 'AMBER+STRICT' }));
  return {
    append: [{ stream, expectedVersion, source: organisation, events: [draft] }],
    afterwards: async (write: LogWrites) => {
      await proveLease(write, lease);
      await write.query('UPDATE subscriptions SET key_told = $2 WHERE subscription = $1', [subscription, key]);
      const viewer = { organisation, subject: 'timekeeper' };
      const ids = [subscription, draft.id];
      await recordActs(write, [{ act: 'alteration', viewer, purpose: PURPOSE, ids, reason: body.type }]);
    },
  };
}
