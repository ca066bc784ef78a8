import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What platforms answered goes back to them, and is found among the origins too: those who filled them so far read assertions
 * only, so the log is read once more from its beginning. The rows that are there already stay as they are.
 */
export class OriginsOfCases1795390000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE log_origins_read SET position = 0');
  }

  /** Rows of cases do no harm to those who look for assertions. */
  async down(): Promise<void> {}
}
