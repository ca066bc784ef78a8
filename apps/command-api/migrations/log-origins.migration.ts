import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which assertions name which origin (the hash of its text, in the form of a UUID), by log position. Filled by query-api behind
 * the writers, up to the position beside it: no command pays for a question that is seldom asked.
 */
export class LogOrigins1795370000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE log_origins (
        origin uuid NOT NULL,
        position bigint NOT NULL,
        CONSTRAINT log_origins_place PRIMARY KEY (origin, position)
      )`);
    await runner.query(`
      CREATE TABLE log_origins_read (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        position bigint NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query('INSERT INTO log_origins_read (position) VALUES (0)');
    await runner.query('GRANT SELECT, INSERT ON log_origins TO breakwater_app');
    await runner.query('GRANT SELECT, UPDATE ON log_origins_read TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_origins_read');
    await runner.query('DROP TABLE log_origins');
  }
}
