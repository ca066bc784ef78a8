import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log itself. `events` is truth and outbox in one: each row keeps the id of the transaction that wrote it, so that the
 * relay can tell what may still be written before it. `log_positions` gives each event its place, once: a second relay that
 * still believes it is active fails on a key.
 */
export class LogTables1795305600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE events (
        seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT events_seq PRIMARY KEY,
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        audience bigint NOT NULL,
        recorded_time timestamptz NOT NULL,
        id uuid NOT NULL CONSTRAINT events_id UNIQUE,
        incarnation integer NOT NULL,
        stream_version integer NOT NULL CHECK (stream_version > 0),
        stream text COLLATE "C" NOT NULL,
        topic text COLLATE "C" NOT NULL,
        type text COLLATE "C" NOT NULL,
        body text COLLATE "C" NOT NULL CONSTRAINT events_body_size CHECK (octet_length(body) <= 921600),
        CONSTRAINT events_stream_version UNIQUE (stream, stream_version)
      )`);
    await runner.query('CREATE UNIQUE INDEX events_order ON events (incarnation, txid, seq)');
    await runner.query(`
      CREATE TABLE markings (
        audience bigint CONSTRAINT markings_audience PRIMARY KEY,
        canonical text NOT NULL,
        marking jsonb NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE log_positions (
        position bigint CONSTRAINT log_positions_position PRIMARY KEY,
        seq bigint NOT NULL CONSTRAINT log_positions_event UNIQUE,
        given_at timestamptz NOT NULL
      )`);
    // Each of these holds exactly one row. They are apart because sequencing, publishing and appending must not wait for each other.
    await runner.query(`
      CREATE TABLE log_state (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        incarnation integer NOT NULL,
        system_identifier text NOT NULL,
        timeline integer NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE log_sequenced (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        incarnation integer NOT NULL,
        txid xid8 NOT NULL,
        seq bigint NOT NULL,
        head bigint NOT NULL,
        given_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE log_published (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        position bigint NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE leases (
        name text PRIMARY KEY,
        holder text NOT NULL,
        until timestamptz NOT NULL,
        fence bigint NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE topics (
        topic text NOT NULL,
        generation integer NOT NULL,
        partitions integer NOT NULL CHECK (partitions > 0),
        kafka_name text NOT NULL UNIQUE,
        starts_after bigint NOT NULL,
        wanted_partitions integer CHECK (wanted_partitions > 0),
        PRIMARY KEY (topic, generation)
      )`);
    await runner.query(`
      CREATE TABLE topic_partitions (
        topic text NOT NULL,
        generation integer NOT NULL,
        partition integer NOT NULL,
        first_previous bigint NOT NULL,
        last_position bigint NOT NULL,
        PRIMARY KEY (topic, generation, partition),
        FOREIGN KEY (topic, generation) REFERENCES topics
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE FUNCTION database_timeline() RETURNS integer LANGUAGE sql STABLE AS
      $$ SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer $$`);
    await runner.query(`
      INSERT INTO log_state (incarnation, system_identifier, timeline)
      SELECT 1, system_identifier::text, database_timeline() FROM pg_control_system()`);
    await runner.query(`
      INSERT INTO log_sequenced (incarnation, txid, seq, head, given_at) VALUES (1, '0', 0, 0, '-infinity')`);
    await runner.query('INSERT INTO log_published (position) VALUES (0)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the log is never taken down: drop the database by hand if that is what you want'));
  }
}
