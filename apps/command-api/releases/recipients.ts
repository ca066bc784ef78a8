import type { Recipient } from '#access';
import type { LogReads } from '#event-log';
import type { OrganisationKind } from '#events';

/** An organisation among the recipients, as the log knows it now. */
export interface KnownRecipient extends Recipient {
  name: string;
}

/** A recipient, and why it is one: `named`, or `group:NAME`. */
export interface ResolvedRecipient {
  to: KnownRecipient;
  via: string;
}

interface Row {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  groups: string[];
}

type Reads = Pick<LogReads, 'query'>;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Organisations by their ids; unknown ones are absent. */
export async function organisationsOf(read: Reads, ids: readonly string[]): Promise<Map<string, KnownRecipient>> {
  const rows = await read.query<Row>(
    'SELECT organisation, name, kind, groups FROM organisations WHERE organisation = ANY ($1::uuid[])',
    [ids.filter((id) => UUID.test(id))],
  );
  return new Map(rows.map((row) => [row.organisation, row]));
}

/**
 * Who is meant by ids of organisations and names of groups, now. A copy names its recipients one by one: who joins a group
 * later was not decided about. Names that mean nobody else are given back.
 */
export async function recipientsOf(
  read: Reads,
  names: readonly string[],
  own: string,
): Promise<{ recipients: ResolvedRecipient[]; nobody: string[] }> {
  const [named, grouped] = await Promise.all([organisationsOf(read, names), inGroups(read, names)]);
  const found = new Map<string, ResolvedRecipient>();
  const nobody: string[] = [];
  for (const name of names) {
    const one = named.get(name);
    const members = one === undefined ? grouped.filter(({ groups }) => groups.includes(name)) : [one];
    const others = members.filter(({ organisation }) => organisation !== own);
    if (others.length === 0) nobody.push(name);
    for (const to of others)
      if (one !== undefined || !found.has(to.organisation))
        found.set(to.organisation, { to, via: one === undefined ? `group:${name}` : 'named' });
  }
  return { recipients: [...found.values()], nobody };
}

function inGroups(read: Reads, names: readonly string[]): Promise<KnownRecipient[]> {
  const groups = names.filter((name) => !UUID.test(name));
  if (groups.length === 0) return Promise.resolve([]);
  return read.query<Row>(
    'SELECT organisation, name, kind, groups FROM organisations WHERE groups && $1::text[] ORDER BY organisation',
    [groups],
  );
}

/** What to resolve again to find whether a recipient is still one: the id or the group. */
export function nameBehind({ organisation, via }: { organisation: string; via: string }): string {
  return via.startsWith('group:') ? via.slice('group:'.length) : organisation;
}
