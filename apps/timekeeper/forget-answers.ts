import type { EventLog } from '#event-log';
import type { Duty } from './duty.js';

/** A caller repeats within minutes; a day is for one whose own queue stood still over night. */
export const ANSWERS_KEPT = '24 hours';
/** Long enough for a sender to find out in the monthly reconciliation which lines were refused. */
export const REPORTS_KEPT = '90 days';
const EVERY_MS = 60_000;
const AT_MOST = 5_000;

/** Forgets the answers kept for repeats of calls, and reports of bulk calls, once their time is over. */
export function forgetAnswers(log: EventLog): Duty {
  return {
    name: 'forget-answers',
    everyMs: EVERY_MS,
    run: async () => {
      const [row] = await log.query<{ forgotten: number }>('SELECT forget_answers($1, $2, $3) AS forgotten', [
        ANSWERS_KEPT,
        REPORTS_KEPT,
        AT_MOST,
      ]);
      return row !== undefined && row.forgotten >= AT_MOST ? 'more' : undefined;
    },
  };
}
