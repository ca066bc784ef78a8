import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, recordAct, type Viewer } from '#access';
import type { EventLog } from '#event-log';

export interface ListedSpillage {
  spillage: string;
  at: string;
  subject: string;
  where: string;
  code: string;
  count: number;
}

const SPILLAGES = `
  SELECT spillage, at, subject, "where", code, count FROM spillages
   WHERE organisation = $1 AND ($2::uuid IS NULL OR spillage < $2) ORDER BY spillage DESC LIMIT $3`;

/** Incidents of the caller's own organisation, the newest first. */
@Injectable()
export class SpillageList {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  async page(
    viewer: Viewer,
    purpose: string,
    { after, limit }: { after?: string; limit: number },
  ): Promise<{ rows: ListedSpillage[]; truncated: boolean; after?: string }> {
    const rows = await this.log.query<ListedSpillage>(SPILLAGES, [viewer.organisation, after ?? null, limit + 1]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const truncated = rows.length > limit;
    const ids = shown.map(({ spillage }) => spillage);
    await recordAct(this.log, { act: 'consultation', viewer, purpose, ids, reason: 'list.spillages' });
    return { rows: shown, truncated, ...(truncated && last !== undefined ? { after: last.spillage } : {}) };
  }
}
