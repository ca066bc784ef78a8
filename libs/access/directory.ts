import type { OrganisationKind, Role } from '#events';
import type { AgreementInForce, Viewer } from './viewer.js';

/** Who a token speaks for, as its issuer says. */
export interface Identity {
  issuer: string;
  subject: string;
}

export interface DirectorySource {
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

interface MemberRow {
  place: number;
  organisation: string;
  kind: OrganisationKind;
  roles: Role[];
  groups: string[];
  compartments: string[];
  agreements: AgreementInForce[] | null;
  departed: boolean;
}

interface Waiting {
  identity: Identity;
  resolve: (viewer: Viewer | undefined) => void;
  reject: (reason: unknown) => void;
}

/** Agreements by the database's clock, in the same statement as membership: what one instant says, and nothing in between. */
const LOOK_UP = `
  SELECT asked.place::int, organisations.organisation, organisations.kind, organisations.groups,
         organisations.departed_at IS NOT NULL AS departed,
         members.roles, members.compartments, (
           SELECT json_agg(json_build_object('group', a."group", 'agreement', a.agreement) ORDER BY a."group")
             FROM agreement_parties p JOIN agreements a USING (agreement)
            WHERE p.organisation = organisations.organisation AND p.state = 'agreed'
              AND a.starts <= statement_timestamp() AND (a.ends IS NULL OR a.ends > statement_timestamp())
         ) AS agreements
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (issuer, subject, place)
    JOIN members USING (issuer, subject)
    JOIN organisations USING (organisation)`;

/** Most look-ups that share one statement. */
const MAX_TOGETHER = 100;
/** More than one statement at a time, so that a connection that hangs does not keep everybody out. */
const MAX_AT_ONCE = 2;

/**
 * Organisation and roles of a caller, read from the log's read tables at each request and never kept: who lost a role or left
 * finds out at the next request. Requests that arrive while look-ups are under way share the next one, which begins after all of
 * them: as fresh as one each, at a fraction of the cost when many arrive at once.
 */
export class Directory {
  private waiting: Waiting[] = [];
  private atWork = 0;

  constructor(private readonly source: DirectorySource) {}

  /** The member with this identity as of now, or undefined where no organisation knows it. */
  viewerOf(identity: Identity): Promise<Viewer | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ identity, resolve, reject });
      if (this.atWork < MAX_AT_ONCE) void this.lookUpAll();
    });
  }

  private async lookUpAll(): Promise<void> {
    this.atWork += 1;
    await Promise.resolve(); // those who are looked up at the same moment go together from the first
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_TOGETHER);
      try {
        const viewers = await this.lookUp(batch.map(({ identity }) => identity));
        batch.forEach(({ resolve }, place) => resolve(viewers[place]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.atWork -= 1;
  }

  private async lookUp(identities: readonly Identity[]): Promise<(Viewer | undefined)[]> {
    const rows = await this.source.query<MemberRow>(LOOK_UP, [
      identities.map(({ issuer }) => issuer),
      identities.map(({ subject }) => subject),
    ]);
    const found = new Map(rows.map(({ place, ...member }) => [place - 1, member]));
    return identities.map(({ subject }, place) => {
      const member = found.get(place);
      return member === undefined ? undefined : viewerFrom(member, subject);
    });
  }
}

function viewerFrom({ agreements, groups, departed, ...member }: Omit<MemberRow, 'place'>, subject: string): Viewer {
  const viewer = { ...member, subject, ...(departed ? { departed: true as const } : {}) };
  if (agreements === null) return { ...viewer, groups };
  const all = new Set([...groups, ...agreements.map(({ group }) => group)]);
  return { ...viewer, groups: [...all], agreements };
}
