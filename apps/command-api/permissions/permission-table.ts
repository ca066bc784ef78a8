import type { Permission } from '#access';
import type { LogReads, LogWrites } from '#event-log';
import type { EventDraft, PermissionEvent } from '#events';

type Row = Omit<Permission, 'of' | 'until' | 'heldUntil'> & {
  events: string[];
  under: string[];
  until: string | null;
  held: string | null;
};

/** Consents that stand for an organisation towards these recipients. Whether they have ended is decided with the rest. */
export async function permissionsFor(
  read: Pick<LogReads, 'query'>,
  holder: string,
  recipients: readonly string[],
): Promise<Permission[]> {
  const rows = await read.query<Row>(
    `SELECT p.permission, p.originator, p.holder, p.action, p.recipient, p.events, p.under, p.until, p.held_until AS held
       FROM unnest($2::uuid[]) AS asked (recipient), LATERAL (
         SELECT * FROM permissions g WHERE g.holder = $1 AND g.recipient = asked.recipient AND g.state = 'granted'
       ) AS p
      ORDER BY p.permission`,
    [holder, [...new Set(recipients)]],
  );
  return rows.map(({ events, under, until, held, ...one }) => ({
    ...one,
    of: events.map((event, place) => ({ event, under: Number(under[place]) })),
    ...(until === null ? {} : { until }),
    ...(held === null ? {} : { heldUntil: held }),
  }));
}

/** Kept in the transaction of the event. */
export async function writePermission(write: LogWrites, { body, actor }: EventDraft): Promise<void> {
  const event = body as PermissionEvent;
  switch (event.type) {
    case 'permission.requested': {
      const { permission, originator, action, recipient, of } = event.data;
      await write.query(
        `INSERT INTO permissions (permission, holder, originator, action, recipient, events, state)
         VALUES ($1, $2, $3, $4, $5, $6, 'requested')`,
        [permission, actor.organisation, originator, action, recipient, of],
      );
      return;
    }
    case 'permission.granted':
      await write.query(`UPDATE permissions SET state = 'granted', under = $2, until = $3 WHERE permission = $1`, [
        event.data.permission,
        event.data.under,
        event.data.until ?? null,
      ]);
      return;
    case 'permission.held':
      await write.query('UPDATE permissions SET held_until = $2 WHERE permission = $1', [
        event.data.permission,
        event.data.until,
      ]);
      return;
    case 'permission.resumed':
      await write.query('UPDATE permissions SET held_until = NULL WHERE permission = $1', [event.data.permission]);
      return;
    case 'permission.refused':
      await write.query(`UPDATE permissions SET state = 'refused' WHERE permission = $1`, [event.data.permission]);
      return;
    case 'permission.revoked':
      await write.query(`UPDATE permissions SET state = 'revoked' WHERE permission = $1`, [event.data.permission]);
      return;
    default:
      event satisfies never;
  }
}
