import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Append as one call. It is the only way for the application's role to write an event, so the order of steps cannot be got
 * wrong outside: refuse when the transaction has an id already, look for holes, and only then write.
 *
 * Why the order of steps matters: the relay sends events by (transaction id, seq). The hole check sees version n only when
 * its transaction was finished before ours took an id, so version n + 1 always has the later id. Were the check made after
 * our first write, a writer with a later id could slip version n in between, and n + 1 would be sent before n.
 */
export class AppendEvents1795305600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION append_events(
        head_streams text[], head_versions integer[],
        ids uuid[], streams text[], versions integer[], topics text[], types text[], audiences bigint[],
        bodies text, recorded timestamptz,
        marking_audiences bigint[], marking_forms text, marking_values text
      ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        history integer;
      BEGIN
        IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
          RAISE EXCEPTION 'the transaction wrote or locked something before it appended' USING ERRCODE = 'BW001';
        END IF;

        -- Before the incarnation is read: raising it waits for this lock, so no row of an old incarnation comes late.
        LOCK TABLE events IN ROW EXCLUSIVE MODE;
        SELECT s.incarnation INTO STRICT history FROM log_state s;

        -- A sub-select for each stream and never a join, because a plan made while the table was small would scan it for ever.
        IF EXISTS (
          SELECT FROM unnest(head_streams, head_versions) AS h (stream, version)
          WHERE (SELECT e.seq FROM events e WHERE e.stream = h.stream AND e.stream_version = h.version) IS NULL
        ) THEN
          RAISE EXCEPTION 'a stream has not reached the expected version' USING ERRCODE = 'BW002';
        END IF;

        INSERT INTO events (incarnation, id, stream, stream_version, topic, type, audience, recorded_time, body)
        SELECT history, e.id, e.stream, e.version, e.topic, e.type, e.audience, recorded, e.body
        FROM unnest(ids, streams, versions, topics, types, audiences, string_to_array(bodies, E'\\n'))
          AS e (id, stream, version, topic, type, audience, body);

        IF EXISTS (
          SELECT FROM unnest(marking_audiences, string_to_array(marking_forms, E'\\n')) AS m (audience, form)
          WHERE (SELECT k.canonical FROM markings k WHERE k.audience = m.audience) IS DISTINCT FROM m.form
        ) THEN
          INSERT INTO markings (audience, canonical, marking)
          SELECT m.audience, m.form, m.value::jsonb
          FROM unnest(marking_audiences, string_to_array(marking_forms, E'\\n'), string_to_array(marking_values, E'\\n'))
            AS m (audience, form, value)
          ORDER BY m.audience -- two writers meet new markings in one order, or they would wait for each other
          ON CONFLICT DO NOTHING;
          IF EXISTS (
            SELECT FROM unnest(marking_audiences, string_to_array(marking_forms, E'\\n')) AS m (audience, form)
            WHERE (SELECT k.canonical FROM markings k WHERE k.audience = m.audience) IS DISTINCT FROM m.form
          ) THEN
            RAISE EXCEPTION 'two different markings have one audience' USING ERRCODE = 'BW003';
          END IF;
        END IF;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION append_events');
  }
}
