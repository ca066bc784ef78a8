import type { OrganisationKind, Role } from '#events';
import type { Viewer } from './viewer.js';

/** Who a token speaks for, as its issuer says. */
export interface Identity {
  issuer: string;
  subject: string;
}

export interface DirectorySource {
  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>;
}

interface MemberRow {
  organisation: string;
  kind: OrganisationKind;
  roles: Role[];
  groups: string[];
  compartments: string[];
}

/**
 * Organisation and roles of a caller, read from the log's read tables at each request and never kept: who lost a role or left
 * finds out at the next request. One look-up by primary key.
 */
export class Directory {
  constructor(private readonly source: DirectorySource) {}

  async viewerOf({ issuer, subject }: Identity): Promise<Viewer | undefined> {
    const [row] = await this.source.query<MemberRow>(
      `SELECT organisations.organisation, organisations.kind, organisations.groups, members.roles, members.compartments
         FROM members JOIN organisations USING (organisation)
        WHERE members.issuer = $1 AND members.subject = $2`,
      [issuer, subject],
    );
    return row === undefined ? undefined : { ...row, subject };
  }
}
