import type { OrganisationKind } from '#events';
import type { DirectorySource } from './directory.js';
import { FEED, type AgreementInForce, type Viewer } from './viewer.js';

interface OrganisationRow {
  kind: OrganisationKind;
  groups: string[];
  departed: boolean;
  agreements: AgreementInForce[] | null;
}

/** Kind, groups and agreements by the database's clock, in one statement, as they are looked up with each caller. */
const LOOK_UP = `
  SELECT o.kind, o.groups, o.departed_at IS NOT NULL AS departed, (
           SELECT json_agg(json_build_object('group', a."group", 'agreement', a.agreement) ORDER BY a."group")
             FROM agreement_parties p JOIN agreements a USING (agreement)
            WHERE p.organisation = o.organisation AND p.state = 'agreed'
              AND a.starts <= statement_timestamp() AND (a.ends IS NULL OR a.ends > statement_timestamp())
         ) AS agreements
    FROM organisations o WHERE o.organisation = $1`;

/**
 * What an organisation's feeds may carry as of now, for the one policy: the organisation itself, without the compartments, which
 * belong to people. Undefined where it has departed or is not known.
 */
export async function feedViewerNow(source: DirectorySource, organisation: string): Promise<Viewer | undefined> {
  const [row] = await source.query<OrganisationRow>(LOOK_UP, [organisation]);
  if (row === undefined || row.departed) return undefined;
  const { kind, groups, agreements } = row;
  return {
    organisation,
    kind,
    subject: '',
    roles: [],
    groups: [...new Set([...groups, ...(agreements ?? []).map(({ group }) => group)])],
    ...(agreements === null ? {} : { agreements }),
    compartments: [],
    asks: FEED,
  };
}
