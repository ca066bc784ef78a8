import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, recordAct, type Viewer } from '#access';
import type { EventLog } from '#event-log';
import type { PartyState } from './agreement.js';

export interface ListedAgreement {
  agreement: string;
  /** Name under which things are released to its parties. */
  group: string;
  title: string;
  madeBy: string;
  /** First moment, and the first at which it is over; `null` without an end. */
  starts: string;
  ends: string | null;
  /** Of the caller's own organisation. */
  state: PartyState;
  /** Whether the caller's organisation is in its group now. */
  inForce: boolean;
  parties: { organisation: string; name: string; state: PartyState }[];
}

const AGREEMENTS = `
  SELECT a.agreement, a."group", a.title, a.made_by AS "madeBy", a.starts, a.ends, own.state,
         own.state = 'agreed' AND a.starts <= statement_timestamp() AND (a.ends IS NULL OR a.ends > statement_timestamp()) AS "inForce",
         (SELECT json_agg(json_build_object('organisation', p.organisation, 'name', o.name, 'state', p.state) ORDER BY p.organisation)
            FROM agreement_parties p JOIN organisations o USING (organisation) WHERE p.agreement = a.agreement) AS parties
    FROM agreement_parties own JOIN agreements a USING (agreement)
   WHERE own.organisation = $1 AND ($2::uuid IS NULL OR a.agreement < $2)
   ORDER BY a.agreement DESC LIMIT $3`;

/** Agreements of the caller's organisation: asked, agreed and left, the newest first. */
@Injectable()
export class AgreementList {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  async page(
    viewer: Viewer,
    purpose: string,
    { after, limit }: { after?: string; limit: number },
  ): Promise<{ rows: ListedAgreement[]; truncated: boolean; after?: string }> {
    const rows = await this.log.query<ListedAgreement>(AGREEMENTS, [viewer.organisation, after ?? null, limit + 1]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const truncated = rows.length > limit;
    await recordAct(this.log, {
      act: 'consultation',
      viewer,
      purpose,
      ids: shown.map(({ agreement }) => agreement),
      reason: 'list.agreements',
    });
    return { rows: shown, truncated, ...(truncated && last !== undefined ? { after: last.agreement } : {}) };
  }
}
