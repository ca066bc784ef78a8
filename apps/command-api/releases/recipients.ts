import type { Recipient, Viewer } from '#access';
import type { LogReads } from '#event-log';
import type { OrganisationKind } from '#events';
import { UUID } from '../assertions/limits.js';

/** An organisation among the recipients, as the log knows it now. */
export interface KnownRecipient extends Recipient {
  name: string;
}

/** A recipient, and why it is one: `named`, `group:NAME` or `agreement:ID`. */
export interface ResolvedRecipient {
  to: KnownRecipient;
  via: string;
}

interface Row {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  groups: string[];
  agreements: { group: string; agreement: string }[] | null;
}

type Reads = Pick<LogReads, 'query'>;

/** With its agreements by the database's clock, as the directory reads them for a caller. */
const ORGANISATIONS = `
  SELECT o.organisation, o.name, o.kind, o.groups, parties.agreements
    FROM organisations o, LATERAL (
      SELECT json_agg(json_build_object('group', a."group", 'agreement', a.agreement) ORDER BY a."group") AS agreements
        FROM agreement_parties p JOIN agreements a USING (agreement)
       WHERE p.organisation = o.organisation AND p.state = 'agreed'
         AND a.starts <= statement_timestamp() AND (a.ends IS NULL OR a.ends > statement_timestamp())
    ) AS parties
   WHERE o.organisation = ANY ($1::uuid[]) OR o.groups && $2::text[]
      OR EXISTS (SELECT 1 FROM agreement_parties p WHERE p.organisation = o.organisation AND p.agreement = ANY ($3::uuid[]))
   ORDER BY o.organisation`;

/** Organisations by their ids; unknown ones are absent. */
export async function organisationsOf(read: Reads, ids: readonly string[]): Promise<Map<string, KnownRecipient>> {
  const rows = await read.query<Row>(ORGANISATIONS, [ids.filter((id) => UUID.test(id)), [], []]);
  return new Map(rows.map((row) => [row.organisation, known(row)]));
}

function known({ agreements, groups, ...organisation }: Row): KnownRecipient {
  if (agreements === null) return { ...organisation, groups };
  return { ...organisation, groups: [...new Set([...groups, ...agreements.map(({ group }) => group)])], agreements };
}

/**
 * Who is meant by ids of organisations, names of groups and agreements (by id or group), now. A copy names its recipients one
 * by one: who joins later was not decided about. An agreement to which the caller's organisation is no party is none. Names
 * that mean nobody else are given back.
 */
export async function recipientsOf(
  read: Reads,
  names: readonly string[],
  { organisation: own, agreements = [] }: Pick<Viewer, 'organisation' | 'agreements'>,
): Promise<{ recipients: ResolvedRecipient[]; nobody: string[] }> {
  const agreed = new Map(
    agreements.flatMap(({ group, agreement }) => [
      [group, agreement],
      [agreement, agreement],
    ]),
  );
  const rows = await read.query<Row>(ORGANISATIONS, [
    names.filter((name) => UUID.test(name)),
    names.filter((name) => !agreed.has(name)),
    names.flatMap((name) => agreed.get(name) ?? []),
  ]);
  const found = new Map<string, ResolvedRecipient>();
  const nobody: string[] = [];
  for (const name of names) {
    const meant = rows.flatMap((row) => {
      const via = viaOf(row, name, agreed.get(name));
      return via === undefined || row.organisation === own ? [] : [{ to: known(row), via }];
    });
    if (meant.length === 0) nobody.push(name);
    for (const one of meant)
      if (one.via === 'named' || !found.has(one.to.organisation)) found.set(one.to.organisation, one);
  }
  return { recipients: [...found.values()], nobody };
}

function viaOf(row: Row, name: string, agreement: string | undefined): string | undefined {
  if (row.organisation === name) return 'named';
  if (agreement !== undefined)
    return row.agreements?.some((one) => one.agreement === agreement) === true ? `agreement:${agreement}` : undefined;
  return row.groups.includes(name) ? `group:${name}` : undefined;
}

/** What to resolve again to find whether a recipient still is one: the id, the group or the agreement. */
export function nameBehind({ organisation, via }: { organisation: string; via: string }): string {
  return via === 'named' ? organisation : via.slice(via.indexOf(':') + 1);
}
