import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which assertion rests on which event (R4): what a narrowing has to reach. Written with the assertion and never changed. */
export class AssertionBasis1795305622001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE assertion_basis (
        basis_event uuid NOT NULL,
        basis_stream text COLLATE "C" NOT NULL,
        derived_stream text COLLATE "C" NOT NULL,
        CONSTRAINT assertion_basis_pair PRIMARY KEY (derived_stream, basis_event)
      )`);
    await runner.query('CREATE INDEX assertion_basis_stream ON assertion_basis (basis_stream)');
    await runner.query('GRANT SELECT, INSERT ON assertion_basis TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE assertion_basis');
  }
}
