import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which assertions say what of which network, so that the next decision about it finds them. Written with them, never changed. */
export class NetworkAssertions1795360000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE network_assertions (
        network uuid NOT NULL,
        assertion uuid NOT NULL,
        organisation uuid NOT NULL,
        into_network uuid,
        CONSTRAINT network_assertions_pair PRIMARY KEY (network, assertion)
      )`);
    await runner.query(
      'CREATE INDEX network_assertions_into ON network_assertions (into_network) WHERE into_network IS NOT NULL',
    );
    await runner.query('GRANT SELECT, INSERT ON network_assertions TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE network_assertions');
  }
}
