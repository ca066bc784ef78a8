import { auditKey } from '#access';
import type { DeconflictionSettings } from '#casework';
import { metrics, type AuditKeySettings } from '#runtime';
import type { AuditSettings } from './audit/audit-settings.js';
import { SealAudit } from './audit/seal-audit.js';
import { watchSeal } from './audit/watch-seal.js';
import type { Duty, DutyParts } from './duty.js';
import { escalateWork } from './escalate-work.js';
import { agreementDates } from './feeds/agreement-dates.js';
import { keyEndings } from './feeds/key-endings.js';
import type { NoticeSettings } from './feeds/notice-settings.js';
import { overdueRecalls } from './feeds/overdue-recalls.js';
import { forgetAnswers } from './forget-answers.js';
import { breachDeadlines } from './referrals/breach-deadlines.js';
import { endChecks } from './referrals/end-checks.js';
import { escalateHolds } from './referrals/escalate-holds.js';

/** Settings that duties need. A new one stands in its duty's folder. */
export interface DutySettings {
  audit: Readonly<AuditSettings>;
  auditKey: Readonly<AuditKeySettings>;
  deconfliction: Readonly<DeconflictionSettings>;
  notices: Readonly<NoticeSettings>;
}

/** Every duty of this app. A new one is a file or folder of its own and a line here. */
export function dutiesOf(parts: DutyParts, settings: DutySettings): Duty[] {
  return [
    new SealAudit({ ...parts, key: auditKey(settings.auditKey.bytes()), settings: settings.audit }),
    watchSeal(parts, metrics),
    forgetAnswers(parts.log),
    escalateWork(parts),
    endChecks({ ...parts, settings: settings.deconfliction }),
    escalateHolds(parts),
    breachDeadlines(parts),
    agreementDates({ ...parts, settings: settings.notices }),
    keyEndings({ ...parts, settings: settings.notices }),
    overdueRecalls(parts),
  ];
}
