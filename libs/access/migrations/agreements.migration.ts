import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sharing agreements and their parties, written in the transaction of the event that they follow from and read with each
 * caller. `starts` and `ends` are compared with the database's clock: an agreement begins and ends without anybody doing
 * anything. Groups are unique among agreements, also ended ones: what was released to one must never fall to another.
 */
export class Agreements1795305610002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agreements (
        agreement uuid CONSTRAINT agreements_agreement PRIMARY KEY,
        "group" text COLLATE "C" NOT NULL CONSTRAINT agreements_group UNIQUE,
        title text NOT NULL,
        made_by uuid NOT NULL,
        starts timestamptz NOT NULL,
        ends timestamptz
      )`);
    await runner.query(`
      CREATE TABLE agreement_parties (
        organisation uuid NOT NULL REFERENCES organisations,
        agreement uuid NOT NULL REFERENCES agreements,
        state text NOT NULL CHECK (state IN ('asked', 'agreed', 'left')),
        CONSTRAINT agreement_parties_party PRIMARY KEY (organisation, agreement)
      )`);
    await runner.query('GRANT SELECT, INSERT, UPDATE ON agreements, agreement_parties TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agreement_parties, agreements');
  }
}
