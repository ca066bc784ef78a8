import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What only the active relay does, each step one call that proves its lease first: a process that was paused and overtaken
 * holds an old fence and changes nothing. Cursors only move forward.
 */
export class SequenceEvents1795305600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION take_lease(wanted text, taker text, seconds double precision, OUT fence bigint, OUT server timestamptz)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        INSERT INTO leases AS l (name, holder, until, fence)
        VALUES (wanted, taker, clock_timestamp() + make_interval(secs => seconds), 1)
        ON CONFLICT ON CONSTRAINT leases_pkey
        DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = l.fence + 1
        WHERE l.until < clock_timestamp() OR l.holder = excluded.holder
        RETURNING l.fence INTO take_lease.fence;
        server := pg_postmaster_start_time();
      END $$`);
    // A file copy that was put back may hold the same fence; but it was put back into a stopped server, which then started anew.
    await runner.query(`
      CREATE FUNCTION renew_lease(held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        UPDATE leases SET until = clock_timestamp() + make_interval(secs => seconds)
        WHERE name = held AND holder = keeper AND fence = its_fence AND its_server = pg_postmaster_start_time();
        RETURN FOUND;
      END $$`);
    await runner.query(`
      CREATE FUNCTION prove_lease(held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision)
      RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT public.renew_lease(held, keeper, its_fence, its_server, seconds) THEN
          RAISE EXCEPTION 'the lease % was taken by another one, or the server started anew', held USING ERRCODE = 'BW010';
        END IF;
      END $$`);
    await runner.query(`
      CREATE FUNCTION sequence_events(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision, at_most integer,
        OUT given integer, OUT head bigint, OUT backwards text[]
      ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
        SET enable_seqscan = off -- a plan made while the table was small must not scan it when it has grown
      AS $$
      DECLARE
        -- Taken first: everything below it is finished, so every later snapshot of this call sees all of it.
        horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
        ceiling xid8;
        history integer;
        place log_sequenced;
        moment timestamptz;
        seqs bigint[];
        later bigint[];
        last_txid xid8;
      BEGIN
        given := 0;
        SELECT * INTO STRICT place FROM log_sequenced;
        head := place.head;
        SELECT s.incarnation INTO STRICT history FROM log_state s;
        -- Idle rounds are many, so they write nothing.
        IF history = place.incarnation AND NOT EXISTS (
          SELECT FROM events e
          WHERE e.incarnation = place.incarnation AND (e.txid, e.seq) > (place.txid, place.seq) AND e.txid < horizon
        ) THEN
          RETURN;
        END IF;

        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        SELECT * INTO STRICT place FROM log_sequenced FOR UPDATE;
        head := place.head;
        LOOP
          -- Raising the incarnation waits for every open append, so rows of an earlier one are all finished.
          ceiling := CASE WHEN place.incarnation < history THEN '18446744073709551615'::xid8 ELSE horizon END;
          SELECT array_agg(b.seq), array_agg(b.seq) FILTER (WHERE b.stream_version > 1), max(b.txid)
          INTO seqs, later, last_txid
          FROM (
            SELECT e.seq, e.stream_version, e.txid FROM events e
            WHERE e.incarnation = place.incarnation AND (e.txid, e.seq) > (place.txid, place.seq) AND e.txid < ceiling
            ORDER BY e.txid, e.seq LIMIT at_most
          ) b;
          EXIT WHEN seqs IS NOT NULL OR place.incarnation >= history;
          place.incarnation := place.incarnation + 1;
          place.txid := '0';
          place.seq := 0;
        END LOOP;

        IF seqs IS NOT NULL THEN
          moment := greatest(clock_timestamp(), place.given_at);
          INSERT INTO log_positions (position, seq, given_at)
          SELECT place.head + u.n, u.seq, moment FROM unnest(seqs) WITH ORDINALITY AS u (seq, n);
          given := cardinality(seqs);
          place.head := place.head + given;
          place.txid := last_txid;
          place.seq := seqs[given];
          place.given_at := moment;
          head := place.head;
          -- A version whose predecessor does not stand before it in the relay's order: somebody went round append_events.
          SELECT array_agg(e.stream) INTO backwards
          FROM unnest(later) AS u (seq), LATERAL (
            SELECT v.stream, v.stream_version, v.incarnation, v.txid, v.seq FROM events v WHERE v.seq = u.seq OFFSET 0
          ) e
          WHERE (
            SELECT (p.incarnation, p.txid, p.seq) < (e.incarnation, e.txid, e.seq) FROM events p
            WHERE p.stream = e.stream AND p.stream_version = e.stream_version - 1
          ) IS NOT TRUE;
        END IF;
        UPDATE log_sequenced s
        SET incarnation = place.incarnation, txid = place.txid, seq = place.seq, head = place.head, given_at = place.given_at;
      END $$`);
    await runner.query(`
      CREATE FUNCTION save_published(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision, upto bigint,
        its_topics text[], its_generations integer[], its_partitions integer[], lasts bigint[]
      ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        UPDATE log_published SET position = upto WHERE position <= upto;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the published position would go back to %', upto USING ERRCODE = 'BW011';
        END IF;
        UPDATE topic_partitions t SET last_position = v.last
        FROM unnest(its_topics, its_generations, its_partitions, lasts) AS v (topic, generation, partition, last)
        WHERE t.topic = v.topic AND t.generation = v.generation AND t.partition = v.partition AND t.last_position < v.last;
      END $$`);
    await runner.query(`
      CREATE FUNCTION raise_incarnation(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision, seen integer, raised integer
      ) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        history integer;
      BEGIN
        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE; -- waits for open appends, which stamped the old incarnation
        UPDATE log_state SET incarnation = raised WHERE incarnation = seen AND raised > seen;
        SELECT incarnation INTO STRICT history FROM log_state;
        RETURN history;
      END $$`);
    await runner.query(`
      CREATE FUNCTION record_topic(
        held text, keeper text, its_fence bigint, its_server timestamptz, seconds double precision,
        its_topic text, its_generation integer, its_partitions integer, its_name text
      ) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        start bigint;
      BEGIN
        PERFORM prove_lease(held, keeper, its_fence, its_server, seconds);
        SELECT position INTO STRICT start FROM log_published FOR UPDATE;
        INSERT INTO topics (topic, generation, partitions, kafka_name, starts_after)
        VALUES (its_topic, its_generation, its_partitions, its_name, start);
        INSERT INTO topic_partitions (topic, generation, partition, first_previous, last_position)
        SELECT its_topic, its_generation, p, start, start FROM generate_series(0, its_partitions - 1) AS p;
        RETURN start;
      END $$`);
    await runner.query(`
      CREATE FUNCTION want_partitions(its_topic text, its_partitions integer) RETURNS boolean
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        UPDATE topics t SET wanted_partitions = its_partitions
        WHERE t.topic = its_topic AND t.generation = (SELECT max(n.generation) FROM topics n WHERE n.topic = its_topic);
        RETURN FOUND;
      END $$`);
    await runner.query(`
      CREATE FUNCTION position_at(moment timestamptz) RETURNS bigint
      LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        low bigint := 0;
        high bigint;
        middle bigint;
      BEGIN
        -- Positions are dense and their times never go back, so halving finds it without an index on time.
        SELECT coalesce(max(p.position), 0) INTO high FROM log_positions p;
        WHILE low < high LOOP
          middle := (low + high + 1) / 2;
          IF (SELECT p.given_at FROM log_positions p WHERE p.position = middle) <= moment THEN
            low := middle;
          ELSE
            high := middle - 1;
          END IF;
        END LOOP;
        RETURN low;
      END $$`);
    await runner.query(`
      CREATE FUNCTION holds_log_back(seconds double precision)
      RETURNS TABLE (what text, who text, application text, database text, state text, age double precision)
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT 'session ' || a.pid, a.usename::text, a.application_name, a.datname::text, a.state,
          extract(epoch FROM clock_timestamp() - a.xact_start)::double precision
        FROM pg_stat_activity a
        WHERE a.backend_xid IS NOT NULL AND a.xact_start < clock_timestamp() - make_interval(secs => seconds)
        UNION ALL
        SELECT 'prepared transaction ' || p.gid, p.owner::text, '', p.database::text, 'prepared',
          extract(epoch FROM clock_timestamp() - p.prepared)::double precision
        FROM pg_prepared_xacts p
        WHERE p.prepared < clock_timestamp() - make_interval(secs => seconds)
        ORDER BY 6 DESC
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of [
      'take_lease',
      'renew_lease',
      'prove_lease',
      'sequence_events',
      'save_published',
      'raise_incarnation',
      'record_topic',
      'want_partitions',
      'position_at',
      'holds_log_back',
    ])
      await runner.query(`DROP FUNCTION ${name}`);
  }
}
