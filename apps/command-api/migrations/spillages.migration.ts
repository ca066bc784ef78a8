import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts to bring in what is marked above OFFICIAL (R7): who and where, and nothing of what was sent. */
export class Spillages1795305620004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE spillages (
        spillage uuid CONSTRAINT spillages_spillage PRIMARY KEY,
        organisation uuid NOT NULL,
        subject text NOT NULL,
        "where" text NOT NULL,
        code text NOT NULL,
        count integer NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query('CREATE INDEX spillages_organisation ON spillages (organisation, spillage)');
    await runner.query('GRANT SELECT, INSERT ON spillages TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE spillages');
  }
}
