import type { LogWrites } from '#event-log';
import type { RecordedEvent } from '#events';
import type { EntityIdOf } from '../case-act.js';
import { NO_REMOVAL, type KnownRemoval, type RemovalHistory, type RemovalState } from './state.js';
import { evolve, removalFrom } from './evolve.js';
import { removalRows, requestRows } from './removal-rows.js';

const REMOVAL = /^removal-/;

/** Rows of the removals that were changed: folded from their whole streams, so that rules and tables cannot say two things. */
export async function keepRemovals(
  write: LogWrites,
  recorded: readonly RecordedEvent[],
  entityIdOf: EntityIdOf,
): Promise<void> {
  const events = recorded.filter(({ stream }) => REMOVAL.test(stream)) as readonly RemovalHistory[];
  if (events.length === 0) return;
  const begun = known(begunNow(events));
  const changed = known(await changedNow(write, events));
  if (begun.length > 0) await write.query(INSERT, removalRows(begun, entityIdOf));
  if (changed.length > 0)
    await write.query(
      UPDATE,
      removalRows(changed, () => ''),
    );
  const asked = [...begun, ...changed].filter(({ requests }) => requests.length > 0);
  if (asked.length > 0) await write.query(UPSERT_REQUESTS, requestRows(asked));
  await dropRequests(write, events, changed);
}

/** Streams that begin in this append: they hold nothing but what is at hand. */
function begunNow(events: readonly RemovalHistory[]): RemovalState[] {
  const states = new Map<string, RemovalState>();
  for (const event of events)
    if (event.streamVersion === 1 || states.has(event.stream))
      states.set(event.stream, evolve(states.get(event.stream) ?? NO_REMOVAL, event));
  return [...states.values()];
}

async function changedNow(write: LogWrites, events: readonly RemovalHistory[]): Promise<RemovalState[]> {
  const begun = new Set(events.filter(({ streamVersion }) => streamVersion === 1).map(({ stream }) => stream));
  const streams = [...new Set(events.map(({ stream }) => stream))].filter((stream) => !begun.has(stream));
  if (streams.length === 0) return [];
  return [...(await write.readStreams(streams)).values()].map(removalFrom);
}

function known(states: readonly RemovalState[]): KnownRemoval[] {
  return states.filter((state) => state.status !== 'absent');
}

/** Requests that were taken back, and those that go on in another removal. */
async function dropRequests(
  write: LogWrites,
  events: readonly RemovalHistory[],
  changed: readonly KnownRemoval[],
): Promise<void> {
  const left = new Set(
    events.flatMap(({ body: { type, data } }) =>
      type === 'removal.request-withdrawn' || 'continuedIn' in data ? [data.removal] : [],
    ),
  );
  const those = changed.filter(({ removal }) => left.has(removal));
  if (those.length === 0) return;
  const standing = those.flatMap(({ removal, requests }) => requests.map((each) => ({ removal, ...each })));
  await write.query(DROP_REQUESTS, [
    those.map(({ removal }) => removal),
    standing.map(({ removal }) => removal),
    standing.map(({ referral }) => referral),
    standing.map(({ item }) => item),
  ]);
}

const INSERT = `
  INSERT INTO removals (removal, platform, entity, item_kind, state, priority, received_at, due_at, acknowledged_at,
    decided_at, result, effect, appeal, batch, undone_batch)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::timestamptz[],
    $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::uuid[])`;

/** One look-up for each row: a plan made while the table was small would scan it for ever. What an item is never changes. */
const UPDATE = `
  UPDATE removals AS kept
     SET state = row.state, priority = row.priority, due_at = row.due_at, acknowledged_at = row.acknowledged_at,
         decided_at = row.decided_at, result = row.result, effect = row.effect, appeal = row.appeal, batch = row.batch,
         undone_batch = row.undone_batch
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::timestamptz[],
      $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::uuid[])
      AS row (removal, platform, entity, item_kind, state, priority, received_at, due_at, acknowledged_at,
        decided_at, result, effect, appeal, batch, undone_batch)
   WHERE kept.removal = row.removal`;

const UPSERT_REQUESTS = `
  INSERT INTO removal_requests (removal, referral, item, organisation, instrument, theme, received_at, due_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[],
    $8::timestamptz[])
  ON CONFLICT (removal, referral, item) DO UPDATE SET standing = true WHERE NOT removal_requests.standing`;

const DROP_REQUESTS = `
  UPDATE removal_requests SET standing = false
   WHERE removal = ANY ($1::uuid[]) AND (removal, referral, item) NOT IN (
     SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::smallint[]))`;
