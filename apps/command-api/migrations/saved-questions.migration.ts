import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which questions an operation has saved. What they ask, and their names, stand in their events alone. */
export class SavedQuestions1795380000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saved_questions (
        saved uuid CONSTRAINT saved_questions_saved PRIMARY KEY,
        organisation uuid NOT NULL,
        operation text COLLATE "C" NOT NULL,
        audience bigint NOT NULL,
        forgotten boolean NOT NULL DEFAULT false
      )`);
    await runner.query(
      'CREATE INDEX saved_questions_of_operation ON saved_questions (organisation, operation, saved) WHERE NOT forgotten',
    );
    await runner.query('GRANT SELECT, INSERT, UPDATE ON saved_questions TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saved_questions');
  }
}
