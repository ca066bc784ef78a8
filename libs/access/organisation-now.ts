import type { OrganisationKind } from '#events';
import type { DirectorySource } from './directory.js';
import { FEED, type AgreementInForce, type Viewer } from './viewer.js';

interface OrganisationRow {
  organisation: string;
  kind: OrganisationKind;
  groups: string[];
  agreements: AgreementInForce[] | null;
}

/** Kind, groups and agreements by the database's clock, in one statement, as they are looked up with each caller. */
const LOOK_UP = `
  SELECT o.organisation, o.kind, o.groups, (
           SELECT json_agg(json_build_object('group', a."group", 'agreement', a.agreement) ORDER BY a."group")
             FROM agreement_parties p JOIN agreements a USING (agreement)
            WHERE p.organisation = o.organisation AND p.state = 'agreed'
              AND a.starts <= statement_timestamp() AND (a.ends IS NULL OR a.ends > statement_timestamp())
         ) AS agreements
    FROM unnest($1::uuid[]) AS asked (organisation)
    JOIN organisations o USING (organisation)
   WHERE o.departed_at IS NULL`;

/**
 * What the feeds of organisations may carry as of now, for the one policy: the organisation itself, without the compartments,
 * which belong to people. One that has departed or is not known is absent.
 */
export async function feedViewersNow(
  source: DirectorySource,
  organisations: readonly string[],
): Promise<Map<string, Viewer>> {
  const rows = await source.query<OrganisationRow>(LOOK_UP, [[...new Set(organisations)]]);
  return new Map(
    rows.map(({ organisation, kind, groups, agreements }) => [
      organisation,
      {
        organisation,
        kind,
        subject: '',
        roles: [],
        groups: [...new Set([...groups, ...(agreements ?? []).map(({ group }) => group)])],
        ...(agreements === null ? {} : { agreements }),
        compartments: [],
        asks: FEED,
      },
    ]),
  );
}
