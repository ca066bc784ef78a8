import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The platform's side of the cases: its removals as they stand, who asks for each, and the references under which it pushed
 * what it removed. Written in the transaction of the events that they follow from. Who asks for a removal stands here and
 * nowhere else: no event names both sides. A platform has one open removal of an item at a time, whoever asks (R21).
 */
export class Removals1795340000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE removals (
        removal uuid CONSTRAINT removals_removal PRIMARY KEY,
        platform uuid NOT NULL,
        entity text COLLATE "C" NOT NULL,
        item_kind text NOT NULL,
        state text NOT NULL
          CHECK (state IN ('requested', 'acknowledged', 'needs-information', 'decided', 'undone', 'lapsed')),
        priority smallint NOT NULL,
        received_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL DEFAULT 'infinity',
        acknowledged_at timestamptz,
        decided_at timestamptz,
        result text,
        effect text,
        appeal text NOT NULL DEFAULT 'none' CHECK (appeal IN ('none', 'open', 'upheld', 'overturned')),
        batch uuid,
        undone_batch uuid
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX removals_open ON removals (entity, platform)
        WHERE state IN ('requested', 'acknowledged', 'needs-information')`);
    await runner.query(`
      CREATE INDEX removals_inbox ON removals (platform, priority, due_at, received_at, removal)
        WHERE state IN ('requested', 'acknowledged', 'needs-information')`);
    await runner.query('CREATE INDEX removals_newest ON removals (platform, received_at, removal)');
    await runner.query('CREATE INDEX removals_batch ON removals (batch) WHERE batch IS NOT NULL');
    await runner.query('CREATE INDEX removals_undone_batch ON removals (undone_batch) WHERE undone_batch IS NOT NULL');
    await runner.query(`
      CREATE TABLE removal_requests (
        removal uuid NOT NULL REFERENCES removals,
        referral uuid NOT NULL,
        item smallint NOT NULL,
        organisation uuid NOT NULL,
        instrument text NOT NULL,
        theme text NOT NULL,
        received_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL DEFAULT 'infinity',
        standing boolean NOT NULL DEFAULT true,
        CONSTRAINT removal_requests_request PRIMARY KEY (removal, referral, item)
      )`);
    await runner.query('CREATE INDEX removal_requests_referral ON removal_requests (referral)');
    await runner.query(`
      CREATE TABLE removal_references (
        organisation uuid NOT NULL,
        reference text COLLATE "C" NOT NULL,
        removal uuid NOT NULL,
        content bytea NOT NULL,
        CONSTRAINT removal_references_reference PRIMARY KEY (organisation, reference)
      )`);
    await runner.query('CREATE INDEX removal_references_removal ON removal_references (removal)');
    await runner.query(
      'CREATE TABLE overturned_outcomes (event uuid CONSTRAINT overturned_outcomes_event PRIMARY KEY)',
    );
    await runner.query('GRANT SELECT, INSERT ON overturned_outcomes TO breakwater_app');
    await runner.query(`
      ALTER TABLE bulk_calls
        ADD COLUMN kind text NOT NULL DEFAULT 'assertions',
        ADD COLUMN dry_run boolean NOT NULL DEFAULT false,
        ADD COLUMN undone_at timestamptz`);
    await runner.query('CREATE INDEX bulk_calls_begun ON bulk_calls (organisation, begun_at)');
    await runner.query('GRANT SELECT, INSERT, UPDATE ON removals, removal_requests TO breakwater_app');
    // What a batch said that was undone may be said again under the same reference.
    await runner.query('GRANT SELECT, INSERT, DELETE ON removal_references TO breakwater_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX bulk_calls_begun');
    await runner.query('ALTER TABLE bulk_calls DROP COLUMN kind, DROP COLUMN dry_run, DROP COLUMN undone_at');
    await runner.query('DROP TABLE overturned_outcomes, removal_references, removal_requests, removals');
  }
}
