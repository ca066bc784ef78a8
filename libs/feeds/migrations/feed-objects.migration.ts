import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The STIX objects of each feed in the order in which TAXII gives them: no content, which is made of the delivery when it leaves.
 * It follows from the slots alone and can be made anew from them; who may read what is asked when it is read. `root`: of a version
 * that is revoked, the id under which the object was first said. `added` and `version` in microseconds since 1970.
 */
export class FeedObjects1795390300001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE feed_objects (
        subscriber integer NOT NULL,
        added bigint NOT NULL,
        id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        place integer NOT NULL,
        root text COLLATE "C",
        CONSTRAINT feed_objects_added PRIMARY KEY (subscriber, added)
      )`);
    await runner.query('CREATE INDEX feed_objects_id ON feed_objects (subscriber, id, version, added)');
    await runner.query('CREATE INDEX feed_objects_root ON feed_objects (subscriber, root) WHERE root IS NOT NULL');
    await runner.query(`
      CREATE TABLE feed_indexed (
        subscriber integer CONSTRAINT feed_indexed_subscriber PRIMARY KEY,
        sequence bigint NOT NULL
      )`);
    await runner.query('GRANT SELECT, INSERT ON feed_objects TO breakwater_app');
    await runner.query('GRANT SELECT, INSERT, UPDATE ON feed_indexed TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE feed_indexed, feed_objects');
  }
}
