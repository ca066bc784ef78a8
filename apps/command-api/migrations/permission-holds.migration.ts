import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An originator stops what it granted for a while; the hold ends by itself. */
export class PermissionHolds1795320000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE permissions ADD COLUMN held_until timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE permissions DROP COLUMN held_until');
  }
}
