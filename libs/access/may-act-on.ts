import { audienceOf, type Grading, type Marking, type OutwardAction, type StatementKind } from '#events';
import { unknownCodes } from './marking-codes.js';
import { maySee, obstaclesToActing, obstaclesToDisclosing } from './may-see.js';
import { obstaclesToAutomation } from './unreliable.js';
import { FEED, type Viewer } from './viewer.js';

/**
 * May this go out? Decided over everything that it rests on, from the obstacles that `maySee` knows: one of them anywhere
 * stands in the way until its originator has consented, for this recipient and this act (R5, R6). So another ancestor never
 * allows more. Some obstacles nobody's consent lifts; they are `barred`.
 */

/** An event among those that an act rests on, the thing itself included, with marking and grading as they are in force. */
export interface Ancestor {
  event: string;
  marking: Marking;
  grading?: Grading;
  statementKind: StatementKind;
  /** It has been withdrawn by those who said it. */
  withdrawn?: boolean;
}

/** An organisation as a recipient: what it may see as a whole, so without anybody's compartments. */
export type Recipient = Omit<Viewer, 'subject' | 'roles' | 'compartments' | 'asks'> & {
  /** A machine takes it (R9). */
  feed?: boolean;
};

/** An originator's answer that stands in the log, not refused and not revoked. */
export interface Permission {
  permission: string;
  originator: string;
  /** Organisation that may act by it. */
  holder: string;
  action: OutwardAction;
  recipient: string;
  /** Each event with the audience under which consent was given: a new marking asks for a new answer. */
  of: readonly { event: string; under: number }[];
  /** ISO 8601, UTC. */
  until?: string;
  /** Stopped by its originator until then. */
  heldUntil?: string;
}

export interface OutwardAct {
  action: OutwardAction;
  by: Viewer;
  recipient: Recipient;
  ancestry: readonly Ancestor[];
  permissions: readonly Permission[];
  now: Date;
  /** What goes out is a sanitised copy: S1 lets it go to others without asking. */
  sanitised?: boolean;
  /** No person has decided this act (R3). */
  automatic?: boolean;
  /** An authoriser of the acting organisation decides this very act, which is its consent to what it said itself. */
  ownConsent?: boolean;
}

export interface PermissionNeed {
  originator: string;
  event: string;
  action: OutwardAction;
  recipient: string;
}

export interface ActDecision {
  allowed: boolean;
  /** Codes of what stands in the way with the event that each is about, and of the consents that counted. */
  reasons: string[];
  /** Whose consent would lift what stands in the way. */
  needs: PermissionNeed[];
  /** What no consent lifts. */
  barred: string[];
}

/** Obstacles that the originator's consent lifts. A code that is missing here bars: a new one has to be thought about first. */
const CONSENT_LIFTS: ReadonlySet<string> = new Set([
  'R5.a1-permission',
  'R6.s2-consult',
  'R6.h2-consent',
  'R6.orcon-consent',
  'H3.restrictions',
  'compartment',
  'not-released',
  'tlp.amber',
  'tlp.community',
  'R9.red-not-named',
  'gsc.recipients-only',
]);
/** What S1 lets a sanitised copy pass without asking: that the recipient is not among those whom the original reaches. */
const S1_LIFTS: ReadonlySet<string> = new Set(['not-released', 'tlp.amber', 'tlp.community']);

interface Judged {
  reasons: string[];
  needs: PermissionNeed[];
  barred: string[];
}

export function mayActOn(act: OutwardAct): ActDecision {
  const [item] = act.ancestry;
  if (item === undefined) return { allowed: false, reasons: ['nothing'], needs: [], barred: ['nothing'] };
  const judged = act.ancestry.map((ancestor) => judge(act, ancestor));
  const withdrawn = item.withdrawn === true ? [`withdrawn:${item.event}`] : [];
  const needs = distinct(judged.flatMap((each) => each.needs));
  const barred = [...new Set([...withdrawn, ...judged.flatMap((each) => each.barred)])];
  const reasons = [...new Set([...withdrawn, ...judged.flatMap((each) => each.reasons)])];
  return { allowed: needs.length === 0 && barred.length === 0, reasons, needs, barred };
}

function judge(act: OutwardAct, ancestor: Ancestor): Judged {
  const { marking, event } = ancestor;
  // Its id is not told: whoever may not see it must not learn more than that the way is closed.
  if (!maySee({ ...act.by, asks: undefined }, marking).see) return barring('basis.not-visible');
  const judged: Judged = { reasons: [], needs: [], barred: [] };
  for (const { code, action } of obstacles(act, ancestor)) {
    const reason = `${code}:${event}`;
    if (!CONSENT_LIFTS.has(code) && !sanitisingOwn(act, marking, code)) {
      judged.reasons.push(reason);
      judged.barred.push(reason);
      continue;
    }
    const consent = consentTo(act, ancestor, action);
    if (consent !== undefined) judged.reasons.push(consent);
    else {
      judged.reasons.push(reason);
      judged.needs.push({ originator: marking.originator, event, action, recipient: act.recipient.organisation });
    }
  }
  return judged;
}

function barring(reason: string): Judged {
  return { reasons: [reason], needs: [], barred: [reason] };
}

function obstacles(act: OutwardAct, { marking, grading }: Ancestor): { code: string; action: OutwardAction }[] {
  const { by, recipient, action } = act;
  const plain = unknownCodes(marking).length > 0 ? ['R8.unknown-code'] : [];
  if (act.automatic === true) plain.push(...obstaclesToAutomation(grading));
  // A platform acts on what it is told, so telling it is acting.
  const acts = action === 'act' || recipient.kind === 'platform' ? obstaclesToActing(marking) : [];
  const discloses = action === 'disclose' ? [...obstaclesToDisclosing(by, marking), ...unreached(act, marking)] : [];
  return [
    ...plain.map((code) => ({ code, action })),
    ...acts.map((code) => ({ code, action: 'act' as const })),
    ...discloses.map((code) => ({ code, action })),
  ];
}

/** What keeps the recipient from seeing the original itself. */
function unreached({ recipient, sanitised }: OutwardAct, marking: Marking): string[] {
  const { feed, ...organisation } = recipient;
  const asks = feed === true ? { asks: FEED } : {};
  const viewer: Viewer = { ...organisation, subject: '', roles: [], compartments: [], ...asks };
  const { see, reasons } = maySee(viewer, marking);
  if (see) return [];
  const { conditions, tlp } = marking;
  // RED is for those named and for nobody whom they choose.
  const passesOn = sanitised === true && tlp !== 'RED' && conditions.includes('S1') && !conditions.includes('S2');
  return passesOn ? reasons.filter((code) => !S1_LIFTS.has(code)) : reasons;
}

/** What stays with its organisation: AMBER+STRICT (R9), and the handling instruction that says the same. */
const STAYS: ReadonlySet<string> = new Set(['R9.amber-strict', 'gsc.organisational-use-only']);

/** It never leaves; what its own organisation sanitises is a record of its own. */
function sanitisingOwn({ by, sanitised, action }: OutwardAct, marking: Marking, code: string): boolean {
  const own = marking.originator === by.organisation;
  return STAYS.has(code) && action === 'disclose' && sanitised === true && own;
}

function consentTo(act: OutwardAct, { event, marking }: Ancestor, action: OutwardAction): string | undefined {
  const { by, recipient, now } = act;
  if (act.ownConsent === true && marking.originator === by.organisation) return 'consent.own';
  const under = audienceOf(marking);
  const found = act.permissions.find(
    (one) =>
      one.originator === marking.originator &&
      one.holder === by.organisation &&
      one.action === action &&
      one.recipient === recipient.organisation &&
      (one.until === undefined || Date.parse(one.until) > now.getTime()) &&
      (one.heldUntil === undefined || Date.parse(one.heldUntil) <= now.getTime()) &&
      one.of.some((each) => each.event === event && each.under === under),
  );
  return found === undefined ? undefined : `permission:${found.permission}`;
}

function distinct(needs: readonly PermissionNeed[]): PermissionNeed[] {
  const key = ({ originator, event, action, recipient }: PermissionNeed): string =>
    [originator, event, action, recipient].join(' ');
  return [...new Map(needs.map((need) => [key(need), need])).values()];
}
