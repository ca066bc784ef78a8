import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when an organisation has left: its members are refused, and nothing is delivered to it but notices of what it holds. */
export class Departures1795390000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisations ADD COLUMN departed_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisations DROP COLUMN departed_at');
  }
}
