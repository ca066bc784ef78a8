import type { LogWrites } from '#event-log';
import type { Role } from '#events';

export interface NewNotice {
  organisation: string;
  /** Whom inside it concerns. */
  roles: readonly Role[];
  kind: string;
  about: string;
  details: object;
  /** Audiences of which a reader has to be allowed one; absent where nothing marked is concerned. */
  audiences?: readonly number[];
}

/** Tells an organisation something, in the transaction of the event that it follows from; told twice is told once. */
export async function writeNotices(write: LogWrites, notices: readonly NewNotice[]): Promise<void> {
  for (const { organisation, roles, kind, about, details, audiences } of notices)
    await write.query(
      `INSERT INTO notices (organisation, roles, kind, about, details, audiences) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (organisation, kind, about) DO NOTHING`,
      [organisation, roles, kind, about, JSON.stringify(details), audiences ?? null],
    );
}
