import type { LogWrites } from '#event-log';
import { audienceOf, type EventDraft, type Role } from '#events';

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

/** Those who work with intelligence. */
export const DESK: readonly Role[] = ['analyst', 'referrer', 'authoriser'];

/** Each recipient learns that a copy is there for it, from whom, and whether a life depends on it. */
export function arrivals(copy: EventDraft, urgent: boolean): NewNotice[] {
  const { id, marking } = copy;
  return marking.releasableTo.map((organisation) => ({
    organisation,
    roles: DESK,
    kind: urgent ? 'emergency-copy' : 'copy',
    about: id,
    details: { copy: id, from: marking.originator },
    audiences: [audienceOf(marking)],
  }));
}

/** Whoever asked learns that there is an answer. */
export function answerTo(asker: string, permission: string, { body, marking, actor }: EventDraft): NewNotice[] {
  if (asker === actor.organisation) return [];
  return [
    {
      organisation: asker,
      roles: DESK,
      kind: body.type,
      about: permission,
      details: { permission },
      audiences: [audienceOf(marking)],
    },
  ];
}
