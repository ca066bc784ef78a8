import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Origins are compared without regard to spaces and case: what was kept under their exact text would not be found any more, so the
 * log is read once more from its beginning.
 */
export class OriginsFolded1795400000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE log_origins');
    await runner.query('UPDATE log_origins_read SET position = 0');
  }

  /** Whoever compares them exactly reads them once more as well. */
  async down(runner: QueryRunner): Promise<void> {
    await this.up(runner);
  }
}
