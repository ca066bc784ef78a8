/** The tables that deliveries are decided by, kept as commands keep them in the transaction of each event. */
import type pg from 'pg';
import type { BreakwaterEvent } from '#events';
import type { Said } from '../support/feed-events.js';

interface Dates {
  from: number;
  until: number;
}

export class ReadTables {
  private readonly agreements = new Map<string, Dates>();

  /** @param issuer of the tokens of everybody: a member of each organisation bears its id as a name */
  constructor(
    private readonly owner: pg.Client,
    private readonly issuer: string,
  ) {}

  async take({ type, source, data }: Said, at: number): Promise<void> {
    const body = { type, version: 1, data } as BreakwaterEvent;
    switch (body.type) {
      case 'organisation.registered': {
        const { organisation, name, kind, groups } = body.data;
        await this.write('INSERT INTO organisations (organisation, name, kind, groups) VALUES ($1, $2, $3, $4)', [
          ...[organisation, name, kind, groups],
        ]);
        return this.write(`INSERT INTO members VALUES ($1, $2::uuid::text, $2::uuid, '{feed-subscriber}', '{}')`, [
          ...[this.issuer, organisation],
        ]);
      }
      case 'organisation.regrouped':
        return this.write('UPDATE organisations SET groups = $2 WHERE organisation = $1', [
          ...[body.data.organisation, body.data.groups],
        ]);
      case 'organisation.departed':
      case 'organisation.readmitted':
        return this.write(
          'UPDATE organisations SET departed_at = CASE WHEN $2 THEN now() END WHERE organisation = $1',
          [...[body.data.organisation, type === 'organisation.departed']],
        );
      case 'agreement.made': {
        const { agreement, group, title, parties, from, until } = body.data;
        this.agreements.set(agreement, {
          from: Date.parse(from),
          until: until === undefined ? Infinity : Date.parse(until),
        });
        await this.write(
          `INSERT INTO agreements (agreement, "group", title, made_by, starts) VALUES ($1, $2, $3, $4, 'infinity')`,
          [agreement, group, title, source],
        );
        return this.write(
          `INSERT INTO agreement_parties (agreement, organisation, state)
           SELECT $1, p, CASE WHEN p = $3 THEN 'agreed' ELSE 'asked' END FROM unnest($2::uuid[]) AS p`,
          [agreement, parties, source],
        );
      }
      case 'agreement.party-joined':
      case 'agreement.party-left':
        return this.write('UPDATE agreement_parties SET state = $3 WHERE agreement = $1 AND organisation = $2', [
          ...[body.data.agreement, body.data.organisation],
          type === 'agreement.party-joined' ? 'agreed' : 'left',
        ]);
      case 'agreement.ended': {
        const dates = this.agreements.get(body.data.agreement);
        if (dates !== undefined) dates.until = Math.min(dates.until, at);
        return;
      }
      case 'subscription.made': {
        const { subscription, organisation, name, filter, channel } = body.data;
        return this.write(
          `INSERT INTO subscriptions (subscription, organisation, name, state, filter, channel, version, made_at)
           VALUES ($1, $2, $3, 'active', $4, $5, 1, $6)`,
          [subscription, organisation, name, JSON.stringify(filter), JSON.stringify(channel), new Date(at)],
        );
      }
      case 'subscription.ended':
        return this.write(
          `UPDATE subscriptions SET state = 'ended', reason = $2, version = version + 1 WHERE subscription = $1`,
          [body.data.subscription, body.data.reason],
        );
      default:
        return;
    }
  }

  /** The database's clock is nobody's to set, so the dates of agreements come to where they lie at a time of the history. */
  async at(now: number): Promise<void> {
    for (const [agreement, { from, until }] of this.agreements)
      await this.write(
        `UPDATE agreements SET starts = clock_timestamp() + make_interval(secs => $2),
           ends = CASE WHEN $3::float8 IS NOT NULL THEN clock_timestamp() + make_interval(secs => $3) END
         WHERE agreement = $1`,
        [agreement, (from - now) / 1_000, until === Infinity ? null : (until - now) / 1_000],
      );
  }

  private async write(sql: string, params: readonly unknown[]): Promise<void> {
    await this.owner.query(sql, [...params]);
  }
}
