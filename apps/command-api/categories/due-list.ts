import { Inject, Injectable } from '@nestjs/common';
import { Audiences, EVENT_LOG, recordAct, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import type { DueLink } from './due-links.js';

export interface DueTerms {
  /** Links due on or before this day (UTC). */
  by: string;
  limit: number;
  /** `after` of the page before. */
  after?: string;
}

export interface DuePage {
  by: string;
  links: (DueLink & { overdue: boolean })[];
  truncated: boolean;
  after?: string;
}

/** By the marking in force now, which is that of the newest event of the assertion's own stream. */
const DUE = `
  SELECT due.assertion, due.index, due.relation, due.subject, due.object, due.categorise_by::text AS "categoriseBy",
         due.categorise_by < (now() AT TIME ZONE 'UTC')::date AS overdue
    FROM uncategorised_links due
    JOIN LATERAL (
      SELECT e.audience FROM events e WHERE e.stream = 'assertion-' || due.assertion
       ORDER BY e.stream_version DESC LIMIT 1
    ) newest ON newest.audience = ANY ($3::bigint[])
   WHERE due.organisation = $1 AND due.categorise_by <= $2::date
     AND ($4::date IS NULL OR (due.categorise_by, due.assertion, due.index) > ($4::date, $5::uuid, $6::int))
   ORDER BY due.categorise_by, due.assertion, due.index
   LIMIT $7`;

/** The work list of an organisation's person links that nobody has categorised, the longest due first. */
@Injectable()
export class DueList {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly audiences: Audiences,
  ) {}

  async page(viewer: Viewer, purpose: string, { by, limit, after }: DueTerms): Promise<DuePage> {
    const audiences = await this.audiences.allowedAudiences(viewer);
    const [day = null, assertion = null, index = null] = after?.split('/') ?? [];
    const rows = await this.log.query<DuePage['links'][number]>(DUE, [
      viewer.organisation,
      by,
      audiences,
      day,
      assertion,
      index,
      limit + 1,
    ]);
    const links = rows.slice(0, limit);
    const last = links.at(-1);
    const truncated = rows.length > limit;
    await recordAct(this.log, {
      act: 'consultation',
      viewer,
      purpose,
      ids: [...new Set(links.map((link) => link.assertion))],
      reason: 'list.uncategorised',
    });
    return {
      by,
      links,
      truncated,
      ...(truncated && last !== undefined ? { after: `${last.categoriseBy}/${last.assertion}/${last.index}` } : {}),
    };
  }
}
