import { currentTrace, type Trace } from '#runtime';
import { POLICY_VERSION } from './may-see.js';

/**
 * The six acts that are always recorded (R16), and refusals (R17). A row is written in the transaction of its act; for a
 * question before the answer leaves: no row, no answer.
 */
export const AUDITED_ACTS = [
  'collection',
  'alteration',
  'consultation',
  'disclosure',
  'combination',
  'erasure',
  'refusal',
] as const;
export type AuditedAct = (typeof AUDITED_ACTS)[number];

export interface AuditEntry {
  act: AuditedAct;
  /** Who. A refused caller whom the log does not know has no organisation. */
  viewer: { organisation: string | null; subject: string };
  /** Code of the operation or reason. */
  purpose: string;
  /** Public ids of what was touched (event, stream, entity). Never an identifier of a person: the audit outlives erasure. */
  ids: readonly string[];
  /** Organisations that got it, for a disclosure. */
  recipients?: readonly string[];
  /** Stable codes: what was asked (`question.entity-card`), or why it was refused (`role.missing`). */
  reason?: string;
  /** Version of the policy that decided; default is the one of this build. */
  policy?: number;
}

/** Anything that can run a statement: a command's transaction after its append, or the log itself. */
export interface AuditTarget {
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

const INSERT = `
  INSERT INTO audit (act, organisation, subject, purpose, ids, recipients, reason, policy, correlation_id)
  SELECT act, organisation::uuid, subject, purpose,
         ARRAY(SELECT jsonb_array_elements_text(ids)), ARRAY(SELECT jsonb_array_elements_text(recipients)),
         reason, policy, correlation_id
  FROM jsonb_to_recordset($1::jsonb) AS entry (
    act text, organisation text, subject text, purpose text, ids jsonb, recipients jsonb, reason text, policy int, correlation_id text
  )`;

/** Records one act. Rejects when it could not be recorded, and then the act must not happen and the answer must not leave. */
export function recordAct(target: AuditTarget, entry: AuditEntry): Promise<void> {
  return recordActs(target, [entry]);
}

/** Records many acts in one statement, for bulk intake. */
export async function recordActs(target: AuditTarget, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const trace = currentTrace();
  const correlationId = trace?.correlationId ?? null;
  const rows = entries.map((entry) => ({
    act: entry.act,
    organisation: entry.viewer.organisation,
    subject: entry.viewer.subject,
    purpose: entry.purpose,
    ids: entry.ids,
    recipients: entry.recipients ?? [],
    reason: entry.reason ?? null,
    policy: entry.policy ?? POLICY_VERSION,
    correlation_id: correlationId,
  }));
  await target.query(INSERT, [JSON.stringify(rows)]);
  markRecorded(trace);
}

/** Requests of which something stands in the audit, by their trace. */
const recorded = new WeakSet<Trace>();

export function markRecorded(trace: Trace | undefined): void {
  if (trace !== undefined) recorded.add(trace);
}

export function isRecorded(trace: Trace | undefined): boolean {
  return trace !== undefined && recorded.has(trace);
}
