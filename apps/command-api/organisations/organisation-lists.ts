import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, recordAct, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import { type OrganisationKind, type Role, Refusal, refusedFor } from '#events';
import { isOperator } from './organisation.js';

export interface ListedOrganisation {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  groups: string[];
  /** Day (UTC) since which it takes no part any more; absent where it does. Why is for the operators and itself. */
  departed?: string;
}

export interface ListedMember {
  issuer: string;
  subject: string;
  roles: Role[];
  compartments: string[];
}

export interface Page<Row> {
  rows: Row[];
  truncated: boolean;
  /** For the next page. */
  after?: string;
}

export interface ListTerms {
  after?: string;
  limit: number;
}

/**
 * The registration of an organisation is for the community (GREEN), which a platform is no part of: a platform sees itself and
 * those with whom it has an agreement, and of groups only its own.
 */
const ORGANISATIONS = `
  SELECT o.organisation, o.name, o.kind, CASE WHEN $2 OR o.organisation = $1 THEN o.groups ELSE '{}' END AS groups,
         to_char(o.departed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS departed
    FROM organisations o
   WHERE ($3::uuid IS NULL OR o.organisation > $3)
     AND ($2 OR o.organisation = $1 OR EXISTS (
       SELECT FROM agreement_parties mine JOIN agreement_parties theirs USING (agreement)
        WHERE mine.organisation = $1 AND theirs.organisation = o.organisation
     ))
   ORDER BY o.organisation LIMIT $4`;

const MEMBERS = `
  SELECT issuer, subject, roles, compartments FROM members
   WHERE organisation = $1 AND ($2::text IS NULL OR (subject, issuer) > ($2 COLLATE "C", $3 COLLATE "C"))
   ORDER BY subject, issuer LIMIT $4`;

/** Who there is: organisations for everybody who may know of them, members for their own administrators. */
@Injectable()
export class OrganisationLists {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  async organisations(viewer: Viewer, purpose: string, { after, limit }: ListTerms): Promise<Page<ListedOrganisation>> {
    const seesCommunity = viewer.kind !== 'platform' || isOperator(viewer);
    const rows = await this.log.query<ListedOrganisation & { departed: string | null }>(ORGANISATIONS, [
      viewer.organisation,
      seesCommunity,
      after ?? null,
      limit + 1,
    ]);
    const listed = rows.map(({ departed, ...row }) => ({ ...row, ...(departed !== null && { departed }) }));
    const page = pageOf<ListedOrganisation>(listed, limit, ({ organisation }) => organisation);
    await this.record(viewer, purpose, 'list.organisations', []);
    return page;
  }

  /** @throws `organisation.not-yours`, whether or not there is such an organisation */
  async members(
    viewer: Viewer,
    purpose: string,
    organisation: string,
    { after, limit }: ListTerms,
  ): Promise<Page<ListedMember>> {
    if (viewer.organisation !== organisation && !isOperator(viewer)) {
      await recordAct(this.log, {
        act: 'refusal',
        viewer,
        purpose,
        ids: [organisation],
        reason: 'organisation.not-yours',
      });
      throw new Refusal(
        'Forbidden',
        'organisation.not-yours',
        'You may see the members of your own organisation only.',
      );
    }
    const [subject = null, issuer = ''] = after === undefined ? [] : readMark(after);
    const rows = await this.log.query<ListedMember>(MEMBERS, [organisation, subject, issuer, limit + 1]);
    const page = pageOf(rows, limit, ({ subject: last, issuer: of }) => mark([last, of]));
    await this.record(viewer, purpose, 'list.members', [organisation]);
    return page;
  }

  private async record(viewer: Viewer, purpose: string, reason: string, ids: string[]): Promise<void> {
    await recordAct(this.log, { act: 'consultation', viewer, purpose, ids, reason });
  }
}

function pageOf<Row>(rows: readonly Row[], limit: number, markOf: (last: Row) => string): Page<Row> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const truncated = rows.length > limit;
  return { rows: shown, truncated, ...(truncated && last !== undefined ? { after: markOf(last) } : {}) };
}

function mark(last: readonly string[]): string {
  return Buffer.from(JSON.stringify(last)).toString('base64url');
}

function readMark(given: string): string[] {
  const read = ((): unknown => {
    try {
      return JSON.parse(Buffer.from(given, 'base64url').toString('utf8'));
    } catch {
      return undefined;
    }
  })();
  if (
    Array.isArray(read) &&
    read.length === 2 &&
    read.every((part) => typeof part === 'string' && !part.includes('\0'))
  )
    return read as string[];
  throw refusedFor('The page cannot be given', [
    { pointer: '/after', code: 'after.unknown', detail: 'must be as the page before gave it' },
  ]);
}
