import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links between a person and a case that somebody still has to categorise (R10). A row goes with the statement. */
export class UncategorisedLinks1795305620003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE uncategorised_links (
        organisation uuid NOT NULL,
        categorise_by date NOT NULL,
        assertion uuid NOT NULL,
        index smallint NOT NULL,
        relation text NOT NULL,
        subject text NOT NULL,
        object text NOT NULL,
        CONSTRAINT uncategorised_links_link PRIMARY KEY (assertion, index)
      )`);
    await runner.query(
      'CREATE INDEX uncategorised_links_due ON uncategorised_links (organisation, categorise_by, assertion, index)',
    );
    await runner.query('GRANT SELECT, INSERT, DELETE ON uncategorised_links TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE uncategorised_links');
  }
}
