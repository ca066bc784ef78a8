import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What belongs to commands beside their events: answers kept for repeats, references that make intake idempotent, and the
 * reports of bulk calls. Written in the transaction of the events they go with.
 */
export class CommandTables1795305620001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        organisation uuid NOT NULL,
        subject text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        answer text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT idempotency_keys_call PRIMARY KEY (organisation, subject, key)
      )`);
    await runner.query(`
      CREATE TABLE assertion_references (
        organisation uuid NOT NULL,
        reference text COLLATE "C" NOT NULL,
        assertion uuid NOT NULL,
        content bytea NOT NULL,
        CONSTRAINT assertion_references_reference PRIMARY KEY (organisation, reference)
      )`);
    await runner.query(`
      CREATE TABLE bulk_calls (
        call uuid CONSTRAINT bulk_calls_call PRIMARY KEY,
        organisation uuid NOT NULL,
        subject text NOT NULL,
        begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        summary text
      )`);
    await runner.query(`
      CREATE TABLE bulk_chunks (
        call uuid NOT NULL REFERENCES bulk_calls,
        chunk integer NOT NULL,
        outcomes text NOT NULL,
        CONSTRAINT bulk_chunks_chunk PRIMARY KEY (call, chunk)
      )`);
    await runner.query('GRANT SELECT, INSERT ON idempotency_keys, assertion_references, bulk_chunks TO breakwater_app');
    await runner.query('GRANT SELECT, INSERT, UPDATE ON bulk_calls TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE bulk_chunks, bulk_calls, assertion_references, idempotency_keys');
  }
}
