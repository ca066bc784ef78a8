import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, recordActs, type Viewer } from '#access';
import {
  PlatformActs,
  keepCases,
  lockItems,
  openRemovals,
  removalStates,
  type CaseAct,
  type KnownRemoval,
  type RemovalState,
} from '#casework';
import { MAX_APPEND_EVENTS, type EventLog, type LogReads, type Prepared } from '#event-log';
import { Refusal } from '#events';
import { EntityNames } from '../../assertions/entity-names.js';
import { UUID } from '../../assertions/limits.js';
import type { IdempotentCall } from '../../idempotency/idempotent-call.js';
import { once, type Answered } from '../../idempotency/once.js';
import { retryingConflicts } from '../../retrying-conflicts.js';
import { traced } from '../../traced.js';
import { auditOf, caseAct } from '../change-removal.js';
import { tooMuchRests, unwind, type Unwound } from '../unwind.js';

export interface UndoGiven {
  reason: string;
  purpose: string;
}

interface Asked {
  viewer: Viewer;
  /** The bulk call. */
  batch: string;
  given: UndoGiven;
}

/** Removals that are taken back in one transaction: each costs its correction and one more for everybody who asked. */
const AT_ONCE = 200;

/**
 * Takes back what a bulk call said, by a correction for each of its removals that still stands as that call left it, mirrored
 * to those who asked; what rested on its outcomes alone is withdrawn with them. The wish is kept first, then carried out in parts: killed between two of them, a repeat goes on. What
 * was corrected or overturned since is left alone. Its references may be used again.
 */
@Injectable()
export class UndoBatch {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly names: EntityNames,
  ) {}

  /** @throws {@link Refusal} `bulk.unknown`, `bulk.running` */
  async undo(asked: Asked, call: IdempotentCall): Promise<Answered> {
    const wished = await this.wish(asked, call);
    for (let after: string | undefined = ''; after !== undefined;) after = await this.part(asked, after);
    return { ...wished, body: { call: asked.batch, ...(await this.counts(asked)) } };
  }

  private wish({ viewer, batch, given }: Asked, call: IdempotentCall): Promise<Answered> {
    const { purpose } = given;
    return once(this.log, { viewer, call, purpose }, async (read) => {
      await refuseUnknown(read, viewer, batch);
      const audit = [{ act: 'alteration' as const, viewer, purpose, ids: [`bulk-${batch}`], reason: 'removal.undo' }];
      return {
        append: [],
        answer: () => ({ status: 200, body: { call: batch } }),
        audit,
        alsoWrite: (write) =>
          write.query('UPDATE bulk_calls SET undone_at = COALESCE(undone_at, clock_timestamp()) WHERE call = $1', [
            batch,
          ]),
      };
    });
  }

  /** The last removal that was looked at, undefined at the end. */
  private part(asked: Asked, after: string): Promise<string | undefined> {
    return retryingConflicts(() => this.log.transact((read) => this.prepare(read, asked, after)));
  }

  private async prepare(
    read: LogReads,
    { viewer, batch, given }: Asked,
    after: string,
  ): Promise<Prepared<string | undefined>> {
    const rows = await read.query<Row>(
      `SELECT removal, entity FROM removals
        WHERE batch = $1 AND platform = $2 AND ($3 = '' OR removal > NULLIF($3, '')::uuid)
        ORDER BY removal LIMIT $4`,
      [batch, viewer.organisation, after, AT_ONCE],
    );
    if (rows.length === 0) return { append: 'nothing', result: undefined };
    const entities = rows.map(({ entity }) => entity);
    const [, states, newer] = await Promise.all([
      lockItems(read, viewer.organisation, entities),
      removalStates(
        read,
        rows.map(({ removal }) => removal),
      ),
      openRemovals(read, viewer.organisation, entities),
    ]);
    const act = await caseAct(read, viewer, given.purpose);
    const { last, standing, fallen } = await partOf(read, rows, states, batch, act);
    if (standing.length === 0) return { append: 'nothing', result: last };
    for (const [removal, state] of await removalStates(read, [...newer.values()])) states.set(removal, state);
    const acts = new PlatformActs(states, act);
    for (const { removal, entity } of standing)
      acts.undo(states.get(removal) as KnownRemoval, newer.get(entity), { reason: given.reason, batch });
    const writes = traced(await acts.writes(read));
    return {
      append: [...writes, ...fallen.writes],
      afterwards: async (write, appended) => {
        await keepCases(write, appended, (kind, key) => this.names.of(kind, key));
        await fallen.alsoWrite(write);
        await write.query('DELETE FROM removal_references WHERE organisation = $1 AND removal = ANY ($2::uuid[])', [
          viewer.organisation,
          standing.map(({ removal }) => removal),
        ]);
        await recordActs(write, [...auditOf(viewer, given.purpose, 'removal.undo', writes), ...fallen.audit]);
        return last;
      },
    };
  }

  private async counts({ batch, viewer }: Asked): Promise<{ undone: number; left: number }> {
    const [row] = await this.log.query<{ undone: number; left: number }>(
      `SELECT (SELECT count(*)::int FROM removals WHERE undone_batch = $1 AND platform = $2) AS undone,
              (SELECT count(*)::int FROM removals WHERE batch = $1 AND platform = $2) AS left`,
      [batch, viewer.organisation],
    );
    return row ?? { undone: 0, left: 0 };
  }
}

async function refuseUnknown(read: Pick<LogReads, 'query'>, viewer: Viewer, batch: string): Promise<void> {
  const [call] = UUID.test(batch)
    ? await read.query<{ running: boolean }>(
        `SELECT ended_at IS NULL AND begun_at > clock_timestamp() - interval '5 minutes' AS running FROM bulk_calls
          WHERE call = $1 AND organisation = $2 AND kind IN ('removals', 'decisions') AND NOT dry_run`,
        [batch, viewer.organisation],
      )
    : [];
  if (call === undefined) throw new Refusal('NotFound', 'bulk.unknown', 'There is no such call.');
  if (call.running)
    throw new Refusal('RuleRefused', 'bulk.running', 'The call is still running; undo it when it has ended.');
}

interface Row {
  removal: string;
  entity: string;
}

/** As many of them as one append can take back, with what rests on their outcomes (R22). */
async function partOf(
  read: LogReads,
  rows: readonly Row[],
  states: ReadonlyMap<string, RemovalState>,
  batch: string,
  act: CaseAct,
): Promise<{ last: string | undefined; standing: Row[]; fallen: Unwound }> {
  for (let count = rows.length; ; count = Math.ceil(count / 2)) {
    const part = rows.slice(0, count);
    const standing = part.filter(({ removal }) => isStanding(states.get(removal), batch));
    const known = standing.map(({ removal }) => states.get(removal) as KnownRemoval);
    // Each with its correction, and at most two events for everybody who asked.
    const events = known.reduce((sum, { requests }) => sum + 1 + 2 * requests.length, 0);
    const fits = count === 1 || events <= MAX_APPEND_EVENTS;
    const most = Math.max(0, MAX_APPEND_EVENTS - events);
    const fallen = fits ? await unwind(read, known, act, 'outcome-undone', most) : undefined;
    if (fallen !== undefined) return { last: part.at(-1)?.removal, standing, fallen };
    if (count === 1) throw tooMuchRests();
  }
}

function isStanding(state: RemovalState | undefined, batch: string): boolean {
  if (state === undefined || state.status === 'absent') return false;
  return state.decision?.batch === batch && state.decision.appeal !== 'overturned';
}
