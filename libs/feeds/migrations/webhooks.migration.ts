import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far each endpoint has got, written by the dispatcher alone. `sent`: taken by the endpoint up to here. A lease keeps two
 * processes from sending to one endpoint at once; what one of them held when it died is taken again once the lease has run out.
 * `paused_version` is the version of the subscription at which the dispatcher gave up: any later one starts it anew.
 */
export class Webhooks1795390100001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE feed_webhooks (
        subscriber integer CONSTRAINT feed_webhooks_subscriber PRIMARY KEY,
        sent bigint NOT NULL,
        replay_next bigint,
        replay_to bigint,
        attempts integer NOT NULL DEFAULT 0,
        spacing_ms integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        lease uuid,
        leased_until timestamptz,
        paused_reason text,
        paused_at timestamptz,
        paused_version integer,
        attempted_at timestamptz,
        took_ms integer,
        answer text,
        delivered_at timestamptz,
        CHECK (replay_next <= replay_to)
      )`);
    await runner.query('GRANT SELECT, INSERT, UPDATE ON feed_webhooks TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE feed_webhooks');
  }
}
