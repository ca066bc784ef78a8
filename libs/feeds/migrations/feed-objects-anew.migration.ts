import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Empties the lists of TAXII collections, which are made anew from the slots when they are asked for: recalls have come to name what a
 * withdrawal that was never sent had seemed to take back.
 */
export class FeedObjectsAnew1795390400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE feed_objects, feed_indexed');
  }

  async down(): Promise<void> {
    // Nothing: an empty list is one of either kind.
  }
}
