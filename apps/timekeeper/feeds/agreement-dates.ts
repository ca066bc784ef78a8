import { recordActs } from '#access';
import { caseTime } from '#casework';
import type { LogReads, LogWrites, Prepared } from '#event-log';
import { actDraft, bodyOf, type AgreementEvent, type KnownEvent } from '#events';
import { newId } from '#runtime';
import type { Duty, DutyParts } from '../duty.js';
import { oneByOne } from '../one-by-one.js';
import { proveLease } from '../under-lease.js';
import { datesDue } from './dates-due.js';
import type { NoticeSettings } from './notice-settings.js';

const EVERY_MS = 1_000;
const AT_MOST = 100;
const DAY_MS = 86_400_000;
const PURPOSE = 'agreement-date';

const DUE = `
  SELECT agreement FROM agreements
   WHERE (starts <= clock_timestamp() AND 'began' <> ALL (told))
      OR (ends <= clock_timestamp() AND 'lapsed' <> ALL (told))
      OR (ends <= clock_timestamp() + $1::int * interval '1 day' AND 'ending' <> ALL (told))
   ORDER BY agreement LIMIT $2`;

/** What has been told, or will never have to be: neither is looked at again. */
const TOLD = `
  UPDATE agreements SET told = ARRAY(
    SELECT told FROM unnest(ARRAY['began', 'ending', 'lapsed'],
      ARRAY[starts <= $2, ends <= $2::timestamptz + $3::int * interval '1 day', ends <= $2]) AS each (told, passed) WHERE passed)
   WHERE agreement = $1`;

type Parts = Pick<DutyParts, 'log' | 'lease'> & { settings: Readonly<NoticeSettings> };

/**
 * Says in its own stream that an agreement began, is about to end, or lapsed, so that whoever reads the log in order learns of
 * rights that dates give and end: once each, whoever is killed or overtaken meanwhile.
 */
export function agreementDates(parts: Parts): Duty {
  return {
    name: 'agreement-dates',
    everyMs: EVERY_MS,
    run: async (signal) => {
      const due = await parts.log.query<{ agreement: string }>(DUE, [parts.settings.agreementDays, AT_MOST]);
      const agreements = due.map(({ agreement }) => agreement);
      return oneByOne(agreements, AT_MOST, signal, (agreement) =>
        parts.log.transact((read) => tell(read, parts, agreement)),
      );
    },
  };
}

type Told = Extract<KnownEvent, { body: AgreementEvent }>;

async function tell(read: LogReads, { lease, settings }: Parts, agreement: string): Promise<Prepared<unknown>> {
  const stream = `agreement-${agreement}`;
  const [now, histories, [dates]] = await Promise.all([
    caseTime(read),
    read.readStreams([stream]),
    read.query<{ starts: string; ends: string | null }>('SELECT starts, ends FROM agreements WHERE agreement = $1', [
      agreement,
    ]),
  ]);
  const history = (histories.get(stream) ?? []) as Told[];
  const [made] = history;
  if (made === undefined || dates === undefined) return { append: 'nothing', result: undefined };
  const starts = new Date(dates.starts);
  const due = datesDue(
    { starts, ...(dates.ends === null ? {} : { ends: new Date(dates.ends) }) },
    history,
    now,
    settings.agreementDays * DAY_MS,
  );
  const keep = [agreement, now.toISOString(), settings.agreementDays];
  if (due.length === 0) return { append: 'nothing', afterwards: (write) => write.query(TOLD, keep) };
  const { source, marking } = made;
  const events = due.map((each) =>
    actDraft(
      { id: newId(), now, purpose: PURPOSE, actor: { organisation: source, user: 'timekeeper', role: 'rule' } },
      bodyOf(`agreement.${each}`, { agreement }),
      marking,
    ),
  );
  return {
    append: [{ stream, expectedVersion: history.length, source, events }],
    afterwards: async (write: LogWrites) => {
      await proveLease(write, lease);
      await write.query(TOLD, keep);
      await recordActs(
        write,
        events.map(({ id, body }) => ({
          act: 'alteration',
          viewer: { organisation: source, subject: 'timekeeper' },
          purpose: PURPOSE,
          ids: [stream, id],
          reason: body.type,
        })),
      );
    },
  };
}
