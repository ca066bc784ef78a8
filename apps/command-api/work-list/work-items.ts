import { audienceOf, type EventDraft } from '#events';
import type { LogWrites } from '#event-log';

/** What waits for an authoriser of an organisation. */
export const WORK_KINDS = ['permission', 'release', 'hold', 'override', 'emergency-review'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

export interface OpenedWork {
  kind: WorkKind;
  /** Permission, release or disclosure. */
  about: string;
  organisation: string;
  dueAt: string;
  /** Subjects who may not decide it: it is their own. */
  notFor?: readonly string[];
}

/** What an event does to the work list. */
export interface WorkChange {
  open?: OpenedWork;
  close?: { about: string; kinds: readonly WorkKind[] };
}

/** Written in the transaction of the event, so the list is never behind and never ahead of the log. */
export async function writeWork(write: LogWrites, { marking }: EventDraft, change: WorkChange): Promise<void> {
  const { open, close } = change;
  if (close !== undefined)
    await write.query(
      'UPDATE work_items SET closed_at = clock_timestamp() WHERE about = $1 AND kind = ANY ($2) AND closed_at IS NULL',
      [close.about, close.kinds],
    );
  if (open !== undefined)
    await write.query(
      `INSERT INTO work_items (kind, about, organisation, audience, not_for, due_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (about, kind) DO UPDATE
       SET due_at = excluded.due_at, not_for = excluded.not_for, closed_at = NULL, escalated_at = NULL`,
      [open.kind, open.about, open.organisation, audienceOf(marking), open.notFor ?? [], open.dueAt],
    );
}
