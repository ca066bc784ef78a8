import type { Marking, Statement } from '#events';
import type { PermissionNeed } from '#access';
import { copiedStatements } from './copy.js';
import type { Weighed } from './weigh.js';

/** Who gets exactly what, under which agreement, and what stands in the way. */
export interface ReleasePreview {
  item: string;
  form: string;
  subject: { kind: string; key: string };
  /** As the recipients will read them. */
  statements: Statement[];
  marking: Marking;
  recipients: {
    organisation: string;
    name: string;
    /** `named`, `group:NAME` or `agreement:ID`. */
    via: string;
    allowed: boolean;
    reasons: string[];
  }[];
  /** Whose consent is missing. */
  needs: PermissionNeed[];
  /** What no consent lifts. */
  barred: string[];
  /** What it rests on that has been withdrawn since. */
  withdrawnBasis: string[];
}

export function previewOf({ content, original, ancestry, decision }: Weighed): ReleasePreview {
  const { kind, key } = original.body.data.subject;
  return {
    item: content.item,
    form: content.form,
    subject: { kind, key },
    statements: copiedStatements(content, original),
    marking: content.marking,
    recipients: decision.recipients.map(({ organisation, name, via, decision: { allowed, reasons } }) => ({
      organisation,
      name,
      via,
      allowed,
      reasons,
    })),
    needs: decision.needs,
    barred: decision.barred,
    withdrawnBasis: ancestry.filter(({ withdrawn }) => withdrawn === true).map(({ event }) => event),
  };
}
