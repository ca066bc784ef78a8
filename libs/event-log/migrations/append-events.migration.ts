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
        form text;
      BEGIN
        IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
          RAISE EXCEPTION 'the transaction wrote or locked something before it appended' USING ERRCODE = 'BW001';
        END IF;

        -- Before the incarnation is read: raising it waits for this lock, so no row of an old incarnation comes late.
        LOCK TABLE events IN ROW EXCLUSIVE MODE;
        SELECT s.incarnation INTO STRICT history FROM log_state s;

        -- Asked apart, because most commands begin a stream and an empty question costs as much as the insert.
        IF head_streams <> '{}' THEN
          -- A sub-select for each stream and never a join: a plan made while the table was small would scan it for ever.
          IF EXISTS (
            SELECT FROM unnest(head_streams, head_versions) AS h (stream, version)
            WHERE (SELECT e.seq FROM events e WHERE e.stream = h.stream AND e.stream_version = h.version) IS NULL
          ) THEN
            RAISE EXCEPTION 'a stream has not reached the expected version' USING ERRCODE = 'BW002';
          END IF;
        END IF;

        INSERT INTO events (incarnation, id, stream, stream_version, topic, type, audience, recorded_time, body)
        SELECT history, e.id, e.stream, e.version, e.topic, e.type, e.audience, recorded, e.body
        FROM unnest(ids, streams, versions, topics, types, audiences, string_to_array(bodies, E'\\n'))
          AS e (id, stream, version, topic, type, audience, body);

        -- In the order of their audiences: two writers meet new markings in one order, or they would wait for each other.
        FOR i IN 1 .. cardinality(marking_audiences) LOOP
          SELECT k.canonical INTO form FROM markings k WHERE k.audience = marking_audiences[i];
          IF form IS NULL THEN
            INSERT INTO markings (audience, canonical, marking)
            VALUES (marking_audiences[i], split_part(marking_forms, E'\\n', i), split_part(marking_values, E'\\n', i)::jsonb)
            ON CONFLICT DO NOTHING;
            SELECT k.canonical INTO STRICT form FROM markings k WHERE k.audience = marking_audiences[i];
          END IF;
          IF form <> split_part(marking_forms, E'\\n', i) THEN
            RAISE EXCEPTION 'two different markings have one audience' USING ERRCODE = 'BW003';
          END IF;
        END LOOP;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION append_events');
  }
}
