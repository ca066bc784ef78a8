import type { Recipient } from '#access';
import type { LogReads } from '#event-log';
import type { OrganisationKind } from '#events';

/** An organisation among the recipients, as the log knows it now. */
export interface KnownRecipient extends Recipient {
  name: string;
}

interface Row {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  groups: string[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Organisations by their ids; unknown ones are absent. */
export async function organisationsOf(
  read: Pick<LogReads, 'query'>,
  ids: readonly string[],
): Promise<Map<string, KnownRecipient>> {
  const rows = await read.query<Row>(
    'SELECT organisation, name, kind, groups FROM organisations WHERE organisation = ANY ($1::uuid[])',
    [ids.filter((id) => UUID.test(id))],
  );
  return new Map(rows.map((row) => [row.organisation, row]));
}
