import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which platforms an organisation answers for, by the names in canonical identifiers; null where it may answer for any. */
export class ServedPlatforms1795330000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisations ADD COLUMN platforms text[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisations DROP COLUMN platforms');
  }
}
