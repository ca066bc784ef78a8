import { audienceOf, type HoldAnswered, type RecordedEvent } from '#events';
import type { LogWrites } from '#event-log';
import type { EntityIdOf } from '../case-act.js';
import { interestFrom, type KnownInterest } from './interest.js';

/** Rows of the interests that were declared or ended, and what their owners said of holds. */
export async function keepInterests(
  write: LogWrites,
  recorded: readonly RecordedEvent[],
  entityIdOf: EntityIdOf,
): Promise<void> {
  const events = recorded.filter(({ body: { type } }) => type.startsWith('interest.'));
  if (events.length === 0) return;
  const histories = await write.readStreams([...new Set(events.map(({ stream }) => stream))]);
  for (const history of histories.values()) {
    const state = interestFrom(history);
    if (state.status !== 'absent') await keep(write, state);
  }
  for (const { body } of events) {
    if (body.type === 'interest.declared') await keepEntities(write, body.data as KnownInterest, entityIdOf);
    if (body.type === 'interest.hold-answered') await keepAnswer(write, body.data as HoldAnswered);
  }
}

async function keep(write: LogWrites, state: KnownInterest): Promise<void> {
  await write.query(
    `INSERT INTO interests (interest, organisation, audience, covert, declared_at, until, ended_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (interest) DO UPDATE SET ended_at = excluded.ended_at, version = excluded.version`,
    [
      state.interest,
      state.organisation,
      audienceOf(state.marking),
      state.covert,
      state.declaredAt,
      state.until,
      state.endedAt ?? null,
      state.version,
    ],
  );
}

async function keepEntities(write: LogWrites, { interest, entities }: KnownInterest, idOf: EntityIdOf): Promise<void> {
  await write.query(
    'INSERT INTO interest_entities (entity, interest) SELECT DISTINCT entity, $2::uuid FROM unnest($1::text[]) AS entity',
    [entities.map(({ kind, key }) => idOf(kind, key)), interest],
  );
}

async function keepAnswer(write: LogWrites, { check, answer, until }: HoldAnswered): Promise<void> {
  await write.query(
    `UPDATE interest_checks
        SET answer = $2, answered_at = clock_timestamp(), until = coalesce($3::timestamptz, until),
            ended_at = CASE WHEN $2 = 'no-objection' THEN clock_timestamp() ELSE ended_at END
      WHERE "check" = $1`,
    [check, answer, until ?? null],
  );
}
