import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which dates of agreements and keys have been told as events. The events themselves say so too, and decide; these only keep the
 * timekeeper from reading the streams of all agreements there ever were.
 */
export class DatesTold1795390200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE agreements ADD COLUMN told text[] NOT NULL DEFAULT '{}'`);
    await runner.query('ALTER TABLE subscriptions ADD COLUMN key_told integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agreements DROP COLUMN told');
    await runner.query('ALTER TABLE subscriptions DROP COLUMN key_told');
  }
}
