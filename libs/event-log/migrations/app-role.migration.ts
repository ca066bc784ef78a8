import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of the log, which the application's role may read and never change but through the functions below. */
const TABLES = [
  'events',
  'markings',
  'log_positions',
  'log_state',
  'log_sequenced',
  'log_published',
  'leases',
  'topics',
  'topic_partitions',
];

/** None of them updates, deletes or truncates `events`, `markings` or `log_positions`; cursors only move forward. */
const FUNCTIONS = [
  'append_events',
  'take_lease',
  'renew_lease',
  'sequence_events',
  'save_published',
  'raise_incarnation',
  'record_topic',
  'want_partitions',
  'position_at',
  'holds_log_back',
  'database_timeline',
];

/**
 * The application's group role. It owns no table; an event can be written only by append_events, which stamps transaction
 * and history itself, so that even a stolen application password can neither change the past nor forge an order.
 */
export class AppRole1795305600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the whole cluster: two databases migrated at once both try.
    await runner.query(`
      DO $$ BEGIN
        CREATE ROLE breakwater_app NOLOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    await runner.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    await runner.query('GRANT USAGE ON SCHEMA public TO breakwater_app');
    await runner.query(`GRANT SELECT ON ${TABLES.join(', ')} TO breakwater_app`);
    await runner.query(`REVOKE EXECUTE ON FUNCTION ${FUNCTIONS.join(', ')}, prove_lease FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${FUNCTIONS.join(', ')} TO breakwater_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`REVOKE ALL ON FUNCTION ${FUNCTIONS.join(', ')} FROM breakwater_app`);
    await runner.query(`REVOKE ALL ON ${TABLES.join(', ')} FROM breakwater_app`);
  }
}
