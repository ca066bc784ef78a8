import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of memberships in networks, where they stand in the log and since when they are claimed; and what ends one (`parts`). What was said to be
 * over before this was not written down here: those memberships end when it is said again.
 */
export class Partings1795390500001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE feed_memberships
        ADD COLUMN position bigint, ADD COLUMN parts boolean NOT NULL DEFAULT false, ADD COLUMN since bigint`);
    await runner.query(`
      UPDATE feed_memberships m SET position = p.position
      FROM events e JOIN log_positions p USING (seq) WHERE e.stream = m.stream AND e.stream_version = 1`);
    await runner.query(
      'ALTER TABLE feed_memberships ALTER COLUMN position SET NOT NULL, ALTER COLUMN parts DROP DEFAULT',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM feed_memberships WHERE parts');
    await runner.query('ALTER TABLE feed_memberships DROP COLUMN position, DROP COLUMN parts, DROP COLUMN since');
  }
}
