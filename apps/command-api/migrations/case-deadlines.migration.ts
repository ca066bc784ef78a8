import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deadlines among the facts that figures are counted from. Facts from before count among the items and in no deadline. */
export class CaseDeadlines1795370000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE case_facts ADD COLUMN due_at timestamptz, ADD COLUMN deadline text
        CHECK (deadline IN ('running', 'stopped', 'met', 'breached', 'abandoned'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE case_facts DROP COLUMN deadline, DROP COLUMN due_at');
  }
}
