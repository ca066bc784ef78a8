import { hash } from 'node:crypto';

/**
 * The arithmetic of the chain, which the database does while sealing and everybody else does to check it:
 *   leaf  = SHA-256(the entry as canonical text)
 *   hash  = SHA-256(hash of the place before || leaf), 32 bytes each; before the first place stand 32 zero bytes.
 * Only Node's own crypto is used, so that a partner can take these files as they are.
 */

/** One row of the audit, as it was written. */
export interface SealedEntry {
  seq: number;
  /** Transaction that wrote it: 64 bits, so a text. */
  txid: string;
  /** ISO 8601, UTC, always six digits of a second. */
  at: string;
  act: string;
  organisation: string | null;
  subject: string;
  purpose: string;
  ids: readonly string[];
  recipients: readonly string[];
  reason: string | null;
  policy: number;
  correlationId: string | null;
}

/** What stands before the first place. */
export const BEFORE_FIRST = '00'.repeat(32);

/** JSON of an array without spaces; PostgreSQL's `audit_entry_text` makes the same text. */
export function canonicalEntry(entry: SealedEntry): string {
  const { seq, txid, at, act, organisation, subject, purpose, ids, recipients, reason, policy, correlationId } = entry;
  return JSON.stringify([
    'breakwater-audit-1',
    seq,
    txid,
    at,
    act,
    organisation,
    subject,
    purpose,
    ids,
    recipients,
    reason,
    policy,
    correlationId,
  ]);
}

/** Hash of one entry, in hex. It tells nothing of the entry to whoever does not know its correlation id. */
export function leafOf(entry: SealedEntry): string {
  return hash('sha256', canonicalEntry(entry), 'hex');
}

/** Hash of a place, in hex, from the hash of the place before and its own leaf. */
export function linkOf(before: string, leaf: string): string {
  return hash('sha256', Buffer.from(before + leaf, 'hex'), 'hex');
}
