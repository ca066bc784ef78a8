import type { RecordedEvent } from '#events';
import type { LogWrites } from '#event-log';
import type { EntityIdOf } from '../case-act.js';
import { endHolds } from '../deconfliction/touched.js';
import { referralFrom } from './evolve.js';
import { itemRow, referralRow } from './referral-rows.js';
import type { KnownReferral } from './referral-state.js';

const REFERRAL = /^referral-/;

/** Rows of the referrals that were changed: folded from their whole streams, so that rules and tables cannot say two things. */
export async function keepReferrals(
  write: LogWrites,
  recorded: readonly RecordedEvent[],
  entityIdOf: EntityIdOf,
): Promise<void> {
  const streams = [...new Set(recorded.map(({ stream }) => stream).filter((stream) => REFERRAL.test(stream)))];
  if (streams.length === 0) return;
  const histories = await write.readStreams(streams);
  const states = [...histories.values()].flatMap((events) => {
    const state = referralFrom(events);
    return state.status === 'absent' ? [] : [state];
  });
  const redrawn = new Set(
    recorded
      .filter(({ body: { type } }) => type === 'referral.drafted' || type === 'referral.revised')
      .map(({ stream }) => stream),
  );
  const drafts = states.filter(({ referral }) => redrawn.has(`referral-${referral}`));
  await write.query(UPSERT, [JSON.stringify(states.map(referralRow))]);
  const revised = recorded.filter(({ body: { type } }) => type === 'referral.revised').map(({ stream }) => stream);
  if (revised.length > 0) await write.query(FORGET_ITEMS, [revised.map((stream) => stream.replace(REFERRAL, ''))]);
  if (drafts.length > 0) await redraw(write, drafts, entityIdOf);
  await write.query(UPDATE_ITEMS, [JSON.stringify(states.flatMap(itemRows))]);
  await endHolds(
    write,
    states.filter(({ status, hold }) => hold !== undefined && status !== 'held').map(({ referral }) => referral),
  );
}

/** Items of a draft are what its newest revision says; of what was checked they never change. */
async function redraw(write: LogWrites, drafts: readonly KnownReferral[], entityIdOf: EntityIdOf): Promise<void> {
  const rows = drafts.flatMap((state) =>
    itemRows(state).map((row, place) => {
      const { kind, key } = (state.items[place] as KnownReferral['items'][number]).location;
      return { ...row, entity: entityIdOf(kind, key) };
    }),
  );
  await write.query(INSERT_ITEMS, [JSON.stringify(rows)]);
}

function itemRows(state: KnownReferral): ReturnType<typeof itemRow>[] {
  return state.items.map((_, place) => itemRow(state, place));
}

/** A draft that was revised; a new one has none yet, and a look for them would cost more the more there are. */
const FORGET_ITEMS = 'DELETE FROM referral_items WHERE referral = ANY ($1::uuid[])';

const UPSERT = `
  INSERT INTO referrals (referral, organisation, platform, audience, state, theme, urgency, instrument, language, reference,
    priority, drafted_at, check_requested_at, window_until, held_until, submitted_at, due_at, successor_of, version)
  SELECT referral, organisation, platform, audience, state, theme, urgency, instrument, language, reference,
    priority, drafted_at, check_requested_at, window_until, held_until, submitted_at, due_at, successor_of, version
    FROM jsonb_to_recordset($1::jsonb) AS row (referral uuid, organisation uuid, platform uuid, audience bigint, state text,
      theme text, urgency text, instrument text, language text, reference text, priority int, drafted_at timestamptz,
      check_requested_at timestamptz, window_until timestamptz, held_until timestamptz, submitted_at timestamptz, due_at timestamptz, successor_of uuid, version int)
  ON CONFLICT (referral) DO UPDATE SET platform = excluded.platform, state = excluded.state, theme = excluded.theme,
    urgency = excluded.urgency, instrument = excluded.instrument, language = excluded.language,
    reference = excluded.reference, priority = excluded.priority, check_requested_at = excluded.check_requested_at,
    window_until = excluded.window_until,
    held_until = excluded.held_until, submitted_at = excluded.submitted_at, due_at = excluded.due_at,
    successor_of = excluded.successor_of, version = excluded.version`;

const INSERT_ITEMS = `
  INSERT INTO referral_items (referral, item, entity, entity_kind, item_kind, state, appeal, open)
  SELECT referral, item, entity, entity_kind, item_kind, state, appeal, open
    FROM jsonb_to_recordset($1::jsonb) AS row (referral uuid, item smallint, entity text, entity_kind text, item_kind text,
      state text, appeal text, open boolean)`;

/** Written by their keys, which takes the index whatever the size of the table; an item that is not there is a defect and fails. */
const UPDATE_ITEMS = `
  INSERT INTO referral_items (referral, item, entity, entity_kind, item_kind, state, appeal, open, due_at, stopped_at,
    breached_at, decided_at)
  SELECT row.referral, row.item,
    (SELECT k.entity FROM referral_items k WHERE k.referral = row.referral AND k.item = row.item), row.entity_kind,
    row.item_kind, row.state, row.appeal, row.open, row.due_at, row.stopped_at, row.breached_at, row.decided_at
    FROM jsonb_to_recordset($1::jsonb) AS row (referral uuid, item smallint, entity_kind text, item_kind text, state text,
      appeal text, open boolean, due_at timestamptz, stopped_at timestamptz, breached_at timestamptz, decided_at timestamptz)
  ON CONFLICT ON CONSTRAINT referral_items_item DO UPDATE
    SET state = excluded.state, appeal = excluded.appeal, open = excluded.open, due_at = excluded.due_at,
        stopped_at = excluded.stopped_at, breached_at = excluded.breached_at, decided_at = excluded.decided_at`;
